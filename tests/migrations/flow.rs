//! The day of a developer: sync, drift, rivals, locks, the way back.

use std::time::{Duration, Instant};

use crate::project::Project;
use crate::support::{session, wait};

#[test]
fn what_sync_applies_is_written_and_recorded_and_can_be_taken_back() {
    let project = Project::new("CREATE TABLE users (id int PRIMARY KEY);");
    let (code, said) = project.run(&["sync", "--yes"]);
    assert_eq!(code, 0, "{said}");
    project.write("schema.sql", "CREATE TABLE users (id int PRIMARY KEY); CREATE VIEW ids AS SELECT id FROM users;");
    assert_eq!(project.run(&["sync", "--yes", "--name", "Show the ids"]).0, 0);
    let names: Vec<String> =
        project.files().iter().map(|name| name.trim_start_matches(char::is_numeric).to_owned()).collect();
    let expected = [
        "_add_users_table.down.sql",
        "_add_users_table.up.sql",
        "_show_the_ids.down.sql",
        "_show_the_ids.up.sql",
        "dbtool.sum",
    ];
    assert_eq!(names, expected);
    let states = "SELECT string_agg(name || ' ' || state, ',' ORDER BY version) FROM dbtool.schema_migrations";
    assert_eq!(project.value(states), "add_users_table applied,show_the_ids applied");
    let (code, said) = project.run(&["rollback", "--yes"]);
    assert_eq!((code, project.value("SELECT to_regclass('ids')")), (0, String::new()), "{said}");
    assert_eq!(project.value(states), "add_users_table applied");
    let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert_eq!((code, project.value("SELECT to_regclass('ids')")), (0, "ids".to_owned()), "{said}");
    let log = "SELECT string_agg(act || ' ' || outcome, ',' ORDER BY id) FROM dbtool.migration_log";
    assert_eq!(project.value(log), "up done,up done,down done,up done");
}

