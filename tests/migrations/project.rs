//! A folder of migrations, a database, and runs of dbtool.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use dbtool::database::Url;
use tempfile::TempDir;

use crate::support::{Database, cache, run, session, wait};

/// A project in a folder of its own.
pub struct Project {
    /// Its folder.
    pub folder: TempDir,
    /// Its database.
    pub url: Url,
    /// What removes the database, unless the server is removed.
    _database: Option<Database>,
}

impl Project {
    /// A project with a schema, and an empty database.
    pub fn new(schema: &str) -> Self {
        let (folder, database) = (TempDir::new().expect("a folder can be made"), Database::new());
        let project = Self { folder, url: database.url(), _database: Some(database) };
        project.write("schema.sql", schema);
        project
    }

    /// A project in a folder, on a database that is there.
    pub fn at(folder: TempDir, url: Url) -> Self {
        Self { folder, url, _database: None }
    }

    /// Writes a file.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    /// Reads a file.
    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Removes a file.
    pub fn remove(&self, file: &str) {
        std::fs::remove_file(self.folder.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    /// The server's socket.
    pub fn socket(&self) -> PathBuf {
        Path::new(self.url.host()).join(format!(".s.PGSQL.{}", self.url.port()))
    }

    /// The database behind a socket in the folder `host`.
    pub fn conninfo(&self, host: &str, port: &str) -> String {
        format!("host={host} port={port} user=postgres dbname={}", self.url.database())
    }

    /// A command of dbtool on a database.
    pub fn command(&self, conninfo: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
        command
            .args(arguments)
            .env("DATABASE_URL", conninfo)
            .env("XDG_CACHE_HOME", cache())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The same on the project's database.
    pub fn start(&self, arguments: &[&str]) -> Command {
        self.command(&self.conninfo(self.url.host(), self.url.port()), arguments)
    }

    /// Runs dbtool: its exit code and all that it said.
    pub fn run(&self, arguments: &[&str]) -> (i32, String) {
        told(&self.start(arguments).output().expect("dbtool runs"))
    }

    /// Runs it, and wants it to be done; all that it said.
    pub fn done(&self, arguments: &[&str]) -> String {
        let (code, said) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {said}");
        said
    }

    /// Runs SQL.
    pub fn execute(&self, sql: &str) {
        run(&self.url, sql);
    }

    /// The one value that a query finds, as text.
    pub fn value(&self, sql: &str) -> String {
        wait(async {
            let session = session(&self.url).await;
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
