//! What the server keeps, and each trouble that it may meet.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use dbtool::database::server::{Local, LocalOptions, Running};
use dbtool::failure::Failure;
use rustix::process::{Signal, kill_process};

use crate::project::{Project, execute, text, value};
use crate::support::binaries;

fn port(running: &Running) -> u16 {
    let (_, rest) = running.url.rsplit_once(':').expect("a URL has a port");
    rest.split('/').next().and_then(|port| port.parse().ok()).expect("a port is a number")
}

#[test]
fn it_keeps_its_data_and_its_port() {
    let project = Project::new();
    let first = project.start();
    assert!(first.started);
    execute(&first.url, "CREATE TABLE kept AS SELECT 'é' AS word");
    let again = project.start();
    assert_eq!((again.started, &again.url), (false, &first.url), "it runs already");
    assert!(project.local().stop().expect("it can be stopped"));
    assert!(!project.local().stop().expect("it is stopped"));
    assert!(project.local().state().url.is_none());
    let third = project.start();
    assert_eq!((third.started, &third.url, third.notice.as_deref()), (true, &first.url, None));
    assert_eq!(value(&third, "SELECT upper(word) FROM kept"), "É", "the locale knows more than ASCII");
    assert_eq!(std::fs::read_to_string(project.at.join(".dbtool/.gitignore")).expect("it is there"), "*\n");
}

#[test]
fn it_recovers_after_a_crash() {
    let project = Project::new();
    let running = project.start();
    execute(&running.url, "CREATE TABLE kept (); SET synchronous_commit = on; CREATE TABLE also_kept ()");
    kill_process(project.pid(), Signal::KILL).expect("it is ours");
    let again = project.start();
    assert!(again.started);
    assert_eq!(value(&again, "SELECT to_regclass('kept')::text || to_regclass('also_kept')"), "keptalso_kept");
}

#[test]
fn a_stale_pid_file_with_the_number_of_another_program_is_no_server() {
    let project = Project::new();
    project.start();
    let (file, text) = (project.pid_file(), std::fs::read_to_string(project.pid_file()).expect("it runs"));
    project.local().stop().expect("it can be stopped");
    let rest = text.split_once('\n').expect("it has lines").1;
    let lines: Vec<&str> = rest.lines().collect();
    let lock = Path::new(lines[3]).join(format!(".s.PGSQL.{}.lock", lines[2]));
    for note in [&file, &lock] {
        std::fs::write(note, format!("{}\n{rest}", std::process::id())).expect("it can be written");
    }
    assert!(!project.local().state().running, "this test is no server");
    assert!(!project.local().stop().expect("there is nothing to stop"), "and is not stopped as one");
    assert!(project.start().started);
}

#[test]
fn a_taken_port_is_said_and_left() {
    let project = Project::new();
    let first = project.start();
    project.local().stop().expect("it can be stopped");
    let stranger = TcpListener::bind((Ipv4Addr::LOCALHOST, port(&first))).expect("nobody has it");
    let moved = project.start();
    assert_ne!(port(&moved), port(&first));
    let notice =
        format!("Port {} is taken by another program: the local Postgres has moved to {}", port(&first), port(&moved));
    assert_eq!(moved.notice, Some(notice));
    project.local().stop().expect("it can be stopped");
    let options = LocalOptions { port: Some(port(&first)), ..project.options() };
    let error = Local::of(&project.at, options).expect("the folder is there").start().expect_err("it is taken");
    let failure = error.downcast_ref::<Failure>().expect("the user can act on it");
    let said = format!("Port {} of this machine, which [postgres] names, is taken by another program", port(&first));
    assert_eq!(failure.to_string(), said);
    drop(stranger);
}

#[test]
fn two_projects_have_two_servers() {
    let (one, other) = (Project::new(), Project::new());
    let (first, second) = (one.start(), other.start());
    assert_ne!(port(&first), port(&second));
    execute(&first.url, "CREATE TABLE here ()");
    assert_eq!(value(&second, "SELECT coalesce(to_regclass('here')::text, 'nowhere')"), "nowhere");
}

#[test]
fn of_many_at_once_one_starts_it() {
    let project = Project::new();
    let started = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| project.start().started)).collect();
        all.into_iter().map(|one| one.join().expect("it starts")).filter(|started| *started).count()
    });
    assert_eq!(started, 1);
}

#[test]
fn data_of_another_version_is_not_touched() {
    let project = Project::new();
    project.start();
    project.local().stop().expect("it can be stopped");
    let data = project.local().state().home.join("data");
    let major = binaries().major;
    let options = LocalOptions { version: Some(major + 1), ..project.options() };
    let error = Local::of(&project.at, options).expect("the folder is there").start().expect_err("it does not fit");
    assert!(error.to_string().starts_with(&format!("The local Postgres has data of version {major}, and [postgres]")));
    std::fs::write(data.join("PG_VERSION"), "9\n").expect("it can be written");
    let options = LocalOptions { bin_dir: None, ..project.options() };
    let error =
        Local::of(&project.at, options).expect("the folder is there").start().expect_err("nobody has version 9");
    assert!(error.chain().any(|cause| cause.downcast_ref::<Failure>().is_some()), "{error:#}");
    assert!(format!("{error:#}").contains("The server programs of PostgreSQL 9 are not on this machine"), "{error:#}");
}

