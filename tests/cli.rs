//! What the commands print and how they exit: stdout, stderr and exit code in one snapshot each.
//!
//! `INSTA_UPDATE=always cargo test --test cli` writes the snapshots anew.

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::path::Path;
use std::process::Command;

use support::Database;
use tempfile::TempDir;

/// Two tables and what belongs to them.
const SCHEMA: &str = "CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE
);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users
);
CREATE INDEX orders_user_id ON orders (user_id);
";

/// A folder with a `schema.sql`, and a database.
struct Project {
    folder: TempDir,
    database: Database,
}

impl Project {
    fn new(schema: &str) -> Self {
        let project = Self { folder: TempDir::new().expect("a folder can be made"), database: Database::new() };
        project.write("schema.sql", schema);
        project
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(file), text).expect("a file can be written");
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(file)).expect("a file can be read")
    }

    /// Runs dbtool with its database; what differs from run to run is replaced by a word.
    fn run(&self, arguments: &[&str]) -> String {
        let (host, name) = self.address();
        self.run_with(&conninfo(&host, &name), arguments).replace(&host, "SOCKET").replace(&name, "test")
    }

    /// The same to the letter.
    fn run_plain(&self, arguments: &[&str]) -> String {
        let (host, name) = self.address();
        self.output(&conninfo(&host, &name), arguments)
    }

    /// The socket's folder and the name of its database.
    fn address(&self) -> (String, String) {
        let url = self.database.url();
        let environment: Vec<(&str, String)> = url.environment().into_iter().collect();
        let host = environment.iter().find(|(name, _)| *name == "PGHOST").map(|(_, host)| host.clone());
        let host = host.expect("a scratch server has a socket folder");
        let name = environment.iter().find(|(name, _)| *name == "PGDATABASE").map(|(_, name)| name.clone());
        let name = name.expect("a test's database has a name");
        (host, name)
    }

    fn run_with(&self, url: &str, arguments: &[&str]) -> String {
        steady(&self.output(url, arguments), self.folder.path())
    }

    fn command(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("DATABASE_URL", url).env("XDG_CACHE_HOME", support::cache()).env("COLUMNS", "120");
        command
    }

    fn output(&self, url: &str, arguments: &[&str]) -> String {
        let output = self.command(url, arguments).output().expect("dbtool runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let code = output.status.code().expect("dbtool exits by itself");
        format!("$ dbtool {}\n{out}--- stderr\n{err}--- exit {code}\n", arguments.join(" "))
    }
}

fn conninfo(host: &str, name: &str) -> String {
    format!("host={host} user=postgres dbname={name}")
}

/// The text without folders, versions and times.
fn steady(text: &str, folder: &Path) -> String {
    let text = without_versions(&text.replace(&folder.display().to_string(), "FOLDER"));
    let cut = |line: &str| match line.find("(PostgreSQL ").or_else(|| line.find("(modified ")) {
        Some(at) => format!("{}(…)\n", &line[..at]),
        None => format!("{line}\n"),
    };
    text.lines().map(cut).collect()
}

/// The text with the versions of migrations, which are times, replaced by a word.
fn without_versions(text: &str) -> String {
    let mut words = text.split_inclusive(|c: char| !c.is_ascii_digit());
    let mut out = String::new();
    for word in &mut words {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        out += &if digits == 14 { format!("VERSION{}", &word[digits..]) } else { word.to_owned() };
    }
    out
}

#[test]
fn status_lists_what_is_missing_extra_and_different() {
    let project = Project::new(SCHEMA);
    project.database.execute(
        "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(99)); CREATE TABLE old (a int)",
    );
    insta::assert_snapshot!(project.run(&["status"]));
}

#[test]
fn status_fails_on_a_difference_when_asked() {
    let project = Project::new("CREATE TABLE t (a int);");
    insta::assert_snapshot!(project.run(&["status", "--exit-code"]));
}

#[test]
fn diff_shows_attribute_by_attribute() {
    let project = Project::new(SCHEMA);
    project.database.execute("CREATE TABLE orders (id int PRIMARY KEY, user_id bigint); CREATE TABLE users (id int)");
    insta::assert_snapshot!(project.run(&["diff"]));
}

