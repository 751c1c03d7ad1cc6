//! dbtool is killed, its connection cut, and its server stopped, at every statement of a migration; the next run finishes it.

use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dbtool::database::Url;
use dbtool::database::server::{Local, LocalOptions};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;

use crate::project::Project;
use crate::proxy::{At, Proxy};
use crate::support::binaries;

/// Segments in transactions and statements that cannot be in one; rows that a second run of a segment would double.
const UP: &str = "
CREATE TABLE a (id int PRIMARY KEY, b int);
INSERT INTO a SELECT n, n FROM generate_series(1, 50) n;
CREATE TABLE runs (segment int);
INSERT INTO runs VALUES (1);
CREATE INDEX CONCURRENTLY a_b ON a (b);
SET search_path = public;
INSERT INTO runs VALUES (2);
DROP INDEX CONCURRENTLY a_b;
CREATE UNIQUE INDEX CONCURRENTLY a_u ON a (b);
VACUUM a;
ALTER TABLE a ADD COLUMN c int DEFAULT 1;
INSERT INTO runs VALUES (3);
";

/// The same in short.
const SHORT: &str = "
CREATE TABLE a AS SELECT n AS id, n AS b FROM generate_series(1, 50) n;
CREATE TABLE runs AS SELECT 1 AS segment;
CREATE UNIQUE INDEX CONCURRENTLY a_u ON a (b);
ALTER TABLE a ADD COLUMN c int DEFAULT 1;
INSERT INTO runs VALUES (2), (3);
";

const APPLY: &[&str] = &["apply-safe", "--yes", "--no-backup", "--wait", "60s"];

/// How many runs of one fault go on side by side.
const SIDE_BY_SIDE: usize = 2;

/// What strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Kill,
    Cut,
    Stop,
}

/// A project, and the server of its own that may be stopped.
struct Ground {
    project: Project,
    server: Option<Local>,
}

impl Ground {
    fn new(fault: Fault) -> Self {
        let (project, server) = if fault == Fault::Stop { apart() } else { (Project::new(""), None) };
        project.write("schema.sql", "CREATE TABLE a (id int PRIMARY KEY);");
        let up = if fault == Fault::Kill { UP } else { SHORT };
        project.write("migrations/20250102030405_all.up.sql", up);
        Self { project, server }
    }

    /// Makes the database what it was at the beginning.
    fn clean(&self) {
        let ledger =
            "DROP TABLE IF EXISTS dbtool.schema_migrations, dbtool.migration_log; DROP SCHEMA IF EXISTS dbtool";
        self.project.execute(&format!("DROP TABLE IF EXISTS a, runs; {ledger}"));
    }

    /// Runs dbtool with a fault; whether the run was long enough for it.
    fn run_with(&self, fault: Fault, at: At) -> bool {
        let folder = TempDir::new().expect("a folder can be made");
        let proxy = Proxy::start(folder.path(), &self.project.socket(), at);
        let behind = self.project.conninfo(&folder.path().display().to_string(), "5432");
        let mut child = self.project.command(&behind, APPLY).spawn().expect("dbtool runs");
        loop {
            if let Ok(go_on) = proxy.strikes.recv_timeout(Duration::from_millis(10)) {
                match fault {
                    Fault::Kill => {
                        kill_process(Pid::from_child(&child), Signal::KILL).expect("it runs");
                        child.wait().expect("it is killed");
                    }
                    Fault::Cut => {}
                    Fault::Stop => stop(self.server.as_ref().expect("it has a server of its own")),
                }
                go_on.send(()).expect("the proxy waits");
            }
            if child.try_wait().expect("it can be watched").is_some() {
                return proxy.seen() >= at.statement;
            }
        }
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.remove().unwrap_or_else(|error| panic!("{error:#}"));
        }
    }
}

/// A project with a server of its own.
fn apart() -> (Project, Option<Local>) {
    let folder = TempDir::new().expect("a folder can be made");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let bin_dir = Some(binaries().folder);
    let options = LocalOptions { bin_dir, database: "dev".to_owned(), ..LocalOptions::default() };
    let server = Local::of(folder.path(), options).expect("the folder is there");
    let running = server.start().unwrap_or_else(|error| panic!("{error:#}"));
    let url = Url::parse(&running.conninfo, "the test").expect("it is one");
    (Project::at(folder, url), Some(server))
}

/// Stops a server at once, and starts it again.
fn stop(server: &Local) {
    let pid_file = server.state().home.join("data/postmaster.pid");
    let text = std::fs::read_to_string(pid_file).expect("the server runs");
    let pid = text.lines().next().and_then(|line| line.parse().ok()).and_then(Pid::from_raw);
    let pid = pid.expect("the file begins with a number");
    kill_process(pid, Signal::QUIT).expect("it runs");
    while test_kill_process(pid).is_ok() && server.state().running {
        std::thread::yield_now();
    }
    server.start().unwrap_or_else(|error| panic!("{error:#}"));
}

/// Strikes at every statement of a run until there are no more, and sees what the next run makes of it.
fn at_every_statement(fault: Fault) {
    let next = AtomicUsize::new(1);
    let work = || {
        let ground = Ground::new(fault);
        loop {
            let at = At { statement: next.fetch_add(1, Ordering::SeqCst), answered: fault != Fault::Stop };
            ground.clean();
            let struck = ground.run_with(fault, at);
            let (code, said) = ground.project.run(APPLY);
            let context = format!("{fault:?} at {at:?}: {said}");
            assert_eq!(code, 0, "{context}");
            is_up(&ground.project, &context);
            if !struck {
                assert!(at.statement > 12, "the run had only {} statements", at.statement);
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(work);
        }
    });
}

/// All is there once.
fn is_up(project: &Project, context: &str) {
    let seen = project.value(
        "SELECT concat_ws('; ', (SELECT string_agg(segment::text, ',' ORDER BY segment) FROM runs),
            (SELECT count(*) || ' rows ' || sum(c) FROM a),
            (SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ',' ORDER BY indexrelid::regclass::text) FROM pg_index
                WHERE indrelid = 'a'::regclass AND NOT indisprimary),
            (SELECT string_agg(version || ' ' || state, ',') FROM dbtool.schema_migrations),
            (SELECT count(*) || ' done' FROM dbtool.migration_log WHERE act = 'up' AND outcome = 'done'))",
    );
    assert_eq!(seen, "1,2,3; 50 rows 50; a_u true; 20250102030405 applied; 1 done", "{context}");
}

#[test]
fn killed_after_every_statement() {
    at_every_statement(Fault::Kill);
}

#[test]
fn cut_off_after_every_statement() {
    at_every_statement(Fault::Cut);
}

#[test]
fn its_server_stopped_in_every_statement() {
    at_every_statement(Fault::Stop);
}
