//! A folder with a server of its own, and the real program run in it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use dbtool::database::Url;
use dbtool::database::server::{Local, LocalOptions, Running};
use rustix::process::Pid;
use tempfile::TempDir;

use crate::support::{self, binaries, session, wait};

/// A folder with a server of its own, which is removed with it.
pub struct Project {
    _folder: TempDir,
    pub at: PathBuf,
}

impl Project {
    /// A folder that any user of the machine can enter.
    pub fn new() -> Self {
        Self::with_mode(0o755)
    }

    /// A folder that only its owner can enter.
    pub fn private() -> Self {
        Self::with_mode(0o700)
    }

    fn with_mode(mode: u32) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).expect("it is ours");
        Self { at: folder.path().canonicalize().expect("it is there"), _folder: folder }
    }

    pub fn options(&self) -> LocalOptions {
        let binaries = binaries();
        LocalOptions { bin_dir: Some(binaries.folder), database: "dev".to_owned(), ..LocalOptions::default() }
    }

    pub fn local(&self) -> Local {
        Local::of(&self.at, self.options()).expect("the folder is there")
    }

    pub fn start(&self) -> Running {
        self.local().start().unwrap_or_else(|error| panic!("{error:#}"))
    }

    pub fn pid_file(&self) -> PathBuf {
        self.local().state().home.join("data/postmaster.pid")
    }

    pub fn pid(&self) -> Pid {
        let text = std::fs::read_to_string(self.pid_file()).expect("the server runs");
        Pid::from_raw(text.lines().next().and_then(|line| line.parse().ok()).expect("it begins with a number"))
            .expect("not 0")
    }

    /// Runs the real program in the folder, with no database named.
    pub fn run(&self, arguments: &[&str]) -> String {
        text(self.command(Path::new(env!("CARGO_BIN_EXE_dbtool")), arguments))
    }

    pub fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_remove("DATABASE_URL")
            .env("XDG_CACHE_HOME", support::cache())
            .current_dir(&self.at);
        command
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        self.local().remove().unwrap_or_else(|error| panic!("{error:#}"));
    }
}

/// What a command prints on both streams, and its exit code.
pub fn text(mut command: Command) -> String {
    let output = command.output().expect("dbtool runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("dbtool exits by itself");
    format!("{}{}exit {code}\n", text(&output.stdout), text(&output.stderr))
}

/// Runs SQL over the connection string for ourselves, and gives the first value.
pub fn value(running: &Running, sql: &str) -> String {
    let url = Url::parse(&running.conninfo, "the test").expect("it is one");
    wait(async { session(&url).await.query_one(sql, &[]).await.expect("the SQL is right").get(0) })
}

pub fn execute(conninfo: &str, sql: &str) {
    support::run(&Url::parse(conninfo, "the test").expect("it is one"), sql);
}
