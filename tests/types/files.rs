//! The command: sources, files, `--check`.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::Database;

const SCHEMA: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, mood mood NOT NULL DEFAULT 'ok');
CREATE VIEW happy AS SELECT id, name FROM users WHERE mood = 'ok';
";

/// Runs dbtool in a folder with a database.
fn dbtool(folder: &Path, database: &Database, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
    command.args(arguments).current_dir(folder).env("XDG_CACHE_HOME", folder.join("cache"));
    let environment: Vec<(&str, String)> = database.url().environment().into_iter().collect();
    let value = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
    let (host, name) = (value("PGHOST").expect("it has a host"), value("PGDATABASE").expect("it has a name"));
    let output = command.env("DATABASE_URL", format!("host={host} user=postgres dbname={name}")).output();
    output.expect("dbtool runs")
}

fn out(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).expect("it prints UTF-8")
}

/// A folder with a `schema.sql`, and a database that has it.
fn project() -> (TempDir, Database) {
    let (folder, database) = (TempDir::new().expect("a folder can be made"), Database::new());
    std::fs::write(folder.path().join("schema.sql"), SCHEMA).expect("a file can be written");
    database.execute(SCHEMA);
    (folder, database)
}

#[test]
fn a_database_its_schema_and_its_snapshot_give_the_same() {
    let (folder, database) = project();
    let of_database = out(&dbtool(folder.path(), &database, &["types"]));
    assert!(of_database.contains("mood: \"sad\" | \"ok\""), "{of_database}");
    out(&dbtool(folder.path(), &database, &["diff", "--snapshot", "now.json"]));
    for source in ["schema.sql", "schema.sql", "now.json"] {
        assert_eq!(out(&dbtool(folder.path(), &database, &["types", "--from", source])), of_database, "{source}");
    }
    assert_eq!(
        out(&dbtool(folder.path(), &database, &["diff", "--from", "now.json"])).lines().last(),
        Some("No differences"),
        "a snapshot is still one"
    );
}

#[test]
fn files_are_written_when_they_change_and_checked() {
    let (folder, database) = project();
    let config =
        "[[types]]\nout = 'src/types.ts'\n\n[[types]]\nlang = 'typescript'\ncompat = 'cli-3'\nout = 'raw.ts'\n";
    std::fs::write(folder.path().join("dbtool.toml"), config).expect("a file can be written");
    let check = || dbtool(folder.path(), &database, &["types", "--check"]);
    let missing = check();
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(out(&missing), "src/types.ts is missing\nraw.ts is missing\n");
    assert_eq!(out(&dbtool(folder.path(), &database, &["types"])), "Wrote src/types.ts\nWrote raw.ts\n");
    let modified =
        || std::fs::metadata(folder.path().join("raw.ts")).and_then(|data| data.modified()).expect("it is there");
    let before = modified();
    let again = dbtool(folder.path(), &database, &["types"]);
    assert_eq!(out(&again), "src/types.ts is up to date\nraw.ts is up to date\n");
    assert_eq!(modified(), before, "an equal file is not touched");
    assert_eq!(check().status.code(), Some(0));
    database.execute("ALTER TABLE users ADD COLUMN born date");
    let stale = check();
    assert_eq!(stale.status.code(), Some(1));
    let text = out(&stale);
    assert!(text.starts_with("src/types.ts is out of date\n"), "{text}");
    assert!(text.contains("+           born: string | null\n"), "{text}");
    assert_eq!(out(&dbtool(folder.path(), &database, &["types", "-o", "one.ts"])), "Wrote one.ts\n");
}

#[test]
fn unknown_languages_are_named_with_the_known_ones() {
    let (folder, database) = project();
    std::fs::write(folder.path().join("dbtool.toml"), "[[types]]\nlang = 'typescrpt'\nout = 'a.ts'\n")
        .expect("a file can be written");
    let output = dbtool(folder.path(), &database, &["types"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said, "error: dbtool.toml:2:8: unknown value `typescrpt`\nhint: Did you mean `typescript`?\n");
}

#[test]
fn foreign_tables_whose_wrapper_does_nothing_have_types() {
    let (folder, database) = project();
    database.execute(
        "CREATE FOREIGN DATA WRAPPER none;
         CREATE SERVER there FOREIGN DATA WRAPPER none;
         CREATE FOREIGN TABLE far (id int NOT NULL, name text) SERVER there;
         CREATE VIEW far_view AS SELECT id FROM far;",
    );
    let text = out(&dbtool(folder.path(), &database, &["types"]));
    let (_, far) = text.split_once("      far: {").expect("it has the table");
    assert!(far.contains("Insert: {\n          id: number\n          name?: string | null"), "{far}");
    assert!(text.contains("      far_view: {"), "{text}");
}
