//! What is recorded, and how it is mended, taken over and consolidated.

use serde_json::Value;

use crate::project::Project;

/// The versions that the ledger has, each with its state.
const RECORDED: &str = "SELECT string_agg(version || ' ' || state, ',' ORDER BY version) FROM dbtool.schema_migrations";

#[test]
fn takes_over_what_golang_migrate_recorded() {
    let project = Project::new("CREATE TABLE a (id int); CREATE TABLE b (id int);");
    for (number, table) in [(1, "a"), (2, "b"), (3, "c")] {
        project
            .write(&format!("migrations/00000{number}_{table}.up.sql"), &format!("CREATE TABLE {table} (id int);\n"));
        project.write(&format!("migrations/00000{number}_{table}.down.sql"), &format!("DROP TABLE {table};\n"));
    }
    project.execute(
        "CREATE TABLE a (id int); CREATE TABLE b (id int);
        CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
        INSERT INTO schema_migrations VALUES (2, true)",
    );
    let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert!(code == 3 && said.contains("dbtool migration import"), "{said}");
    let (code, said) = project.run(&["migration", "import", "--yes"]);
    assert!(code == 3 && said.contains("failed half-way"), "{said}");
    project.execute("UPDATE schema_migrations SET dirty = false");
    let said = project.done(&["migration", "import", "--dry-run"]);
    assert!(said.contains("Would be recorded") && said.contains("000002_b") && !said.contains("000003_c"), "{said}");
    assert_eq!(project.value("SELECT to_regclass('dbtool.schema_migrations')"), "");
    project.done(&["migration", "import", "--yes"]);
    assert_eq!(project.value(RECORDED), "000001 applied,000002 applied");
    assert_eq!(project.value("SELECT string_agg(version || ' ' || dirty, ',') FROM schema_migrations"), "2 false");
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    assert_eq!(project.value("SELECT to_regclass('c')"), "c");
    project.done(&["rollback", "--yes", "--force"]);
    assert_eq!(project.value(RECORDED), "000001 applied,000002 applied");
    let said = project.done(&["migration", "import", "--yes"]);
    assert!(said.contains("Every version that has a file is recorded already"), "{said}");
}

#[test]
fn takes_over_what_dbmate_and_supabase_recorded() {
    let project = Project::new("CREATE TABLE a (id int);");
    let parts = "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\n";
    project.write("migrations/20250101000000_a.sql", parts);
    project.execute(
        "CREATE TABLE a (id int); CREATE TABLE by_hand (id int);
        CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);
        INSERT INTO schema_migrations VALUES ('20250101000000'), ('20240101000000')",
    );
    let said = project.done(&["migration", "import", "--yes"]);
    assert!(said.contains("left out:\n  - 20240101000000") && said.contains("by_hand (extra)"), "{said}");
    assert_eq!(project.value(RECORDED), "20250101000000 applied");
    let (code, said) = project.run(&["sync", "--yes"]);
    assert!(code == 3 && said.contains("by_hand"), "what differs is drift: {said}");
    project.write("migrations/20250201000000_b.sql", "CREATE TABLE b (id int);\n");
    project.done(&["migration", "repair", "--sum"]);
    project.execute(
        "CREATE TABLE b (id int); CREATE SCHEMA supabase_migrations;
        CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], name text);
        INSERT INTO supabase_migrations.schema_migrations VALUES ('20250201000000', '{}', 'b')",
    );
    project.done(&["migration", "import", "--yes"]);
    assert_eq!(project.value(RECORDED), "20250101000000 applied,20250201000000 applied");
}