#[test]
fn diff_prints_the_migration() {
    insta::assert_snapshot!(Project::new(SCHEMA).run(&["diff", "--sql"]));
}

#[test]
fn sync_applies_and_is_in_step_afterwards() {
    let project = Project::new(SCHEMA);
    let (first, second) = (project.run(&["sync", "--yes"]), project.run(&["status", "--exit-code"]));
    insta::assert_snapshot!(first + &second);
}

#[test]
fn sync_refuses_to_lose_rows() {
    let project = Project::new("CREATE TABLE t (a int);");
    project.database.execute("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, 'y')");
    insta::assert_snapshot!(project.run(&["sync", "--yes"]));
}

#[test]
fn sync_without_a_terminal_names_the_flag() {
    insta::assert_snapshot!(Project::new("CREATE TABLE t (a int);").run(&["sync"]));
}

/// Every kind that can be renamed, with the names that Postgres makes from the others; there and back, with a row.
#[test]
fn declared_renames_are_nothing_but_renames() {
    let (old, new) = (include_str!("renames/old.sql"), include_str!("renames/new.sql"));
    let project = Project::new(new);
    project.database.execute(old);
    project.database.execute("INSERT INTO people (mail) VALUES ('a@b')");
    let written = project.run(&["diff", "--up", "up.sql", "--down", "down.sql"]);
    assert!(written.ends_with("--- exit 0\n"), "{written}");
    let up = project.read("up.sql");
    let statements: Vec<&str> = up.split(";\n").map(str::trim).collect();
    let renames = statements.iter().filter(|statement| statement.contains(" RENAME ")).count();
    assert_eq!(renames, statements.len() - ["SET", "BEGIN", "COMMIT", ""].len(), "{up}");
    project.database.execute(&up);
    assert!(project.run(&["status"]).contains("Status: IN SYNC"));
    project.database.execute("INSERT INTO persons (email, s) VALUES ('c@d', 'b d')");
    project.database.execute(&project.read("down.sql"));
    project.write("old.sql", old);
    let back = project.run(&["diff", "--to", "old.sql"]);
    assert!(back.contains("No differences"), "{back}");
}

#[test]
fn what_looks_like_a_rename_is_suggested() {
    let project = Project::new("CREATE TABLE t (a int, mail text);\nCREATE TABLE people (id int);\n");
    project.database.execute("CREATE TABLE t (a int, email text); CREATE TABLE users (id int)");
    let answer = project.run(&["status"]);
    let suggested = answer.split("Looks like a rename; if it is one, declare it:\n").nth(1);
    let lines: Vec<&str> = suggested.expect("there are suggestions").lines().take(2).collect();
    assert_eq!(
        lines,
        [
            "  - TABLE public.users → public.people: write '-- dbtool: renamed from users' above schema.sql:2",
            "  - COLUMN public.t.email → public.t.mail: write '-- dbtool: renamed from email' on a line of its own before schema.sql:1:24",
        ]
    );
}

#[test]
fn invalid_sql_is_shown_where_it_stands() {
    insta::assert_snapshot!(Project::new("CREATE TABLE t (a int);\n\nCREATE TABEL u (a int);\n").run(&["status"]));
}

#[test]
fn an_unclosed_quote_is_named_where_it_began() {
    insta::assert_snapshot!(Project::new("SELECT 1;\nCREATE FUNCTION f() AS $x$ BEGIN\n;\n").run(&["status"]));
}

#[test]
fn data_does_not_belong_in_a_schema() {
    insta::assert_snapshot!(Project::new("CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n").run(&["status"]));
}

#[test]
fn nor_does_what_acts_on_the_server() {
    insta::assert_snapshot!(Project::new("CREATE TABLE t (a int);\nCREATE DATABASE other;\n").run(&["status"]));
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let project = Project::new("");
    project.write("latin1.sql", b"-- caf\xe9\nCREATE TABLE t (a int);\n");
    std::fs::create_dir(project.folder.path().join("empty")).expect("a folder can be made");
    project.write("good.sql", "CREATE TABLE t (a int);");
    let given = |file| project.run(&["diff", "--from", file, "--to", "good.sql"]);
    insta::assert_snapshot!(project.run(&["status"]) + &given("latin1.sql") + &given("missing.sql") + &given("empty"));
}

