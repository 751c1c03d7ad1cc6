//! The schema written back to files that people have worked on.

use crate::project::{Project, execute};

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