#[test]
fn a_baseline_takes_the_place_of_migrations_in_files_and_in_databases() {
    let project = Project::new("CREATE TABLE t (id int PRIMARY KEY, a text);");
    let one = "CREATE TABLE t (id int PRIMARY KEY, old text);\nINSERT INTO t VALUES (1, 'x');\n";
    project.write("migrations/20250101000000_one.up.sql", one);
    project.write("migrations/20250101000000_one.down.sql", "DROP TABLE t;\n");
    let two = "ALTER TABLE t RENAME old TO a;\nUPDATE t SET a = 'y';\nDO $$ BEGIN CREATE TABLE IF NOT EXISTS t (id int); END $$;\n";
    project.write("migrations/20250102000000_two.up.sql", two);
    project.done(&["migration", "repair", "--sum"]);
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    let said = project.done(&["consolidate", "--dry-run", "--json"]);
    let answer: Value = serde_json::from_str(&said).expect("it is JSON");
    let leftovers: Vec<(&str, bool)> = answer["leftovers"]
        .as_array()
        .expect("there are leftovers")
        .iter()
        .map(|leftover| (leftover["statement"].as_str().expect("it has a text"), leftover["fault"].is_null()))
        .collect();
    // The first names a column by position, and so still fits.
    assert_eq!(leftovers.len(), 3, "{said}");
    assert_eq!(leftovers[0], ("INSERT INTO t VALUES (1, 'x')", true));
    assert_eq!(leftovers[1], ("UPDATE t SET a = 'y'", true));
    assert_eq!(project.files().len(), 4, "a dry run changes nothing");
    project.done(&["consolidate", "--yes"]);
    assert_eq!(
        project.files(),
        ["20250102000001_baseline.up.sql", "20250102000002_baseline_rest.up.sql", "archive", "dbtool.sum"]
    );
    assert_eq!(project.read("migrations/archive/20250101000000_one.down.sql"), "DROP TABLE t;\n");
    // The database that has had them is marked, and nothing runs there: the row would be there twice.
    let (_, said) = project.run(&["verify", "--only", "target"]);
    assert!(said.contains("20250102000001_baseline is pending"), "{said}");
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    assert_eq!(project.value(RECORDED), "20250102000001 applied,20250102000002 applied");
    assert_eq!(project.value("SELECT string_agg(id || a, ',') FROM t"), "1y");
    project.done(&["verify"]);
    // A fresh one is made by it.
    project.execute("DROP TABLE t; DROP TABLE dbtool.schema_migrations");
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    assert_eq!(project.value("SELECT string_agg(id || a, ',') FROM t"), "1y");
    project.done(&["verify"]);
}

#[test]
fn a_database_that_has_had_a_part_is_refused_the_baseline() {
    let project = Project::new("CREATE TABLE a (id int);");
    project.write("migrations/20250101000000_a.up.sql", "CREATE TABLE a (id int);\n");
    project.done(&["migration", "repair", "--sum"]);
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    project.write("migrations/20250102000000_b.up.sql", "CREATE TABLE b (id int);\n");
    project.done(&["migration", "repair", "--sum"]);
    project.done(&["consolidate", "--yes", "--schema-only"]);
    let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert!(code == 3 && said.contains("has had 1 of the 2 migrations"), "{said}");
    // A consolidation that was cut off before the last of its files is told by its first.
    let sum = project.read("migrations/dbtool.sum");
    let archived = project.read("migrations/archive/20250102000000_b.up.sql");
    project.write("migrations/20250102000000_b.up.sql", &archived);
    let (code, said) = project.run(&["migration", "new", "x"]);
    assert!(code == 2 && said.contains("a consolidation was cut off"), "{said}");
    project.remove("migrations/20250102000000_b.up.sql");
    project.write("migrations/dbtool.sum", "");
    project.done(&["verify", "--only", "files"]);
    assert_eq!(project.read("migrations/dbtool.sum"), sum);
}

