//! From nothing to a running project.

use crate::project::{Project, execute, value};

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
    let configured = format!(
        "default_env = \"local\"\n{settings}\n{one}[env.gone]\nurl = \"postgres://nobody@127.0.0.1:1/x\"\n[env.local2]\nurl = \"${{LOCAL2}}\"\n"
    );
    write("dbtool.toml", &configured);
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
    write("dbtool.toml", &format!("seed = [\"before.sql\", \"broken.sql\"]\n{settings}"));
    write("before.sql", "INSERT INTO t VALUES (7);\n");
    write("broken.sql", "UPDATE t SET b = 'changed';\nINSERT INTO nowhere VALUES (1);\n");
    let broken = project.run(&["seed"]);
    assert!(broken.contains("broken.sql at line 2, column 13: relation \"nowhere\" does not exist"), "{broken}");
    let unchanged = value(&project.start(), "SELECT string_agg(a || coalesce(b, '-'), ' ' ORDER BY a) FROM t");
    assert_eq!(unchanged, "1x;y 2z 3-");
    write("dbtool.toml", &configured);
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
    let unset = project.run(&["status", "--env", "local2"]);
    assert!(unset.starts_with("error: ") && unset.contains("the variable LOCAL2 is not set"), "{unset}");
    for (env, why) in [("local2", "the variable LOCAL2 is not set"), ("nowhere", "There is no environment \"nowhere\"")]
    {
        let gate = project.run(&["verify", "--only", "target", "--env", env]);
        assert!(gate.contains("✗ target: ") && gate.contains(why) && gate.ends_with("exit 1\n"), "{gate}");
    }
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
    let other = Project::new();
    let empty = project.start().url.replace("/dev", "/template1");
    assert!(other.run(&["init", "--url", &empty]).ends_with("exit 0\n"));
    let status = other.run(&["status", "--url", &empty]);
    assert!(status.contains("Status: IN SYNC") && status.ends_with("exit 0\n"), "{status}");
}
