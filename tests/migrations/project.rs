//! A folder of migrations, a database, and runs of dbtool.

use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::{Database, session, wait};

/// A project in a folder of its own.
pub struct Project {
    /// Its folder.
    pub folder: TempDir,
    /// Its database.
    pub database: Database,
}

impl Project {
    /// A project with a schema.
    pub fn new(schema: &str) -> Self {
        let project = Self { folder: TempDir::new().expect("a folder can be made"), database: Database::new() };
        project.write("schema.sql", schema);
        project
    }

    /// Writes a file.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    /// The folder of the server's socket.
    pub fn socket(&self) -> String {
        let environment = self.database.url().environment();
        environment.into_iter().find(|(name, _)| *name == "PGHOST").expect("it is on a socket").1
    }

    /// A command of dbtool on the database behind the socket in `host`.
    pub fn command(&self, host: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
        command
            .args(arguments)
            .env("DATABASE_URL", format!("host={host} user=postgres dbname={}", self.database.url().database()))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs dbtool: its exit code and all that it said.
    pub fn run(&self, arguments: &[&str]) -> (i32, String) {
        told(&self.command(&self.socket(), arguments).output().expect("dbtool runs"))
    }

    /// The one value that a query finds, as text.
    pub fn value(&self, sql: &str) -> String {
        wait(async {
            let session = session(&self.database.url()).await;
            let row = session.query_one(&format!("SELECT ({sql})::text"), &[]).await.expect("the query runs");
            row.get::<_, Option<String>>(0).unwrap_or_default()
        })
    }

    /// The names of the migrations' files.
    pub fn files(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.folder.path().join("migrations")) else { return Vec::new() };
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("it can be read").file_name();
        let mut names: Vec<String> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Exit code and text of a run.
pub fn told(output: &Output) -> (i32, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout) + &text(&output.stderr))
}
