//! What a backup leaves on disk.

use std::os::unix::fs::PermissionsExt;

use crate::project::Project;

#[test]
fn files_are_for_their_owner_and_described() {
    let project = Project::new();
    let said = project.must(&["backup", "--verify"]);
    assert!(said.contains("schema and rows: 5 tables, 906 rows"), "{said}");
    assert!(said.contains("schema and rows are equal"), "{said}");
    let files = project.files();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files.iter().filter(|file| !file.ends_with(".gitignore")) {
        let mode = std::fs::metadata(file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    let folder = std::fs::metadata(project.folder.path().join("backups")).expect("it is there");
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    let manifest =
        files.iter().find(|file| file.extension().is_some_and(|e| e == "json")).expect("there is a manifest");
    let manifest = std::fs::read_to_string(manifest).expect("it can be read");
    assert!(!manifest.contains("s3cret"));
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("it is JSON");
    assert_eq!(manifest["rows"]["app.\"Orders\""], 500);
    assert_eq!(manifest["rows"]["app.events_2024"], 213);
    let file = std::fs::read(&project.backups()[0]).expect("it can be read");
    assert_eq!(manifest["bytes"], file.len());
}

#[test]
fn a_part_holds_a_part() {
    let project = Project::new();
    let schema = project.must(&["backup", "--schema-only", "--format", "sql"]);
    assert!(schema.contains("(schema only)"), "{schema}");
    let text = std::fs::read_to_string(&project.backups()[0]).expect("it can be read");
    assert!(text.contains("CREATE TABLE app.users") && !text.contains("COPY app.users"));
    let table = project.must(&["backup", "--table", "app.events", "--data-only", "--format", "sql"]);
    assert!(table.contains("rows only: 2 tables, 400 rows"), "{table}");
    let text = std::fs::read_to_string(&project.backups()[1]).expect("it can be read");
    assert!(text.contains("COPY app.events_2024") && !text.contains("app.users"), "{text}");
    let (code, unknown) = project.run(&["backup", "--table", "app.orders"]);
    assert_eq!(code, 2);
    assert!(unknown.contains("There is no table app.orders") && unknown.contains("double quotes"), "{unknown}");
    let (code, partial) = project.run(&["restore", project.backups()[1].to_str().expect("it is UTF-8"), "--yes"]);
    assert_eq!(code, 3);
    assert!(partial.contains("does not hold a whole database"), "{partial}");
}

#[test]
fn the_oldest_go_and_the_list_tells_the_others() {
    let project = Project::with(
        "CREATE TABLE t (a int); CREATE TABLE schema_migrations (version text PRIMARY KEY);
         INSERT INTO schema_migrations VALUES ('20260101000000'), ('20260102000000')",
    );
    let file = project.folder.path().join("dbtool.toml");
    std::fs::write(file, "[backup]\nkeep = 2\nfolder = 'backups'\n").expect("it can be written");
    let first = project.must(&["backup"]);
    assert!(!first.contains("Removed"), "{first}");
    let oldest = project.backups();
    project.must(&["backup", "--schema-only"]);
    project.must(&["backup"]);
    let last = project.must(&["backup"]);
    assert!(last.contains(&format!("Removed backups/{}", oldest[0].file_name().expect("a name").display())), "{last}");
    assert!(!oldest[0].exists());
    assert_eq!(project.backups().len(), 3, "what is not whole is counted apart");
    let list = project.must(&["backup", "list"]);
    assert_eq!(list.lines().count(), 3, "{list}");
    assert_eq!(list.matches("schema and rows: 2 tables, 2 rows), at migration 20260102000000").count(), 2, "{list}");
    assert_eq!(list.matches("schema only").count(), 1, "{list}");
}

#[test]
fn who_may_not_read_everything_is_told_what_to_grant() {
    let project = Project::with("CREATE TABLE t (a int); CREATE ROLE backup_reader LOGIN");
    let url = project.database.url();
    let url = format!("host={} user=backup_reader dbname={}", url.host(), url.database());
    let output = project.dbtool(&["backup"]).env("DATABASE_URL", url).output().expect("dbtool runs");
    let said = crate::project::text(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("GRANT pg_read_all_data TO backup_reader"), "{said}");
    assert!(project.backups().is_empty());
    project.database.execute("DROP ROLE backup_reader");
}
