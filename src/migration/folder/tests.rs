//! Reading folders, and holding them against ledgers.

use super::*;

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Folder) {
    let place = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in files {
        std::fs::write(place.path().join(name), text).expect("a file can be written");
    }
    let folder = Folder::read(place.path()).expect("it can be read");
    (place, folder)
}

fn record(version: &str, text: &str) -> Record {
    Record {
        version: version.to_owned(),
        checksum: Script::new(PathBuf::new(), text).checksum(),
        progress: Progress::Applied,
        ..Record::default()
    }
}

fn faults(folder: &Folder) -> Vec<String> {
    let name = |path: &Path| path.file_name().expect("it has a name").to_string_lossy().into_owned();
    folder.faults.iter().map(|fault| format!("{} {}", name(&fault.path), fault.message)).collect()
}

#[test]
fn every_migration_has_a_state() {
    let (_place, folder) =
        folder(&[("1_a.up.sql", "a"), ("2_b.up.sql", "b"), ("3_c.sql", "c"), ("4_d.up.sql", "d"), ("6_f.up.sql", "f")]);
    let mut begun = record("4", "d");
    begun.progress = Progress::Up { done: 1, begun: false };
    let records = [record("1", "a"), record("3", "changed"), begun, record("5", "lost")];
    let states: Vec<_> =
        standings(&folder.migrations, &records).iter().map(|s| (s.version.to_owned(), s.state)).collect();
    let expected = [
        ("1", State::Applied),
        ("2", State::OutOfOrder),
        ("3", State::Changed),
        ("4", State::Interrupted),
        ("5", State::Missing),
        ("6", State::Pending),
    ];
    assert_eq!(states, expected.map(|(version, state)| (version.to_owned(), state)));
}

#[test]
fn names_that_mean_nothing_are_named() {
    let (_place, folder) = folder(&[("a.sql", ""), ("1_a.down.sql", ""), ("2_a.up.sql", ""), ("2_b.up.sql", "")]);
    assert_eq!(
        faults(&folder),
        [
            "a.sql is not named as a migration is",
            "1_a.down.sql is a way down without a way up",
            "2_b.up.sql has a version that another migration has"
        ]
    );
}

#[test]
fn what_the_sums_do_not_say_is_named() {
    let (place, folder) = folder(&[("1_a.up.sql", "a"), ("1_a.down.sql", "a"), ("2_b.up.sql", "b")]);
    folder.write_sum().expect("it can be written");
    let read = || Folder::read(place.path()).expect("it can be read");
    assert_eq!(faults(&read()), [""; 0]);
    std::fs::write(place.path().join("1_a.down.sql"), "changed").expect("a file can be written");
    assert_eq!(faults(&read()), ["1_a.up.sql is not as dbtool.sum says: changed by hand, or half-written"]);
    std::fs::write(place.path().join("1_a.down.sql"), "a").expect("a file can be written");
    std::fs::rename(place.path().join("2_b.up.sql"), place.path().join("3_b.up.sql")).expect("it can be renamed");
    assert_eq!(faults(&read()), ["dbtool.sum names 2_b, which has no file", "3_b.up.sql is not in dbtool.sum"]);
}

#[test]
fn a_generated_migration_without_its_sum_is_taken_in() {
    let (place, folder) = folder(&[("1_a.up.sql", "a")]);
    folder.write_sum().expect("it can be written");
    let generated = "-- dbtool: x\n-- from a\n-- to b\n\nSELECT 1;\n";
    std::fs::write(place.path().join("2_b.up.sql"), generated).expect("a file can be written");
    let read = Folder::read(place.path()).expect("it can be read");
    assert_eq!((faults(&read), read.migrations.len()), (vec![], 2));
    let sum = Sum::read(place.path()).expect("it can be read").expect("it is there");
    assert_eq!(sum, Sum::of(&read.migrations));
}

#[test]
fn parts_that_dbmate_marks_are_taken_apart() {
    let (_place, folder) = folder(&[("1_a.sql", "-- migrate:up\nup;\n-- migrate:down\ndown;\n")]);
    let migration = &folder.migrations[0];
    assert_eq!(migration.up.text, "-- migrate:up\nup;\n\n\n");
    assert_eq!(migration.down.as_ref().expect("it is marked").text, "\n\n-- migrate:down\ndown;\n");
}
