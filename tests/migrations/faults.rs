//! dbtool is killed, and its connection cut, at every statement of a migration; the next run finishes it.

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::project::Project;
use crate::proxy::{At, Proxy};

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

const DOWN: &str = "
ALTER TABLE a DROP COLUMN c;
DROP INDEX CONCURRENTLY a_u;
DROP TABLE a, runs;
";

const APPLY: &[&str] = &["apply-safe", "--yes", "--no-backup", "--wait", "60s"];

fn project() -> Project {
    let project = Project::new("CREATE TABLE a (id int PRIMARY KEY);");
    project.write("migrations/20250102030405_all.up.sql", UP);
    project.write("migrations/20250102030405_all.down.sql", DOWN);
    project
}

/// What strikes.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Kill,
    Cut,
}

/// Runs dbtool with a fault; whether the run was long enough for it.
fn run_with(project: &Project, arguments: &[&str], fault: Fault, at: At) -> bool {
    let folder = TempDir::new().expect("a folder can be made");
    let server = std::path::Path::new(&project.socket()).join(".s.PGSQL.5432");
    let proxy = Proxy::start(folder.path(), &server, at);
    let host = folder.path().display().to_string();
    let mut child = project.command(&host, arguments).spawn().expect("dbtool runs");
    let pid = Pid::from_child(&child);
    loop {
        if let Ok(go_on) = proxy.strikes.recv_timeout(std::time::Duration::from_millis(10)) {
            if matches!(fault, Fault::Kill) {
                kill_process(pid, Signal::KILL).expect("it runs");
                child.wait().expect("it is killed");
            }
            go_on.send(()).expect("the proxy waits");
        }
        if child.try_wait().expect("it can be watched").is_some() {
            return proxy.seen() >= at.message;
        }
    }
}

/// Strikes at every message of a run until there are no more; `check` looks at what the next run makes of it.
fn at_every_message(
    fault: Fault,
    answered: bool,
    prepare: fn(&Project),
    arguments: &[&str],
    check: fn(&Project, &str),
) {
    for message in 1.. {
        let project = project();
        prepare(&project);
        let at = At { message, answered };
        let struck = run_with(&project, arguments, fault, at);
        let (code, said) = project.run(arguments);
        assert_eq!(code, 0, "{fault:?} at {at:?}: {said}");
        check(&project, &format!("{fault:?} at {at:?}: {said}"));
        if !struck {
            assert!(message > 20, "the run had only {message} messages");
            return;
        }
    }
}

/// All is there once.
fn is_up(project: &Project, context: &str) {
    assert_eq!(project.value("SELECT string_agg(segment::text, ',' ORDER BY segment) FROM runs"), "1,2,3", "{context}");
    assert_eq!(project.value("SELECT count(*) || ' ' || sum(c) FROM a"), "50 50", "{context}");
    let indexes = "SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ',' ORDER BY 1) FROM pg_index WHERE indrelid = 'a'::regclass";
    assert_eq!(project.value(indexes), "a_pkey true,a_u true", "{context}");
    assert_eq!(
        project.value("SELECT string_agg(version || state, ',') FROM dbtool.schema_migrations"),
        "20250102030405applied",
        "{context}"
    );
    let done = "SELECT count(*) FROM dbtool.migration_log WHERE act = 'up' AND outcome = 'done'";
    assert_eq!(project.value(done), "1", "{context}");
}

#[test]
fn killed_before_a_statement() {
    at_every_message(Fault::Kill, false, |_| (), APPLY, is_up);
}

#[test]
fn killed_after_a_statement() {
    at_every_message(Fault::Kill, true, |_| (), APPLY, is_up);
}

#[test]
fn cut_off_after_a_statement() {
    at_every_message(Fault::Cut, true, |_| (), APPLY, is_up);
}
