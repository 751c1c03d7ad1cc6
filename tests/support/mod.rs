//! A scratch server for all tests of a process, and a database for each.

#![allow(dead_code, reason = "each test program uses a part")]

pub mod pooler;

use std::future::Future;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use dbtool::database::server::{Scratch, ScratchOptions, find};
use dbtool::database::{Session, Timeouts, Url, connect};

/// The server of this process, for as long as a test has a database on it.
static SERVER: Mutex<Weak<Scratch>> = Mutex::new(Weak::new());

/// The programs to test with: of the major version in `DBTOOL_TEST_MAJOR`, or the newest.
pub fn binaries() -> dbtool::database::server::Binaries {
    let major =
        std::env::var("DBTOOL_TEST_MAJOR").ok().map(|major| major.parse().expect("DBTOOL_TEST_MAJOR is a number"));
    let folder = std::env::var_os("DBTOOL_TEST_BIN").map(std::path::PathBuf::from);
    find(major, folder.as_deref()).expect("tests need the server programs of Postgres")
}

/// The settings of the tests' server, with more added.
pub fn options(more: &[(&str, &str)]) -> ScratchOptions {
    let own = [
        ("wal_level", "logical"),
        ("max_connections", "100"),
        ("max_wal_senders", "4"),
        ("max_replication_slots", "4"),
        ("allow_in_place_tablespaces", "on"),
    ];
    let settings = own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    ScratchOptions { settings, ..ScratchOptions::default() }
}

/// The server, started if none runs.
pub fn server() -> Arc<Scratch> {
    let mut server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    server.upgrade().unwrap_or_else(|| {
        let started = Arc::new(Scratch::start(&binaries(), &options(&[])).expect("the scratch server starts"));
        *server = Arc::downgrade(&started);
        started
    })
}

/// The cache folder of the runs of dbtool that tests make; the templates of servers in it serve the next run as well.
pub fn cache() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")
}

/// Runs a future to its end.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts").block_on(work)
}

/// The same on a thread of its own, where no runtime is in the way.
pub fn wait_apart<T: Send>(work: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| scope.spawn(|| wait(work)).join().expect("the work does not panic"))
}

/// A session; panics with the failure's text.
pub async fn session(url: &Url) -> Session {
    connect(url, "test", &Timeouts::default()).await.unwrap_or_else(|error| panic!("{error:#}"))
}

/// An empty database of a test's own.
pub struct Database {
    server: Arc<Scratch>,
    name: String,
}

impl Database {
    /// Makes it.
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let database = Self { server: server(), name };
        let strategy = if database.server.binaries().major >= 15 { " STRATEGY file_copy" } else { "" };
        database.administer(&format!("CREATE DATABASE {}{strategy}", database.name));
        database
    }

    /// The same on a server of its own, for what is the server's.
    pub fn apart() -> Self {
        let server = Scratch::start(&binaries(), &options(&[])).expect("the scratch server starts");
        let database = Self { server: Arc::new(server), name: "test".to_owned() };
        database.administer("CREATE DATABASE test");
        database
    }

    /// Its address.
    pub fn url(&self) -> Url {
        self.server.url(&self.name)
    }

    /// The server it is on.
    pub fn server(&self) -> &Scratch {
        &self.server
    }

    /// Runs SQL, one or many statements.
    pub fn execute(&self, sql: &str) {
        run(&self.url(), sql);
    }

    /// The same where the SQL may be at fault.
    pub fn try_execute(&self, sql: &str) -> Result<(), String> {
        wait_apart(async { session(&self.url()).await.batch_execute(sql).await }).map_err(|error| text(&error))
    }

    /// What `pg_dump --schema-only` of the same version prints.
    pub fn dump(&self) -> String {
        let mut command = Command::new(self.server.binaries().program("pg_dump"));
        let output = command.arg("--schema-only").envs(self.url().environment()).output().expect("pg_dump runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("pg_dump prints UTF-8")
    }

    fn administer(&self, sql: &str) {
        run(&self.server.url("postgres"), sql);
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // One that cannot be dropped (a subscription is in it) goes with the server.
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let _ = wait_apart(async { session(&self.server.url("postgres")).await.batch_execute(&drop).await });
    }
}

/// Runs SQL on a database; panics with the server's words.
pub fn run(url: &Url, sql: &str) {
    wait_apart(async { session(url).await.batch_execute(sql).await })
        .unwrap_or_else(|error| panic!("{}\n{sql}", text(&error)));
}

fn text(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
}