#[test]
fn no_server_is_said_without_the_password() {
    let project = Project::new(SCHEMA);
    let output = project.run_with("postgres://me:secret@127.0.0.1:1/app", &["status"]);
    assert!(!output.contains("secret"), "{output}");
    insta::assert_snapshot!(output);
}

#[test]
fn inspect_shows_a_schema_a_table_and_what_can_be_embedded() {
    let project = Project::new(SCHEMA);
    let show = |arguments: &[&str]| project.run(&[&["inspect", "--from", "schema.sql"], arguments].concat());
    insta::assert_snapshot!(show(&[]) + &show(&["orders"]) + &show(&["--relationships", "orders"]));
}

#[test]
fn inspect_proposes_the_nearest_names() {
    insta::assert_snapshot!(Project::new(SCHEMA).run(&["inspect", "--from", "schema.sql", "odrers"]));
}

#[test]
fn what_is_dropped_can_be_brought_back() {
    let project = Project::new("CREATE TABLE kept (id int PRIMARY KEY);");
    project.database.execute(
        "CREATE TABLE kept (id int PRIMARY KEY, name text); INSERT INTO kept VALUES (1, 'one');
        CREATE TABLE orders (id serial PRIMARY KEY); INSERT INTO orders DEFAULT VALUES",
    );
    assert!(project.run(&["sync", "--yes"]).contains("--- exit 0"), "what is kept needs no --force");
    let listed = project.run_plain(&["archive", "list", "--json"]);
    let names: Vec<&str> = listed.lines().filter_map(|line| line.trim().strip_prefix("\"name\": \"")).collect();
    let name = |of: &str| {
        let found = names.iter().find(|name| name.starts_with(of)).unwrap_or_else(|| panic!("{listed}"));
        found.trim_end_matches("\",").to_owned()
    };
    let (orders, values) = (name("orders_"), name("kept_name_"));
    let restored = project.run(&["archive", "restore", &orders, "--yes"]);
    assert!(restored.contains("Brought back table public.orders"), "{restored}");
    project.database.execute("INSERT INTO orders DEFAULT VALUES; ALTER TABLE kept ADD COLUMN name text");
    let restored = project.run(&["archive", "restore", &values, "--yes"]);
    assert!(restored.contains("Brought back column public.kept.name"), "{restored}");
    project.database.execute(
        "DO $$ BEGIN ASSERT (SELECT array_agg(id ORDER BY id) = '{1,2}' FROM orders);
        ASSERT (SELECT name = 'one' FROM kept); END $$",
    );
    let refused = project.run(&["archive", "purge", "--older-than", "0s", "--yes"]);
    assert!(refused.contains("Cannot proceed: would remove data. Use --force flag"), "{refused}");
    let purged = project.run_plain(&["archive", "purge", "--older-than", "0s", "--force"]);
    assert!(purged.contains("Removed 1 thing") && purged.contains(&values), "{purged}");
    assert!(project.run(&["archive", "list"]).contains("The archive is empty"));
}

#[test]
fn roles_are_managed_where_the_scope_says_so() {
    let first = "CREATE ROLE app LOGIN CONNECTION LIMIT 2; CREATE ROLE reader; GRANT reader TO app;
        ALTER ROLE app SET statement_timeout = '5s'; ALTER ROLE app IN DATABASE elsewhere SET work_mem = '8MB';
        CREATE TABLE t (id int); ALTER TABLE t OWNER TO app; GRANT SELECT ON t TO reader;";
    let project = Project { folder: TempDir::new().expect("a folder can be made"), database: Database::apart() };
    project.write("dbtool.toml", "[scope]\nroles = true\nowners = true\n");
    let in_step = |schema: &str, commands: &[&[&str]]| {
        project.write("schema.sql", schema);
        for command in commands {
            let said = project.run(command);
            assert!(said.contains("--- exit 0"), "{said}");
        }
        // What was rolled back is pending again, but nothing differs.
        let said = project.run(&["status"]);
        assert!(said.contains("Status: IN SYNC"), "{said}");
    };
    let has = |condition: &str| project.database.execute(&format!("DO $$ BEGIN ASSERT ({condition}); END $$"));
    in_step(first, &[&["sync", "--yes"]]);
    has("SELECT rolconnlimit = 2 FROM pg_roles WHERE rolname = 'app' AND pg_has_role('app', 'reader', 'MEMBER')");
    has("SELECT count(*) = 2 FROM pg_db_role_setting");
    let second = first.replace(" CONNECTION LIMIT 2", "").replace("GRANT reader TO app;", "").replace("5s", "6s");
    let second = second.replace("CREATE ROLE reader", "-- dbtool: renamed from reader\nCREATE ROLE audience");
    in_step(&second.replace("TO reader", "TO audience"), &[&["sync", "--yes"], &["verify"]]);
    has("SELECT NOT pg_has_role('app', 'audience', 'MEMBER') AND has_table_privilege('audience', 't', 'SELECT')");
    in_step(first, &[&["rollback", "--yes"]]);
    has("SELECT rolconnlimit = 2 FROM pg_roles WHERE rolname = 'app' AND pg_has_role('app', 'reader', 'MEMBER')");
}