#[test]
fn the_record_is_mended_version_by_version() {
    let project = Project::new("CREATE TABLE t (a int);");
    project.write("migrations/1_t.up.sql", "CREATE TABLE t (a int);\n");
    project.write("migrations/2_u.up.sql", "CREATE TABLE u (a int);\n");
    project.done(&["migration", "repair", "--sum"]);
    project.execute("CREATE TABLE t (a int)");
    project.done(&["migration", "repair", "1", "--applied", "--yes"]);
    assert_eq!(project.value(RECORDED), "1 applied");
    project.done(&["migration", "repair", "2_u", "--applied", "--yes"]);
    let (code, said) = project.run(&["sync", "--yes"]);
    assert!(code == 3 && said.contains("TABLE public.u (missing)"), "it was not so, and that is seen: {said}");
    project.done(&["migration", "repair", "2", "--reverted", "--yes"]);
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    assert_eq!(project.value("SELECT to_regclass('u')"), "u");
    project.write("migrations/2_u.up.sql", "-- the second\nCREATE TABLE u (a int);\n");
    project.done(&["migration", "repair", "--sum"]);
    let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert!(code == 3 && said.contains("dbtool migration repair 2 --checksum"), "{said}");
    let said = project.done(&["migration", "list"]);
    assert!(said.contains("changed since") && said.contains("+-- the second"), "{said}");
    project.done(&["migration", "repair", "2", "--checksum", "--yes"]);
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    project.remove("migrations/2_u.up.sql");
    project.done(&["migration", "repair", "--sum"]);
    let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert!(code == 3 && said.contains("dbtool migration repair 2 --forget"), "{said}");
    project.done(&["migration", "repair", "2", "--forget", "--yes"]);
    assert_eq!(project.value(RECORDED), "1 applied");
    let (code, said) = project.run(&["migration", "repair", "7", "--reverted", "--yes"]);
    assert!(code == 2 && said.contains("7 is not recorded"), "{said}");
    let acts = "SELECT string_agg(act, ',' ORDER BY id) FROM dbtool.migration_log";
    assert_eq!(project.value(acts), "repair,repair,repair,up,repair,repair");
}

#[test]
fn a_step_of_which_nothing_can_be_seen_is_settled_by_a_person() {
    let project = Project::new("CREATE TABLE t (a int);");
    let procedure = "CREATE PROCEDURE put() LANGUAGE sql AS 'INSERT INTO t VALUES (1)'";
    let up = format!("-- dbtool: no transaction\nCREATE TABLE t (a int);\n{procedure};\nCALL put();\n");
    project.write("migrations/1_t.up.sql", &up);
    project.done(&["migration", "repair", "--sum"]);
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    for (answer, rows) in [("--step-done", "1"), ("--step-undone", "2")] {
        // As a run leaves it that is cut off in the last step.
        project.execute("UPDATE dbtool.schema_migrations SET state = 'up', done = 2, begun = true");
        let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
        assert!(code == 3 && said.contains(answer), "{said}");
        project.done(&["migration", "repair", "1", answer, "--yes"]);
        project.done(&["apply-safe", "--yes", "--no-backup"]);
        assert_eq!(
            (project.value(RECORDED), project.value("SELECT count(*) FROM t")),
            ("1 applied".to_owned(), rows.to_owned())
        );
    }
    let (code, said) = project.run(&["migration", "repair", "1", "--step-done", "--yes"]);
    assert!(code == 2 && said.contains("was not cut off in a step"), "{said}");
}

#[test]
fn a_plan_that_was_reviewed_is_the_plan_that_is_run() {
    let project = Project::new("CREATE TABLE t (a int);");
    project.done(&["sync", "--yes"]);
    project.write("schema.sql", "CREATE TABLE t (a int, b int);");
    project.done(&["plan", "-o", "plan.json"]);
    // What the file says is run, to the letter.
    let saved = project.read("plan.json").replace("ADD COLUMN b integer", "ADD COLUMN b  integer");
    project.write("plan.json", &saved);
    project.done(&["sync", "--yes", "--plan", "plan.json", "--name", "reviewed"]);
    let up = project.files().into_iter().find(|file| file.ends_with("_reviewed.up.sql")).expect("it is written");
    assert!(project.read(&format!("migrations/{up}")).contains("ADD COLUMN b  integer"));
    let (code, said) = project.run(&["sync", "--yes", "--plan", "plan.json"]);
    assert!(code == 3 && said.contains("is no longer what it was when the plan was made"), "{said}");
    project.write("schema.sql", "CREATE TABLE t (a int, b int, c int);");
    project.done(&["plan", "-o", "plan.json"]);
    project.write("schema.sql", "CREATE TABLE t (a int, b int, d int);");
    let (code, said) = project.run(&["sync", "--yes", "--plan", "plan.json"]);
    assert!(code == 3 && said.contains("The schema is no longer what it was"), "{said}");
    project.write("plan.json", "{}");
    let (code, said) = project.run(&["sync", "--yes", "--plan", "plan.json"]);
    assert!(code == 2 && said.contains("is no plan of this dbtool"), "{said}");
}

