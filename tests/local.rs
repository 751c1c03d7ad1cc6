//! The project's own Postgres: what it keeps, and each trouble that it may meet.

mod support;

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use dbtool::database::Url;
use dbtool::database::server::{Local, LocalOptions, Running};
use dbtool::failure::Failure;
use rustix::process::{Pid, Signal, kill_process};
use support::{binaries, session, wait};
use tempfile::TempDir;

/// A folder with a server of its own, which is removed with it.
struct Project {
    _folder: TempDir,
    at: PathBuf,
}

impl Project {
    /// A folder that any user of the machine can enter.
    fn new() -> Self {
        Self::with_mode(0o755)
    }

    /// A folder that only its owner can enter.
    fn private() -> Self {
        Self::with_mode(0o700)
    }

    fn with_mode(mode: u32) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).expect("it is ours");
        Self { at: folder.path().canonicalize().expect("it is there"), _folder: folder }
    }

    fn options(&self) -> LocalOptions {
        let binaries = binaries();
        LocalOptions { bin_dir: Some(binaries.folder), database: "dev".to_owned(), ..LocalOptions::default() }
    }

    fn local(&self) -> Local {
        Local::of(&self.at, self.options()).expect("the folder is there")
    }

    fn start(&self) -> Running {
        self.local().start().unwrap_or_else(|error| panic!("{error:#}"))
    }

    fn pid_file(&self) -> PathBuf {
        self.local().state().home.join("data/postmaster.pid")
    }

    fn pid(&self) -> Pid {
        let text = std::fs::read_to_string(self.pid_file()).expect("the server runs");
        Pid::from_raw(text.lines().next().and_then(|line| line.parse().ok()).expect("it begins with a number"))
            .expect("not 0")
    }

    /// Runs the real program in the folder, with no database named.
    fn run(&self, arguments: &[&str]) -> String {
        text(self.command(Path::new(env!("CARGO_BIN_EXE_dbtool")), arguments))
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
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
fn text(mut command: Command) -> String {
    let output = command.output().expect("dbtool runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("dbtool exits by itself");
    format!("{}{}exit {code}\n", text(&output.stdout), text(&output.stderr))
}

/// Runs SQL over the connection string for ourselves, and gives the first value.
fn value(running: &Running, sql: &str) -> String {
    let url = Url::parse(&running.conninfo, "the test").expect("it is one");
    wait(async { session(&url).await.query_one(sql, &[]).await.expect("the SQL is right").get(0) })
}

fn execute(conninfo: &str, sql: &str) {
    support::run(&Url::parse(conninfo, "the test").expect("it is one"), sql);
}

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
    assert!(project.run(&["status", "--local"]).starts_with("The local Postgres runs: postgresql://"));
    assert_eq!(project.run(&["stop"]), "Stopped the local Postgres\nexit 0\n");
    assert!(!project.local().state().running);
    assert_eq!(project.run(&["stop"]), "The local Postgres did not run\nexit 0\n");
    assert!(project.run(&["stop", "--remove-data"]).contains("hint: Answer it with --yes"));
}

#[test]
fn pull_keeps_what_a_person_wrote() {
    let project = Project::new();
    let written = "-- Our shop. Ask Ann before you change it.

-- People who buy.
create table users (
  id bigint generated always as identity primary key,  -- never reused
  email text not null unique
);
create index on users (lower(email)); -- for logins

-- Orders, one row each.
create table orders (id bigint primary key);

-- To be removed soon.
create table old (a int);

-- What the site shows.
create view names as select email from users;
";
    std::fs::write(project.at.join("schema.sql"), written).expect("it can be written");
    assert!(project.run(&["sync", "--yes", "--quiet"]).ends_with("exit 0\n"));
    assert!(project.run(&["pull"]).starts_with("schema.sql is in step with the database: nothing to write"));
    let running = project.start();
    execute(
        &running.conninfo,
        "ALTER TABLE orders ADD total numeric NOT NULL; DROP TABLE old; CREATE TABLE more (b text)",
    );
    let refused = project.run(&["pull"]);
    assert!(refused.contains("hint: Answer it with --yes") && refused.ends_with("exit 2\n"), "{refused}");
    let pulled = project.run(&["pull", "--yes"]);
    assert!(pulled.ends_with("exit 0\n") && !pulled.contains("written anew as a whole"), "{pulled}");
    let expected = written
        .replace(
            "create table orders (id bigint primary key);",
            "CREATE TABLE public.orders (\n    id bigint PRIMARY KEY,\n    total numeric NOT NULL\n);",
        )
        .replace("-- To be removed soon.\ncreate table old (a int);\n\n", "")
        + "\nCREATE TABLE public.more (\n    b text\n);\n";
    assert_eq!(std::fs::read_to_string(project.at.join("schema.sql")).expect("it is there"), expected);
    assert!(project.run(&["pull"]).starts_with("schema.sql is in step with the database: nothing to write"));
}

#[test]
fn pull_removes_its_own_files_and_leaves_others() {
    let project = Project::new();
    let folder = project.at.join("s");
    std::fs::create_dir(&folder).expect("it can be made");
    std::fs::write(folder.join("notes.txt"), "mine").expect("it can be written");
    std::fs::write(project.at.join("dbtool.toml"), "").expect("it can be written");
    execute(&project.start().conninfo, "CREATE TABLE a (n int); CREATE SCHEMA x; CREATE TABLE x.b (n int)");
    let pulled = project.run(&["pull", "--split", "s"]);
    assert!(pulled.starts_with("Wrote 3 objects to 3 files;"), "{pulled}");
    std::fs::write(folder.join("own.sql"), "CREATE VIEW v AS SELECT 1 AS one;\n").expect("it can be written");
    execute(&project.start().conninfo, "CREATE VIEW v AS SELECT 1 AS one; DROP TABLE x.b");
    let clash = project.run(&["pull", "--split", "s", "--yes"]);
    assert!(clash.starts_with("error: Nothing was written, for it does not go together with own.sql:"), "{clash}");
    assert!(folder.join("x/tables/b.sql").exists(), "nothing was removed either");
    execute(&project.start().conninfo, "DROP VIEW v");
    std::fs::write(folder.join("own.sql"), "-- what to think of\n").expect("it can be written");
    let pulled = project.run(&["pull", "--split", "s", "--yes"]);
    assert!(pulled.contains(" and removed 1 file of what is gone;"), "{pulled}");
    assert!(!folder.join("x").exists() && folder.join("schemas/x.sql").exists());
    assert!(folder.join("notes.txt").exists() && folder.join("own.sql").exists());
    assert!(project.run(&["pull", "--split", "s"]).contains("nothing to write"));
}

/// A project with a schema and seeds, of which everything is asked that makes it from nothing.
#[test]
fn from_nothing_to_a_running_project_and_anew() {
    let project = Project::new();
    let begun = project.run(&["init", "--ci"]);
    assert!(begun.ends_with("exit 0\n"), "{begun}");
    for file in ["dbtool.toml", "schema.sql", "migrations", ".gitignore", ".github/workflows/dbtool.yml"] {
        assert!(begun.contains(&format!("  {file}\n")) && project.at.join(file).exists(), "{file}: {begun}");
    }
    let again = project.run(&["init"]);
    assert!(again.starts_with("Kept:\n  dbtool.toml\n  schema.sql\n  migrations\n"), "{again}");
    let write = |file: &str, text: &str| std::fs::write(project.at.join(file), text).expect("it can be written");
    let settings = std::fs::read_to_string(project.at.join("dbtool.toml")).expect("it is there");
    let one = "[[types]]\nlang = \"typescript\"\nout = \"types.ts\"\n";
    write(
        "dbtool.toml",
        &format!(
            "default_env = \"local\"\n{settings}\n{one}[env.gone]\nurl = \"postgres://nobody@127.0.0.1:1/x\"\n[env.local2]\nurl = \"${{LOCAL2}}\"\n"
        ),
    );
    write("schema.sql", "CREATE TABLE t (a int PRIMARY KEY, b text);\nCREATE VIEW v AS SELECT a FROM t;\n");
    write(
        "seed.sql",
        "BEGIN;\nINSERT INTO t VALUES (1, 'x;y') ON CONFLICT DO NOTHING;\nCOMMIT;\nCOPY t FROM stdin;\n2\tz\n3\t\\N\n\\.\nSELECT 1;\n",
    );
    let set_up = project.run(&["setup"]);
    assert!(set_up.ends_with("exit 0\n") && set_up.contains("✓ verify: local is in step with the schema"), "{set_up}");
    assert!(set_up.contains("✓ replay: ") && set_up.contains("✓ types: types.ts is up to date"), "{set_up}");
    let types = std::fs::read_to_string(project.at.join("types.ts")).expect("it was written");
    assert!(types.contains("export type Database = {"), "{types}");
    assert_eq!(
        value(&project.start(), "SELECT string_agg(a || coalesce(b, '-'), ' ' ORDER BY a) FROM t"),
        "1x;y 2z 3-"
    );
    let twice = project.run(&["seed"]);
    assert!(
        twice.contains("Invalid SQL in") && twice.contains("seed.sql at line 4, column 1: duplicate key"),
        "{twice}"
    );
    assert!(twice.contains("hint: A seed can be run again"), "{twice}");
    let refused = project.run(&["reset", "--yes"]);
    assert!(refused.starts_with("error: 3 rows of local would be lost\nhint: Lose them with --force"), "{refused}");
    execute(&project.start().conninfo, "CREATE TABLE extra (); INSERT INTO t VALUES (9)");
    let anew = project.run(&["reset", "--force"]);
    assert!(anew.contains("Backed up to ") && anew.ends_with("exit 0\n"), "{anew}");
    assert_eq!(
        value(&project.start(), "SELECT count(*)::text || coalesce(to_regclass('extra')::text, '') FROM t"),
        "3"
    );
    let listed = project.run(&["env", "list"]);
    let line = |name: &str| listed.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default();
    let own = line("local ");
    assert!(
        own.contains("this project's own") && own.contains("in step") && own.matches("none").count() == 2,
        "{listed}"
    );
    assert!(line("gone ").contains("127.0.0.1/x") && line("gone ").contains("unreachable"), "{listed}");
    assert!(listed.contains("local2: ") && listed.contains("the variable LOCAL2 is not set"), "{listed}");
    write(
        "schema.sql",
        "CREATE TABLE t (a int PRIMARY KEY, b text);\nCREATE VIEW v AS SELECT a FROM t;\nCREATE VIEW w AS SELECT a FROM t;\n",
    );
    assert!(project.run(&["migration", "new", "later"]).ends_with("exit 0\n"));
    execute(&project.start().conninfo, "CREATE INDEX by_hand ON t (b)");
    let listed: serde_json::Value =
        serde_json::from_str(project.run(&["env", "list", "--json"]).trim_end_matches("exit 0\n")).expect("it is JSON");
    let own = &listed["environments"].as_array().expect("there are some")[2];
    assert_eq!((&own["pending"], &own["drift"], &own["differences"]), (&1.into(), &1.into(), &2.into()), "{own}");
}