#[test]
fn tablespaces_are_the_servers() {
    let project =
        Project::new("CREATE TABLE t (a int PRIMARY KEY) TABLESPACE fast; CREATE TABLE u () TABLESPACE nowhere;");
    let of_server = support::server().url("postgres");
    support::run(&of_server, "CREATE TABLESPACE fast LOCATION ''");
    let said = project.run(&["status"]);
    assert!(said.contains("tablespace nowhere is not on the server") && !said.contains("tablespace fast"), "{said}");
    project.write("schema.sql", "CREATE TABLE t (a int PRIMARY KEY) TABLESPACE fast;");
    let synced = project.run(&["sync", "--yes"]) + &project.run(&["verify"]);
    assert_eq!(synced.matches("--- exit 0").count(), 2, "{synced}");
}

#[test]
fn what_was_left_half_done_is_done_again() {
    let project = Project::new("CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a);");
    project.database.execute("CREATE TABLE t (a int); CREATE INDEX i ON t (a)");
    project.database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass");
    assert!(project.run(&["status"]).contains("INDEX i ON t(a): VALID expected"));
    for command in [&["sync", "--yes"][..], &["status", "--exit-code"], &["rollback", "--yes", "--force"]] {
        let said = project.run(command);
        assert!(said.contains("--- exit 0"), "{said}");
    }
}

#[test]
fn at_a_terminal_sync_asks_about_likely_renames() {
    let project = Project::new("CREATE TABLE people (id int PRIMARY KEY,\n    mail text);\n");
    project.database.execute("CREATE TABLE users (id int PRIMARY KEY, mail text); INSERT INTO users VALUES (1, 'a@b')");
    let (host, name) = project.address();
    let command = project.command(&conninfo(&host, &name), &["sync"]);
    let answers = [("Is TABLE public.people the former public.users, renamed?", "y"), ("Apply 2 statements", "y")];
    let (shown, code) = terminal::at_a_terminal(command, &answers);
    assert_eq!(code, Some(0), "{shown}");
    let annotated = "-- dbtool: renamed from users\nCREATE TABLE people (id int PRIMARY KEY,\n    mail text);\n";
    assert_eq!(project.read("schema.sql"), annotated);
    project.database.execute("DO $$ BEGIN ASSERT (SELECT mail = 'a@b' FROM people); END $$");
}

#[test]
fn what_sync_made_of_an_extension_is_in_step() {
    let project = Project::new("CREATE EXTENSION btree_gist;");
    let said = project.run(&["sync", "--yes"]);
    assert!(said.contains("is in step with the schema") && said.ends_with("--- exit 0\n"), "{said}");
}

#[test]
fn the_privilege_that_is_missing_is_named() {
    let project = Project::new("CREATE TABLE t (a int);");
    project.database.execute("DO $$ BEGIN CREATE ROLE weak LOGIN; EXCEPTION WHEN duplicate_object THEN END $$");
    let (host, name) = project.address();
    let said = project.run_with(&format!("host={host} user=weak dbname={name}"), &["sync", "--yes"]);
    assert!(said.contains(&format!("permission denied for database {name}")), "{said}");
    assert!(
        said.contains(&format!(
            "hint: Have its owner grant it to the role that you connect as: GRANT CREATE ON DATABASE {name}"
        )),
        "{said}"
    );
}