#[test]
fn a_way_down_is_derived_where_there_is_none() {
    let project = Project::new("CREATE TABLE t (a int);");
    project.done(&["sync", "--yes"]);
    project.write("migrations/99990102030405_b.up.sql", "ALTER TABLE t ADD b int DEFAULT 7;\n");
    project.done(&["migration", "repair", "--sum"]);
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    project.execute("INSERT INTO t VALUES (1)");
    let (code, said) = project.run(&["rollback", "--yes"]);
    assert!(code == 3 && said.contains("has no way down") && said.contains("--derive"), "{said}");
    let said = project.done(&["rollback", "--derive", "--dry-run"]);
    assert!(said.contains("ALTER TABLE public.t DROP COLUMN b") && said.contains("Nothing was changed"), "{said}");
    let (code, said) = project.run(&["rollback", "--derive", "--yes"]);
    assert!(code == 3 && said.contains("would drop data"), "{said}");
    let said = project.done(&["rollback", "--derive", "--yes", "--force"]);
    assert!(said.contains("is as it was before"), "{said}");
    let columns = "SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped";
    assert_eq!(project.value(columns), "a");
}

#[test]
fn a_dry_run_shows_what_was_changed_by_hand_and_what_sync_would_do() {
    let project = Project::new("CREATE TABLE t (a int);");
    project.done(&["sync", "--yes"]);
    project.execute("CREATE TABLE by_hand (a int)");
    project.write("schema.sql", "CREATE TABLE t (a int); CREATE TABLE by_hand (a int); CREATE TABLE u (a int);");
    let said = project.done(&["sync", "--dry-run"]);
    assert!(said.contains("TABLE public.by_hand (extra)") && said.contains("CREATE TABLE public.u"), "{said}");
    // What is pending meanwhile comes after what the database has had.
    project.write("migrations/99990102030405_v.up.sql", "CREATE TABLE v (a int);\n");
    project.done(&["migration", "repair", "--sum"]);
    project.write("schema.sql", "CREATE TABLE t (a int); CREATE TABLE by_hand (a int); CREATE TABLE v (a int);");
    let said = project.done(&["sync", "--dry-run"]);
    assert!(said.contains("TABLE public.by_hand (extra)") && said.contains("_v\n"), "{said}");
    project.done(&["sync", "--yes", "--adopt-drift"]);
    let names = "SELECT string_agg(name, ',' ORDER BY version) FROM dbtool.schema_migrations";
    assert_eq!(project.value(names), "add_t_table,adopt_drift,v");
    project.done(&["verify"]);
}

#[test]
fn a_migration_that_the_rows_stop_half_way_can_be_taken_back() {
    let project = Project::new("CREATE TABLE t (a int);");
    project.done(&["sync", "--yes"]);
    project.execute("INSERT INTO t VALUES (1), (1), (-1)");
    let up = "CREATE TABLE u (a int);\nALTER TABLE t ADD b int DEFAULT 7;\nCREATE INDEX CONCURRENTLY i ON t (a);\n\
        ALTER TABLE t ADD CHECK (a > 0);\n";
    project.write("migrations/99990102030405_half.up.sql", up);
    project.write("migrations/99990102030405_half.down.sql", "DROP TABLE u;\n");
    project.done(&["migration", "repair", "--sum"]);
    let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert!(code == 2 && said.contains("is violated by some row") && said.contains("stopped after step 2"), "{said}");
    let there = "concat_ws(',', to_regclass('u'), to_regclass('i'))";
    assert_eq!(project.value(there), "u,i");
    let (code, said) = project.run(&["rollback", "--yes"]);
    assert!(code == 3 && said.contains("would drop data") && said.contains("public.t.b"), "{said}");
    assert_eq!(project.value(there), "u,i");
    let said = project.done(&["rollback", "--yes", "--force"]);
    assert!(said.contains("DROP COLUMN b") && said.contains("is as it was before"), "{said}");
    assert_eq!(project.value(there), "");
    assert_eq!(project.value("SELECT string_agg(t::text, ' ' ORDER BY a) FROM t"), "(-1) (1) (1)");
    assert_eq!(project.value("SELECT count(*) FROM dbtool.schema_migrations"), "1");
    project.execute("DELETE FROM t WHERE a < 0");
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    assert_eq!(project.value(there), "u,i");
}