#[test]
fn what_the_database_had_becomes_the_first_migration() {
    let project = Project::new("CREATE TABLE old (a int); CREATE TABLE new (a int);");
    project.execute("CREATE TABLE old (a int)");
    let (code, said) = project.run(&["sync", "--yes"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        project.value("SELECT string_agg(name, ',' ORDER BY version) FROM dbtool.schema_migrations"),
        "baseline,add_new_table"
    );
    let (code, said) = project.run(&["verify"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_change_by_hand_is_refused_until_it_is_adopted() {
    let project = Project::new("CREATE TABLE t (a int);");
    assert_eq!(project.run(&["sync", "--yes"]).0, 0);
    project.execute("CREATE TABLE by_hand (a int)");
    project.write("schema.sql", "CREATE TABLE t (a int); CREATE TABLE by_hand (a int); CREATE TABLE u (a int);");
    let (code, said) = project.run(&["sync", "--yes"]);
    assert!(code == 3 && said.contains("TABLE public.by_hand") && said.contains("--adopt-drift"), "{said}");
    let (code, said) = project.run(&["sync", "--yes", "--adopt-drift"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = project.run(&["verify"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn of_eight_at_once_one_applies() {
    let project = Project::new("CREATE TABLE t (a int);");
    let runs: Vec<_> = (0..8).map(|_| project.start(&["sync", "--yes"]).spawn().expect("dbtool runs")).collect();
    let answers: Vec<_> =
        runs.into_iter().map(|run| crate::project::told(&run.wait_with_output().expect("it ends"))).collect();
    let applied = answers.iter().filter(|(_, said)| said.contains("Applied 1 statement")).count();
    assert_eq!(applied, 1, "{answers:#?}");
    let known = ["Applied 1 statement", "nothing to do", "Another dbtool is at work", "another dbtool was at work"];
    assert!(answers.iter().all(|(_, said)| known.iter().any(|words| said.contains(words))), "{answers:#?}");
    assert_eq!(project.value("SELECT count(*) FROM dbtool.schema_migrations"), "1");
    assert_eq!(project.files().len(), 3);
}

#[test]
fn a_lock_that_others_hold_is_given_up_in_time_and_named() {
    let project = Project::new("CREATE TABLE t (a int, b int);");
    project.execute("CREATE TABLE t (a int)");
    project.write("dbtool.toml", "[env.dev]\nurl = '${DATABASE_URL}'\nlock_timeout = '200ms'\nlock_patience = '2s'\n");
    wait(async {
        let holder = session(&project.url).await;
        holder.batch_execute("BEGIN; LOCK TABLE t IN ACCESS SHARE MODE").await.expect("the lock is free");
        let begun = Instant::now();
        let (code, said) = project.run(&["sync", "--yes", "--env", "dev"]);
        assert_eq!(code, 3, "{said}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{said}");
        assert!(said.contains(&format!("process {} of postgres", holder.pid())), "{said}");
        let columns =
            holder.query_one("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0", &[]);
        assert_eq!(columns.await.expect("it can be counted").get::<_, i64>(0), 1);
        holder.batch_execute("COMMIT").await.expect("it goes on");
    });
    assert_eq!(project.value("SELECT count(*) FROM dbtool.schema_migrations WHERE name <> 'baseline'"), "0");
    assert_eq!(project.files().iter().filter(|name| !name.contains("baseline")).count(), 1, "{:?}", project.files());
    let (code, said) = project.run(&["sync", "--yes", "--env", "dev"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn hand_written_migrations_that_lose_rows_are_refused() {
    let project = Project::new("CREATE TABLE t (a int);");
    assert_eq!(project.run(&["sync", "--yes"]).0, 0);
    project.execute("INSERT INTO t VALUES (1), (2)");
    for (number, sql) in [
        "DROP TABLE t; CREATE TABLE t (a int)",
        "TRUNCATE t",
        "ALTER TABLE t ADD x int; UPDATE t SET x = a; ALTER TABLE t DROP a; ALTER TABLE t RENAME x TO a",
    ]
    .iter()
    .enumerate()
    {
        project.write(&format!("migrations/9999010203040{number}_x.up.sql"), &format!("{sql};\n"));
        assert_eq!(project.run(&["migration", "repair", "--sum"]).0, 0);
        let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
        assert!(code == 3 && said.contains("would drop data"), "{sql}: {said}");
        assert_eq!(project.value("SELECT count(*) FROM t"), "2");
        project.remove(&format!("migrations/9999010203040{number}_x.up.sql"));
    }
}

/// What comes before a statement that fails on the rows has been done in transactions of its own.
#[test]
fn a_migration_that_stops_half_way_is_taken_back_from_where_it_stands() {
    let old = "CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE TABLE gone (id int PRIMARY KEY);";
    for new in [
        // Stops before the rest: a check is there, not validated, and an index.
        "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int); CREATE INDEX t_b ON t (b);",
        // Stops at the very end: all is done, with a table in the archive, but for the validation.
        "CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT b CHECK (b > 1));",
    ] {
        let project = Project::new(old);
        project.done(&["sync", "--yes"]);
        project.execute("INSERT INTO t VALUES (1, NULL, 1), (2, 2, 2); INSERT INTO gone VALUES (7)");
        project.write("schema.sql", new);
        let (code, said) = project.run(&["sync", "--yes", "--name", "half"]);
        assert!(code == 2 && said.contains("dbtool rollback"), "{said}");
        let said = project.done(&["rollback", "--yes"]);
        assert!(said.contains("as it was before"), "{said}");
        assert_eq!(project.value("SELECT count(*) FROM gone WHERE id = 7"), "1");
        assert_eq!(project.value("SELECT count(*) FROM pg_constraint WHERE conrelid = 't'::regclass"), "1");
        assert_eq!(project.value("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass"), "1");
        assert_eq!(
            project.value("SELECT string_agg(name, ',') FROM dbtool.schema_migrations"),
            "add_gone_table_and_add_t_table"
        );
        assert_eq!(project.value("SELECT to_regnamespace('dbtool_archive')"), "");
    }
}

#[test]
fn a_full_disk_leaves_nothing_that_counts() {
    // Three megabytes that are a few kilobytes in a database, and files of two at most.
    let project = Project::new(&format!("CREATE TABLE t (a int); COMMENT ON TABLE t IS '{}';", "x".repeat(3 << 20)));
    let dbtool = env!("CARGO_BIN_EXE_dbtool");
    // The write fails, and dbtool is killed in it.
    for reaction in ["trap '' XFSZ", "true"] {
        let mut command = project.start(&[]);
        let line = format!("ulimit -c 0; ulimit -f 2048; {reaction}; exec {dbtool} sync --yes");
        let mut limited = std::process::Command::new("bash");
        limited
            .args(["-c", &line])
            .current_dir(project.folder.path())
            .envs(command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
        let (code, said) = crate::project::told(&limited.output().expect("a shell runs"));
        assert!(code != 0, "{said}");
        command.args(["migration", "list"]);
        let listed = crate::project::told(&command.output().expect("dbtool runs"));
        assert_eq!(listed, (0, "There is no migration\n".to_owned()), "{reaction} {:?}", project.files());
        assert_eq!(project.value("SELECT to_regclass('t')"), "");
    }
    project.done(&["sync", "--yes"]);
    let sql = project.files().into_iter().filter(|file| file.ends_with(".sql")).count();
    assert_eq!((sql, project.value("SELECT to_regclass('t')")), (2, "t".to_owned()));
}

#[test]
fn what_another_tool_recorded_goes_with_its_schema_as_a_loss_that_is_named() {
    let project = Project::new("CREATE SCHEMA old; CREATE TABLE t (a int);");
    project.done(&["sync", "--yes"]);
    let tools = "CREATE TABLE old.schema_migrations (version text PRIMARY KEY);
        CREATE TABLE public.schema_migrations (version text PRIMARY KEY);
        INSERT INTO old.schema_migrations VALUES ('1'); INSERT INTO public.schema_migrations VALUES ('1')";
    project.execute(tools);
    assert!(project.done(&["status"]).contains("IN SYNC"), "it is left alone while its schema stays");
    project.write("schema.sql", "CREATE TABLE t (a int);");
    let named = "old.schema_migrations, in which another tool records its migrations (1 row)";
    // Written from the folder, the migration knows of no such table; written from the database, it does.
    project.done(&["generate", "drop_old"]);
    let (code, said) = project.run(&["apply-safe", "--yes", "--no-backup"]);
    assert!(
        code == 2 && said.contains("cannot drop schema old because") && said.contains("nothing was changed"),
        "{said}"
    );
    for file in project.files().iter().filter(|file| file.contains("drop_old")) {
        project.remove(&format!("migrations/{file}"));
    }
    project.done(&["migration", "repair", "--sum"]);
    let (code, said) = project.run(&["sync", "--yes"]);
    assert!(code == 3 && said.contains(named), "{said}");
    project.done(&["sync", "--yes", "--force"]);
    assert_eq!(project.value("SELECT count(*) FROM public.schema_migrations"), "1");
    project.done(&["verify"]);
    project.done(&["rollback", "--yes"]);
    assert_eq!(project.value("SELECT to_regclass('old.schema_migrations')"), "");
}

#[test]
fn an_identity_goes_on_behind_the_rows_that_are_there() {
    let (plain, identity) =
        ("CREATE TABLE t (id int PRIMARY KEY);", "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);");
    let project = Project::new(plain);
    project.done(&["sync", "--yes"]);
    project.execute("INSERT INTO t VALUES (1), (7)");
    project.write("schema.sql", identity);
    project.done(&["sync", "--yes"]);
    project.execute("INSERT INTO t DEFAULT VALUES");
    project.write("schema.sql", plain);
    project.done(&["sync", "--yes"]);
    project.done(&["rollback", "--yes"]);
    project.execute("INSERT INTO t DEFAULT VALUES");
    assert_eq!(project.value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM t"), "1 7 8 9");
}