#[test]
fn a_copy_of_a_project_has_a_server_of_its_own() {
    let project = Project::new();
    let first = project.start();
    execute(&first.url, "CREATE TABLE from_before ()");
    project.local().stop().expect("it can be stopped");
    let copy = Project::new();
    let from = format!("{}/.dbtool", project.at.display());
    assert!(Command::new("cp").args(["-a", &from]).arg(&copy.at).status().expect("cp runs").success());
    let (first, second) = (project.start(), copy.start());
    assert!(first.started && second.started);
    assert_ne!(port(&first), port(&second));
    assert_eq!(value(&second, "SELECT to_regclass('from_before')::text"), "from_before");
}

#[test]
fn a_long_or_odd_path_is_no_trouble() {
    let mut project = Project::new();
    project.at = project.at.join("it's \"a\" $(long) \\ path").join("x".repeat(90));
    std::fs::create_dir_all(&project.at).expect("it can be made");
    assert_eq!(value(&project.start(), "SELECT current_database()::text"), "dev");
}

#[test]
fn a_folder_that_the_server_cannot_reach_has_its_data_elsewhere() {
    let project = Project::private();
    project.start();
    let home = project.local().state().home;
    let as_root = rustix::process::geteuid().is_root();
    assert_eq!(home.starts_with(&project.at), !as_root, "only root's server is another user's");
    drop(project);
    assert!(!home.exists(), "what is removed is removed there as well");
}

#[test]
fn an_ordinary_user_has_one_too() {
    if !rustix::process::geteuid().is_root() {
        return; // Then every other test is this one.
    }
    let project = Project::new();
    let program = project.at.join("dbtool");
    // By a process of its own: a file that this one has open for writing cannot be run while another test starts one.
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_dbtool")).arg(&program).status().expect("cp runs");
    assert!(copied.success());
    let nobody = 65_534;
    chown(&project.at, Some(nobody), Some(nobody)).expect("we are root");
    let run = |arguments: &[&str]| {
        let mut command = project.command(&program, arguments);
        text({
            command.uid(nobody).gid(nobody).env("HOME", &project.at).env("XDG_CACHE_HOME", project.at.join("cache"));
            command
        })
    };
    let started = run(&["start"]);
    assert!(started.starts_with("Started the local Postgres: postgresql://postgres@127.0.0.1:"), "{started}");
    let error = project.local().start().map(|running| running.started);
    assert!(matches!(error, Ok(false)), "root finds that it runs: {error:?}");
    assert_eq!(run(&["stop"]), "Stopped the local Postgres\nexit 0\n");
    let error = project.local().start().expect_err("it is not root's").to_string();
    assert!(error.contains("belongs to another user of this machine (number 65534)"), "{error}");
    assert_eq!(run(&["stop", "--remove-data", "--yes"]), "Removed the local Postgres with all its data\nexit 0\n");
}

#[test]
fn commands_without_a_database_work_on_it() {
    let project = Project::new();
    let lost = project.run(&["status"]);
    assert!(lost.starts_with("error: No database is named, and this folder is no project"), "{lost}");
    assert!(!project.at.join(".dbtool").exists(), "nothing is made where nothing is");
    std::fs::write(project.at.join("schema.sql"), "CREATE TABLE t (a int);\n").expect("it can be written");
    assert!(project.run(&["status", "--local"]).starts_with("The local Postgres has not been started yet"));
    let synced = project.run(&["sync", "--yes"]);
    assert!(synced.contains("Started the local Postgres: postgresql://postgres@127.0.0.1:"), "{synced}");
    assert!(synced.ends_with("exit 0\n"), "{synced}");
    let status = project.run(&["status", "--exit-code"]);
    assert!(status.contains("Status: IN SYNC") && status.ends_with("exit 0\n"), "{status}");
    assert!(project.run(&["diff", "--from", "local", "--exit-code"]).ends_with("exit 0\n"));
    let other_way = project.run(&["diff", "--from", "schema.sql", "--to", "local", "--exit-code"]);
    assert!(other_way.ends_with("exit 0\n"), "{other_way}");
    assert!(project.run(&["status", "--local"]).starts_with("The local Postgres runs: postgresql://"));
    assert_eq!(project.run(&["stop"]), "Stopped the local Postgres\nexit 0\n");
    assert!(!project.local().state().running);
    assert_eq!(project.run(&["stop"]), "The local Postgres did not run\nexit 0\n");
    assert!(project.run(&["stop", "--remove-data"]).contains("hint: Answer it with --yes"));
}