#[test]
fn what_a_database_has_had_is_found_by_what_it_holds() {
    let project = Project::new("CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);");
    project.write("migrations/1_a.up.sql", "CREATE TABLE a (id int);\n");
    project.write("migrations/2_b.up.sql", "CREATE TABLE b (id int);\n");
    project.write("migrations/3_rows.up.sql", "INSERT INTO b VALUES (1);\n");
    project.write("migrations/4_c.up.sql", "CREATE TABLE c (id int);\n");
    project.done(&["migration", "repair", "--sum"]);
    project.execute("CREATE TABLE a (id int); CREATE TABLE b (id int)");
    let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert!(code == 3 && said.contains("dbtool migration repair --auto"), "{said}");
    let said = project.done(&["migration", "repair", "--auto", "--yes"]);
    assert!(said.contains("3_rows is recorded as applied") && !said.contains("4_c"), "{said}");
    assert_eq!(project.value(RECORDED), "1 applied,2 applied,3 applied");
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    assert_eq!(project.value("SELECT to_regclass('c')"), "c");
    // What was restored from an older day, and changed by hand, has had less than is recorded.
    project.execute("DROP TABLE c; DROP TABLE b; CREATE TABLE by_hand (id int)");
    let said = project.done(&["migration", "repair", "--auto", "--yes"]);
    assert!(said.contains("4_c is recorded no longer") && said.contains("by_hand (extra)"), "{said}");
    assert_eq!(project.value(RECORDED), "1 applied");
    let said = project.done(&["migration", "repair", "--auto", "--yes"]);
    assert!(said.contains("nothing to mend"), "{said}");
}

#[test]
fn several_are_taken_back_by_number_or_to_a_version() {
    let project = Project::new("");
    let mut schema = String::new();
    for table in ["a", "b", "c"] {
        schema += &format!("CREATE TABLE {table} (id int);\n");
        project.write("schema.sql", &schema);
        project.done(&["sync", "--yes"]);
    }
    let tables = "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relname IN ('a', 'b', 'c')";
    project.done(&["rollback", "--steps", "2", "--yes"]);
    assert_eq!(project.value(tables), "a");
    let said = project.done(&["migration", "list", "--open"]);
    assert!(said.contains("add_c_table") && said.contains("pending") && !said.contains("add_a_table"), "{said}");
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    let second = project.value("SELECT version FROM dbtool.schema_migrations WHERE name = 'add_b_table'");
    let said = project.done(&["rollback", &second, "--yes"]);
    assert!(said.contains("add_c_table") && !said.contains("add_b_table"), "{said}");
    assert_eq!(project.value(tables), "a,b");
    let (code, said) = project.run(&["rollback", "7", "--yes"]);
    assert!(code == 2 && said.contains("The database has not had 7"), "{said}");
    let said = project.done(&["history", "--limit", "2", "--json"]);
    let history: Value = serde_json::from_str(&said).expect("it is JSON");
    let acts: Vec<_> = history["entries"].as_array().expect("a list").iter().map(|entry| &entry["act"]).collect();
    assert_eq!(acts, ["down", "up"], "{said}");
}

#[test]
fn a_migration_is_begun_by_hand_and_taken_into_the_sum_when_it_is_written() {
    let project = Project::new("CREATE TABLE t (a int);");
    project.done(&["migration", "new", "Fill in regions"]);
    project.done(&["migration", "new", "later", "--empty"]);
    let files = project.files();
    let [down, up, later_down, later_up, _] = files.as_slice() else { panic!("{files:?}") };
    assert!(down.ends_with("_fill_in_regions.down.sql") && up.ends_with("_fill_in_regions.up.sql"), "{files:?}");
    assert!(project.read(&format!("migrations/{up}")).starts_with("-- fill in regions: the way up\n"));
    assert!(later_up > up && project.read(&format!("migrations/{later_up}")).is_empty(), "{files:?}");
    assert!(project.read(&format!("migrations/{later_down}")).is_empty());
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    let recorded = "SELECT string_agg(name || ' ' || state, ',' ORDER BY version) FROM dbtool.schema_migrations";
    assert_eq!(project.value(recorded), "fill_in_regions applied,later applied");
    project.done(&["verify", "--skip", "replay"]);
    let (code, said) = project.run(&["verify"]);
    assert!(code == 1 && said.contains("TABLE public.t"), "{said}");
}
