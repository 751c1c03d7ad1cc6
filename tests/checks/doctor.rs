//! What `doctor` says of databases that can and cannot be worked with.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{answer, dbtool, findings, json};
use crate::support::Database;
use crate::support::pooler::Pooler;

#[test]
fn nothing_is_wrong_with_a_superuser_on_this_machine() {
    let database = Database::new();
    let (code, answer) = json(&database, "postgres", &["doctor"]);
    assert_eq!(code, 0, "{answer:#}");
    let found = findings(&answer, "state");
    for check in ["programs", "connection", "version", "tls", "pooler", "privileges", "clock", "disk", "cache"] {
        let states: Vec<&str> = found.iter().filter(|(name, ..)| name == check).map(|(_, state, _)| &**state).collect();
        assert!(!states.is_empty() && !states.contains(&"bad"), "{check}: {answer:#}");
    }
    assert!(found.iter().filter(|(name, ..)| name == "privileges").all(|(_, state, _)| state == "good"), "{answer:#}");
}

#[test]
fn what_a_role_may_not_do_comes_with_the_grant() {
    let database = Database::new();
    let name = database.url().database().to_owned();
    database.execute("CREATE ROLE doctor_reader LOGIN; CREATE TABLE t (a int)");
    let (code, answer) = json(&database, "doctor_reader", &["doctor"]);
    assert_eq!(code, 0, "{answer:#}");
    let found = findings(&answer, "state");
    let repairs: Vec<&str> =
        found.iter().filter(|(_, state, _)| state == "warning").map(|(_, _, repair)| &**repair).collect();
    for repair in [
        "Use the role that owns them, or make doctor_reader a member of it: GRANT owner TO doctor_reader",
        "GRANT pg_read_all_data TO doctor_reader",
        "ALTER ROLE doctor_reader CREATEDB",
    ] {
        assert!(repairs.contains(&repair), "{repair}: {answer:#}");
    }
    database.execute(&format!("DROP ROLE doctor_reader; COMMENT ON DATABASE {name} IS NULL"));
}

