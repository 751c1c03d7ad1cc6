//! A database with something of everything, and a folder for its backups.

use std::path::PathBuf;
use std::process::{Command, Output};

use dbtool::database::Url;
use tempfile::TempDir;

use crate::support::{Database, run, session, wait_apart};

/// Rows that are hard to carry: quotes, tabs, backslashes, nothing, and what looks like the end of rows.
const SCHEMA: &str = r#"
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('fine', 'it''s not');
CREATE DOMAIN app.short AS text CHECK (length(VALUE) < 40);
CREATE TABLE app.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name app.short NOT NULL,
    "Mood" app.mood DEFAULT 'fine',
    shout text GENERATED ALWAYS AS (upper(name)) STORED
);
COMMENT ON TABLE app.users IS 'people';
CREATE TABLE app."Orders" (
    id serial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES app.users ON DELETE CASCADE,
    at date NOT NULL,
    body jsonb
);
CREATE INDEX ON app."Orders" (user_id);
CREATE TABLE app.events (at date NOT NULL, n int, CHECK (n > 0)) PARTITION BY RANGE (at);
CREATE TABLE app.events_2024 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.events_rest PARTITION OF app.events DEFAULT;
CREATE TABLE app.empty ();
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a trigger must not see rows being restored';
END
$$;
INSERT INTO app.users (name) VALUES (E'tab\there'), (E'back\\slash'), (E'line\nbreak'), ('\.'), (E'\\N'), ('é "q" ''s''');
INSERT INTO app."Orders" (user_id, at, body) SELECT 1 + n % 6, date '2024-01-01' + n, jsonb_build_object('n', n)
    FROM generate_series(1, 500) n;
INSERT INTO app.events SELECT date '2024-06-01' + n, n FROM generate_series(1, 400) n;
CREATE TRIGGER touch BEFORE INSERT ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE VIEW app.totals AS SELECT u.id, u.name, count(o.id) FROM app.users u LEFT JOIN app."Orders" o ON o.user_id = u.id GROUP BY u.id;
CREATE MATERIALIZED VIEW app.cached AS SELECT * FROM app.totals;
CREATE UNIQUE INDEX ON app.cached (id);
ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON app.users USING (name = CURRENT_USER);
CREATE SEQUENCE app.counter START 10 INCREMENT 5;
SELECT nextval('app.counter'), nextval('app.counter');
GRANT SELECT ON app.users TO PUBLIC;
"#;

/// What differs between two dumps of the same database.
const RESTRICT: [&str; 2] = ["\\restrict", "\\unrestrict"];

/// A database and a folder.
pub struct Project {
    pub folder: TempDir,
    pub database: Database,
}

impl Project {
    /// With the rows above.
    pub fn new() -> Self {
        Self::with(SCHEMA)
    }

    pub fn with(sql: &str) -> Self {
        let project = Self { folder: TempDir::new().expect("a folder can be made"), database: Database::new() };
        project.database.execute(sql);
        project
    }

    /// The database's address as dbtool takes it, with a password that the server does not ask for.
    fn url(&self) -> String {
        let url = self.database.url();
        format!("host={} user=postgres dbname={} password=s3cret", url.host(), url.database())
    }

    /// dbtool with arguments, not yet started.
    pub fn dbtool(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
        command.args(arguments).env("DATABASE_URL", self.url()).env("COLUMNS", "120").current_dir(self.folder.path());
        command
    }

    /// Runs dbtool; no output may hold the password.
    pub fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.dbtool(arguments).output().expect("dbtool runs");
        let text = text(&output);
        assert!(!text.contains("s3cret"), "{text}");
        (output.status.code().expect("dbtool exits by itself"), text)
    }

    /// Runs dbtool, which must succeed.
    pub fn must(&self, arguments: &[&str]) -> String {
        let (code, text) = self.run(arguments);
        assert_eq!(code, 0, "{text}");
        text
    }

    /// All that `pg_dump` says of the database.
    pub fn dump(&self) -> String {
        let programs = self.database.server().binaries();
        let output = Command::new(programs.program("pg_dump")).envs(self.database.url().environment()).output();
        let output = output.expect("pg_dump runs");
        assert!(output.status.success(), "{}", text(&output));
        let dump = String::from_utf8(output.stdout).expect("pg_dump prints UTF-8");
        dump.lines().filter(|line| !RESTRICT.iter().any(|word| line.starts_with(word))).collect::<Vec<_>>().join("\n")
    }

    /// The files in the folder of backups that somebody would take for backups.
    pub fn backups(&self) -> Vec<PathBuf> {
        self.files().into_iter().filter(|path| path.extension().is_some_and(|e| e == "dump" || e == "sql")).collect()
    }

    /// All files in the folder of backups.
    pub fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path().join("backups")).into_iter().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
        files.sort();
        files
    }

    /// The databases whose names begin with this one's, but for itself.
    pub fn others(&self) -> Vec<String> {
        let sql = "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, current_database() || '_') ORDER BY 1";
        query(&self.database.url(), sql)
    }
}

/// The first column of what a query answers.
pub fn query(url: &Url, sql: &str) -> Vec<String> {
    wait_apart(async {
        let rows = session(url).await.query(sql, &[]).await.expect("it can be asked");
        rows.iter().map(|row| row.get(0)).collect()
    })
}

/// Everything that a program said.
pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Changes the rows, so that a restore has something to do.
pub fn spoil(project: &Project) {
    run(
        &project.database.url(),
        "DROP TABLE app.\"Orders\" CASCADE; DELETE FROM app.users; CREATE TABLE app.later (a int)",
    );
}
