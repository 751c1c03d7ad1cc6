//! How fast types are made of a live database, the process included, beside npm's postgres-meta in the same run.
//!
//! `cargo bench --bench types -- SCHEMA.sql` takes a schema of yours, which must load with `psql`. postgres-meta takes part when
//! `npm install --prefix target/languages @supabase/postgres-meta@0.99.0` has been run.

#[path = "../tests/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::Database;

const SMALL: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, mood mood NOT NULL DEFAULT 'ok');
CREATE TABLE posts (id bigint PRIMARY KEY, author bigint NOT NULL REFERENCES users, title text);
CREATE VIEW titles AS SELECT id, title FROM posts;";

fn main() {
    let mut table = format!("{:<12} {:>12} {:>9} {:>15}\n", "", "dbtool types", "at most", "postgres-meta");
    let small = Database::new();
    small.execute(SMALL);
    line(&mut table, "small", &small, 30);
    if let Some(schema) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        let database = Database::new();
        load(&database, Path::new(&schema));
        line(&mut table, "yours", &database, 300);
    }
    std::io::stdout().write_all(table.as_bytes()).expect("stdout can be written to");
}

fn line(table: &mut String, name: &str, database: &Database, at_most: u64) {
    let own = best(|| succeed(&mut dbtool(database)));
    let theirs = meta(database).map(|mut command| best(|| succeed(&mut command)));
    let theirs = theirs.map_or("not installed".to_owned(), |time| format!("{} ms", time.as_millis()));
    writeln!(table, "{name:<12} {:>9} ms {at_most:>6} ms {theirs:>15}", own.as_millis())
        .expect("a string can be written to");
}

/// Host and name of a database.
fn address(database: &Database) -> (String, String) {
    let environment: Vec<(&str, String)> = database.url().environment().into_iter().collect();
    let value = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone());
    (value("PGHOST").expect("it has a host"), value("PGDATABASE").expect("it has a name"))
}

fn dbtool(database: &Database) -> Command {
    let (host, name) = address(database);
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
    command.args(["types", "--from"]).arg(format!("host={host} user=postgres dbname={name}"));
    command
}

/// The command of postgres-meta for the same, if it is installed.
fn meta(database: &Database) -> Option<Command> {
    let folder = PathBuf::from("target/languages/node_modules/@supabase/postgres-meta").canonicalize().ok()?;
    let (host, name) = address(database);
    let mut command = Command::new("node");
    command.arg("dist/server/server.js").current_dir(folder);
    command.env("PG_META_DB_URL", format!("postgresql://postgres@localhost/{name}?host={host}"));
    command.env("PG_META_GENERATE_TYPES", "typescript").env("PG_META_GENERATE_TYPES_INCLUDED_SCHEMAS", "public");
    Some(command)
}

fn load(database: &Database, schema: &Path) {
    let mut command = Command::new(database.server().binaries().program("psql"));
    command.args(["-qX1", "-v", "ON_ERROR_STOP=1", "-f"]).arg(schema).envs(database.url().environment());
    succeed(&mut command);
}

fn succeed(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("it runs").success(), "{command:?} fails");
}

/// The shortest of five times.
fn best(mut work: impl FnMut()) -> Duration {
    let mut time = || {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    (0..5).map(|_| time()).min().expect("five is more than none")
}