#[test]
fn what_cannot_be_reached_is_told_without_the_password() {
    let output = Command::new(env!("CARGO_BIN_EXE_dbtool"))
        .args(["doctor", "--url", "postgres://me:s3cret@127.0.0.1:1/app"])
        .output()
        .expect("dbtool runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("connection refused by 127.0.0.1:1") && !text.contains("s3cret"), "{text}");
}

/// What a check says that is not good, with the repair.
fn told(answer: &Value, check: &str) -> Vec<String> {
    let of = |finding: &&Value| finding["check"] == check && finding["state"] != "good";
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = answer["findings"].as_array().expect("there are findings");
    findings.iter().filter(of).map(|f| format!("{}: {}", text(&f["message"]), text(&f["repair"]))).collect()
}

#[test]
fn a_server_that_is_not_as_usual_is_told_of() {
    let database = Database::new();
    // Functions of the test's own stand in the way of the server's.
    database.execute(&format!(
        "CREATE SCHEMA odd;
         CREATE FUNCTION odd.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
            $$ SELECT pg_catalog.clock_timestamp() - interval '100 s' $$;
         CREATE FUNCTION odd.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true';
         CREATE FUNCTION odd.pg_database_size(name) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint << 60';
         CREATE FUNCTION odd.current_setting(text) RETURNS text LANGUAGE sql AS
            $$ SELECT CASE $1 WHEN 'server_version_num' THEN '990001' WHEN 'server_version' THEN '99.1' END $$;
         ALTER DATABASE {} SET search_path = odd, pg_catalog",
        database.url().database()
    ));
    let (code, answer) = json(&database, "postgres", &["doctor"]);
    assert_eq!(code, 0, "{answer:#}");
    let standby = "the server is a standby: nothing can be changed there: Use the primary's address";
    assert_eq!(told(&answer, "connection"), [standby]);
    let version = "the server is PostgreSQL 99.1; dbtool knows 13 to 18: Look for a newer dbtool, or try things out on a copy first";
    assert_eq!(told(&answer, "version"), [version]);
    let clock = "this machine's clock is 100 s ahead of the server's: Let both keep time by NTP";
    assert_eq!(told(&answer, "clock"), [clock]);
    let disk = &told(&answer, "disk")[0];
    assert!(disk.starts_with("only ") && disk.contains(" may be needed: Remove what is not needed there"), "{disk}");
}

#[test]
fn a_pooler_that_lends_for_a_transaction_is_told_of() {
    let database = Database::new();
    let pooler = Pooler::before(&database.url());
    let url = format!(
        "postgres:///?host={}&user=postgres&dbname={}&pgbouncer=true",
        pooler.folder(),
        database.url().database()
    );
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut command = dbtool(&database, "postgres", &["doctor"]);
    let (_, answer) = answer(command.env("DATABASE_URL", url).current_dir(folder.path()));
    let expected = "a pooler in transaction mode: reading works; changing, backups and restores do not: \
                    Use the direct address, or the pooler's session mode (on Supabase port 5432)";
    assert_eq!(told(&answer, "pooler"), [expected], "{answer:#}");
}

#[test]
fn a_cache_that_cannot_be_written_or_is_too_large_is_told_of() {
    let database = Database::new();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let cache = |path: &std::path::Path| {
        let mut command = dbtool(&database, "postgres", &["doctor"]);
        let (code, answer) = answer(command.env("XDG_CACHE_HOME", path).current_dir(folder.path()));
        (code, told(&answer, "cache").concat())
    };
    let (code, unwritable) = cache("/proc/nowhere".as_ref());
    assert_eq!(code, 1);
    assert!(unwritable.starts_with("/proc/nowhere/dbtool cannot be written ("), "{unwritable}");
    assert!(unwritable.ends_with(": Make it yours, or name another folder in XDG_CACHE_HOME"), "{unwritable}");
    let own = folder.path().join("dbtool");
    fs::create_dir(&own)
        .and_then(|()| File::create(own.join("large")))
        .and_then(|file| file.set_len(3 << 30))
        .expect("it can be made");
    let (code, large) = cache(folder.path());
    assert_eq!((code, large), (0, format!("{0} holds 3 GB: Remove it: rm -r {0}", own.display())));
}

#[test]
fn what_was_left_behind_is_told_of() {
    let database = Database::apart();
    database.execute("CREATE DATABASE dbtool_shadow_1_1_1");
    database.execute("CREATE DATABASE test_restoring_20260101_000000");
    database.execute("CREATE DATABASE test_before_20260101_000000");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (scratch, backups) = (folder.path().join("dbtool-1-1-x"), folder.path().join("backups"));
    for (folder, file) in [(&scratch, "owner.lock"), (&backups, "backup_20260101_000000_test.dump.partial")] {
        fs::create_dir(folder).and_then(|()| File::create(folder.join(file))).expect("it can be made");
    }
    let extended = folder.path().join("cache/dbtool/extended/postgres-15-x");
    fs::create_dir_all(&extended).expect("it can be made");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let age = |days: u64| SystemTime::now() - Duration::from_secs(60 + days * 24 * 60 * 60);
    for (folder, days) in [(&scratch, 0), (&extended, 7)] {
        File::open(folder).and_then(|folder| folder.set_modified(age(days))).expect("it is ours");
    }
    let mut command = dbtool(&database, "postgres", &["doctor"]);
    command.env("TMPDIR", folder.path()).env("XDG_CACHE_HOME", folder.path().join("cache"));
    let (code, answer) = answer(command.current_dir(folder.path()));
    assert_eq!(code, 0, "{answer:#}");
    let told = told(&answer, "leftovers");
    assert!(told[0].contains(&scratch.display().to_string()), "{told:?}");
    assert!(told[0].ends_with(": The next run with a shadow removes them"), "{told:?}");
    let unused = format!(
        "1 folder of stand-ins for extensions, long unused: {}: The next run with platform = \"supabase\" removes them",
        extended.display()
    );
    let rest = [
        &*unused,
        "database dbtool_shadow_1_1_1: If no dbtool is at work: DROP DATABASE dbtool_shadow_1_1_1",
        "database test_before_20260101_000000: 'dbtool restore --drop-old' drops it when it is no longer wanted",
        "database test_restoring_20260101_000000: If no dbtool is at work: DROP DATABASE test_restoring_20260101_000000",
        "1 unfinished file of backups: The next backup removes them",
    ];
    assert_eq!(told[1..], rest);
}
