//! Killed on the way: nothing looks complete, the database is as it was, and the next run cleans up.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use rustix::process::{Pid, Signal, kill_process};

use crate::project::{Project, query};
use crate::support::{session, wait};

/// A table whose rows can make a restore wait.
const PAUSE: &str = "
    CREATE FUNCTION pause() RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_sleep(3600) WHERE current_setting('app.pause', true) = 'on';
        RETURN true;
    END $$;
    CREATE TABLE t (a int CHECK (public.pause()));
    INSERT INTO t VALUES (1), (2)";

/// Runs `work` with a backup under way that waits for a lock, which is released afterwards.
fn while_it_waits(project: &Project, work: impl FnOnce(Child)) {
    wait(async {
        let holder = session(&project.database.url()).await;
        holder.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.expect("nobody else is there");
        let mut command = project.dbtool(&["backup"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("dbtool runs");
        await_in(
            &project.database.url(),
            "datname = current_database() AND application_name = 'pg_dump' AND wait_event_type = 'Lock'",
            true,
        );
        work(child);
        holder.batch_execute("ROLLBACK").await.expect("it is still there");
    });
}

/// Waits until a session of this sort is or is not there.
fn await_in(url: &dbtool::database::Url, condition: &str, there: bool) {
    let sql = format!("SELECT pid::text FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND {condition}");
    while query(url, &sql).is_empty() == there {
        std::thread::yield_now();
    }
}

/// The process that `parent` started.
fn child_of(parent: &Child) -> Pid {
    let children = format!("/proc/{0}/task/{0}/children", parent.id());
    let children = std::fs::read_to_string(children).expect("the kernel lists children");
    let first = children.split_whitespace().next().and_then(|pid| pid.parse().ok());
    first.and_then(Pid::from_raw).expect("it has started a program")
}

#[test]
fn dbtool_in_a_backup() {
    let project = Project::with("CREATE TABLE t (a int)");
    while_it_waits(&project, |mut child| {
        let pg_dump = child_of(&child);
        let arguments = std::fs::read(format!("/proc/{}/cmdline", pg_dump.as_raw_nonzero())).expect("it runs");
        assert!(!String::from_utf8_lossy(&arguments).contains("s3cret"), "a password stands among the arguments");
        child.kill().expect("it runs");
        child.wait().expect("it has ended");
        assert!(project.backups().is_empty(), "{:?}", project.files());
        await_in(&project.database.url(), "datname = current_database() AND application_name = 'pg_dump'", false);
    });
    let left: Vec<_> =
        project.files().into_iter().filter(|file| file.extension().is_some_and(|e| e == "partial")).collect();
    assert_eq!(left.len(), 1);
    let hour = SystemTime::now() - Duration::from_secs(3600);
    File::options().write(true).open(&left[0]).and_then(|file| file.set_modified(hour)).expect("it is ours");
    project.must(&["backup"]);
    assert!(!left[0].exists(), "the next backup sweeps");
    assert_eq!(project.backups().len(), 1);
}

#[test]
fn pg_dump_in_a_backup() {
    let project = Project::with("CREATE TABLE t (a int)");
    while_it_waits(&project, |child| {
        kill_process(child_of(&child), Signal::KILL).expect("it runs");
        let output = child.wait_with_output().expect("dbtool ends by itself");
        assert_eq!(output.status.code(), Some(2));
    });
    let files = project.files();
    assert!(files.iter().all(|file| file.ends_with(".gitignore")), "{files:?}");
}

/// Ctrl-C, and how machines end programs.
const INTERRUPTIONS: [Signal; 2] = [Signal::INT, Signal::TERM];

#[test]
fn interrupted_in_a_backup() {
    let project = Project::with("CREATE TABLE t (a int)");
    for signal in INTERRUPTIONS {
        while_it_waits(&project, |child| {
            kill_process(Pid::from_child(&child), signal).expect("it runs");
            let output = child.wait_with_output().expect("dbtool ends by itself");
            assert_eq!(output.status.code(), Some(130));
            await_in(&project.database.url(), "datname = current_database() AND application_name = 'pg_dump'", false);
        });
        let files = project.files();
        assert!(files.iter().all(|file| file.ends_with(".gitignore")), "{files:?}");
    }
}

/// Runs `work` with a restore under way that waits in the middle of the rows.
fn while_it_restores(project: &Project, work: impl FnOnce(Child)) {
    let url = project.database.url();
    while_it_restores_in(project, &[], &format!("starts_with(datname, '{}_restoring_')", url.database()), work);
}

/// The same into the database itself.
fn while_it_replaces(project: &Project, work: impl FnOnce(Child)) {
    let of_psql = "datname = current_database() AND application_name = 'psql'";
    while_it_restores_in(project, &["--in-place"], of_psql, work);
}

/// The same program as a shell runs it in the background: it ignores SIGQUIT.
fn behind_a_shell(command: Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' QUIT; exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(command.get_current_dir().expect("it runs in its project"));
    shell
}

fn while_it_restores_in(project: &Project, more: &[&str], whose: &str, work: impl FnOnce(Child)) {
    let mut command = behind_a_shell(project.dbtool(&[&["restore", "latest", "--yes"], more].concat()));
    command.env("PGOPTIONS", "-c app.pause=on").stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().expect("dbtool runs");
    await_in(&project.database.url(), &format!("wait_event = 'PgSleep' AND {whose}"), true);
    work(child);
    await_in(&project.database.url(), whose, false);
}

#[test]
fn dbtool_in_a_restore() {
    let project = Project::with(PAUSE);
    project.must(&["backup"]);
    project.database.execute("INSERT INTO t VALUES (3)");
    let before = project.dump();
    while_it_restores(&project, |mut child| {
        child.kill().expect("it runs");
        child.wait().expect("it has ended");
    });
    assert_eq!(project.dump(), before);
    assert_eq!(project.others().len(), 1, "what was being restored is left");
    project.must(&["restore", "latest", "--yes", "--drop-old"]);
    assert!(project.others().is_empty(), "the next restore sweeps");
    assert_eq!(query(&project.database.url(), "SELECT count(*)::text FROM t"), ["2"]);
}

#[test]
fn pg_restore_in_a_restore() {
    let project = Project::with(PAUSE);
    project.must(&["backup"]);
    let before = project.dump();
    while_it_restores(&project, |child| {
        kill_process(child_of(&child), Signal::KILL).expect("it runs");
        let output = child.wait_with_output().expect("dbtool ends by itself");
        assert_eq!(output.status.code(), Some(2));
    });
    assert_eq!(project.dump(), before);
    assert!(project.others().is_empty(), "{:?}", project.others());
}

#[test]
fn interrupted_in_a_restore() {
    let project = Project::with(PAUSE);
    project.must(&["backup"]);
    let before = project.dump();
    for signal in INTERRUPTIONS {
        while_it_restores(&project, |child| {
            kill_process(Pid::from_child(&child), signal).expect("it runs");
            let output = child.wait_with_output().expect("dbtool ends by itself");
            assert_eq!(output.status.code(), Some(130));
        });
        assert_eq!(project.dump(), before);
        assert!(project.others().is_empty(), "{:?}", project.others());
    }
}

#[test]
fn anybody_in_a_restore_in_place() {
    let project = Project::with(PAUSE);
    // More than what waits in the pipes between the programs.
    project.database.execute("INSERT INTO t SELECT generate_series(4, 300000)");
    project.must(&["backup"]);
    project.database.execute("INSERT INTO t VALUES (3)");
    let before = project.dump();
    // Before 14 a server does not see that its client is gone while it works on a statement.
    if project.database.server().binaries().major >= 14 {
        while_it_replaces(&project, |mut child| {
            child.kill().expect("it runs");
            child.wait().expect("it has ended");
        });
        assert_eq!(project.dump(), before);
    }
    while_it_replaces(&project, |child| {
        kill_process(child_of(&child), Signal::KILL).expect("it runs");
        let output = child.wait_with_output().expect("dbtool ends by itself");
        assert_eq!(output.status.code(), Some(2));
    });
    assert_eq!(project.dump(), before);
    project.must(&["restore", "latest", "--yes", "--in-place"]);
    assert_eq!(query(&project.database.url(), "SELECT count(*)::text FROM t"), ["299999"]);
}
