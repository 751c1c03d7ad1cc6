//! A project like a real product's on Supabase works on the local Postgres unchanged.

mod support;

use std::path::Path;
use std::process::Command;

use dbtool::database::Url;
use tempfile::TempDir;

/// A project as `supabase db pull`, `db diff`, `migration new` and the dashboard leave it.
const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/supabase");

struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Self { folder: TempDir::new().expect("a folder can be made") };
        use std::os::unix::fs::PermissionsExt;
        let all = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(project.folder.path(), all).expect("it is ours");
        project.write_settings("");
        project
    }

    fn write_settings(&self, more: &str) {
        let bin_dir = support::binaries().folder;
        let bin_dir = bin_dir.display();
        self.write("dbtool.toml", &format!("platform = \"supabase\"\n{more}[postgres]\nbin_dir = \"{bin_dir}\"\n"));
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.folder.path().join(file);
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new("/"))).expect("a folder can be made");
        std::fs::write(file, text).expect("a file can be written");
    }

    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
        let cache = self.folder.path().join("cache");
        command.args(arguments).env_remove("DATABASE_URL").env("XDG_CACHE_HOME", cache).current_dir(self.folder.path());
        let output = command.output().expect("dbtool runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let code = output.status.code().expect("dbtool exits by itself");
        format!("{}{}exit {code}\n", text(&output.stdout), text(&output.stderr))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        self.run(&["stop", "--remove-data", "--yes"]);
    }
}

/// The first value of the first line of what SQL gives on the local Postgres.
fn value(project: &Project, sql: &str) -> String {
    let started = project.run(&["start", "--quiet"]);
    let url = Url::parse(started.lines().next().expect("it says the URL"), "the test").expect("it is one");
    support::wait(async { support::session(&url).await.query_one(sql, &[]).await.expect("the SQL is right").get(0) })
}

#[test]
fn migrations_apply_unchanged_and_the_schema_is_taken_from_them() {
    let project = Project::new();
    let copied = Command::new("cp").arg("-r").arg(FILES).arg(project.folder.path()).status().expect("cp runs");
    assert!(copied.success());
    project.write("supabase/config.toml", "");
    project.write_settings("seed = \"supabase/seed.sql\"\n[migrations]\nfolder = \"supabase/migrations\"\n");
    let begun = project.run(&["init"]);
    assert!(begun.contains("Supabase: its migrations and seeds are used where they are"), "{begun}");
    let set_up = project.run(&["setup"]);
    assert!(set_up.ends_with("exit 0\n") && set_up.contains("are stood in for"), "{set_up}");
    let listed = project.run(&["migration", "list"]);
    let count = std::fs::read_dir(Path::new(FILES).join("migrations")).expect("it is there").count();
    assert_eq!(listed.matches("  applied  ").count(), count, "{listed}");
    let status = project.run(&["status", "--exit-code"]);
    assert!(status.contains("Status: IN SYNC") && status.ends_with("exit 0\n"), "{status}");
    assert_eq!(value(&project, "SELECT username FROM public.profiles"), "ann", "the trigger on auth.users ran");
    let index = value(&project, "SELECT pg_get_indexdef('documents_lists'::regclass)");
    assert!(index.ends_with("USING ivfflat (embedding vector_cosine_ops) WITH (lists='100')"), "{index}");
    for form in [&[][..], &["--no-pg-dump"]] {
        let taken = project.run(&[&["backup"], form].concat());
        assert!(taken.ends_with("exit 0\n"), "{taken}");
        let restored = project.run(&["restore", "latest", "--yes", "--drop-old"]);
        assert!(restored.ends_with("exit 0\n"), "{restored}");
        assert_eq!(value(&project, "SELECT pg_get_indexdef('documents_lists'::regclass)"), index);
    }
    let text = std::fs::read_to_string(project.folder.path().join("schema.sql")).expect("it is there");
    for declared in [
        "CREATE EXTENSION vector WITH SCHEMA extensions",
        "CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users",
        "CREATE POLICY \"Avatar images are publicly accessible.\" ON storage.objects",
        "CREATE POLICY \"authenticated can receive\" ON realtime.messages",
        "embedding extensions.vector(1536)",
    ] {
        assert!(text.contains(declared), "{declared}: {text}");
    }
    for given in ["pgcrypto", "CREATE PUBLICATION", "CREATE TABLE auth", "GRANT ALL ON TABLE public.profiles TO anon"] {
        assert!(!text.contains(given), "{given} is the platform's: {text}");
    }
}

#[test]
fn a_schema_alone_makes_the_same() {
    let project = Project::new();
    project.write(
        "schema.sql",
        "create extension vector;
        create table public.documents (id bigint primary key, owner uuid references auth.users, embedding public.vector(3));
        create index on documents using hnsw (embedding vector_l2_ops) with (m = 8);
        create function made() returns trigger language plpgsql as 'begin return new; end';
        create trigger made after insert on auth.users for each row execute function made();
        create policy mine on storage.objects for select using (auth.uid() = owner);",
    );
    let old = project.folder.path().join("cache/dbtool/extended/postgres-15-of-an-older-dbtool");
    std::fs::create_dir_all(&old).expect("it can be made");
    let month = std::time::SystemTime::now() - std::time::Duration::from_secs(30 * 24 * 60 * 60);
    std::fs::File::open(&old).and_then(|folder| folder.set_modified(month)).expect("it is ours");
    let synced = project.run(&["sync", "--yes"]);
    let stand_ins = std::fs::read_dir(old.parent().expect("it has one")).expect("it is there");
    let stand_ins: Vec<_> = stand_ins.map(|entry| entry.expect("it can be read").path()).collect();
    assert!(stand_ins.len() == 1 && stand_ins[0] != old, "{stand_ins:?}");
    let held = std::fs::File::open(stand_ins[0].join("in-use.lock")).expect("it is there");
    let taken = rustix::fs::flock(&held, rustix::fs::FlockOperation::NonBlockingLockExclusive);
    assert_eq!(taken, Err(rustix::io::Errno::WOULDBLOCK), "the server that runs holds it");
    assert!(synced.ends_with("exit 0\n"), "{synced}");
    let status = project.run(&["status", "--exit-code"]);
    assert!(status.contains("Status: IN SYNC") && status.ends_with("exit 0\n"), "{status}");
    assert_eq!(value(&project, "SELECT count(*)::text FROM pg_trigger WHERE tgname = 'made'"), "1");
    let back = project.run(&["rollback", "--yes", "--force"]);
    assert!(back.ends_with("exit 0\n"), "{back}");
    assert_eq!(value(&project, "SELECT count(*)::text FROM pg_policy WHERE polname = 'mine'"), "0");
    project.write("migrations/20990101000000_more.up.sql", "create extension if not exists no_such;\n");
    assert!(project.run(&["migration", "repair", "--sum", "--yes"]).ends_with("exit 0\n"));
    let lacks = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert!(lacks.contains("20990101000000_more.up.sql:1:1: extension \"no_such\" is not available"), "{lacks}");
    let package =
        "\nhint: Install it where the server runs; on Debian and Ubuntu the package is usually called postgresql-";
    assert!(lacks.contains(package), "{lacks}");
}
