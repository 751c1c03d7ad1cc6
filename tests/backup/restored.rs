//! What a restore brings back, and what it leaves alone.

use std::process::Command;

use crate::project::{Project, query, spoil};
use crate::support::run;

/// Backs up, spoils the database, restores, and compares what `pg_dump` says before and after.
fn comes_back(backup: &[&str], restore: &[&str]) -> (Project, String) {
    let project = Project::new();
    let before = project.dump();
    project.must(&[&["backup"], backup].concat());
    spoil(&project);
    let file = project.backups()[0].to_str().expect("it is UTF-8").to_owned();
    let said = project.must(&[&["restore", &file, "--yes"], restore].concat());
    assert_eq!(project.dump(), before);
    (project, said)
}

#[test]
fn to_the_byte_beside_the_old_one() {
    let (project, said) = comes_back(&[], &[]);
    assert!(said.contains("app.users") && said.contains("0 rows now, 6 in the backup"), "{said}");
    let others = project.others();
    assert_eq!(others.len(), 1, "{others:?}");
    assert!(said.contains(&format!("The old one is kept as {}", others[0])), "{said}");
    assert_eq!(query(&project.database.server().url(&others[0]), "SELECT count(*)::text FROM app.users"), ["0"]);
    let dropped = project.must(&["restore", "--drop-old", "--yes"]);
    assert!(dropped.contains(&format!("Dropped {}", others[0])), "{dropped}");
    assert!(project.others().is_empty());
}

#[test]
fn to_the_byte_from_sql() {
    comes_back(&["--format", "sql"], &["--drop-old"]);
}

#[test]
fn to_the_byte_from_dbtools_own_sql() {
    // A role is the server's and does not come back with a database.
    crate::support::run(&crate::support::server().url("postgres"), "CREATE ROLE of_the_server");
    let (project, _) = comes_back(&["--no-pg-dump", "--verify"], &[]);
    let text = std::fs::read_to_string(&project.backups()[0]).expect("it can be read");
    assert!(text.starts_with("-- dbtool backup"), "{text}");
}

#[test]
fn to_the_byte_in_place() {
    for backup in [&[][..], &["--format", "sql"], &["--no-pg-dump"]] {
        let (project, said) = comes_back(backup, &["--in-place"]);
        assert!(project.others().is_empty(), "{said}");
    }
}

#[test]
fn psql_reads_what_dbtool_wrote() {
    let (from, to) = (Project::new(), Project::with(""));
    from.must(&["backup", "--no-pg-dump"]);
    let psql = from.database.server().binaries().program("psql");
    let mut command = Command::new(psql);
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&from.backups()[0]);
    let output = command.envs(to.database.url().environment()).output().expect("psql runs");
    assert!(output.status.success(), "{}", crate::project::text(&output));
    assert_eq!(to.dump(), from.dump());
}

#[test]
fn what_belongs_to_the_database_itself_stays() {
    let project = Project::with("CREATE TABLE t (a int)");
    let name = project.database.url().database().to_owned();
    let set = format!(
        "ALTER DATABASE {name} SET search_path = app, \"$user\"; ALTER DATABASE {name} SET work_mem = '7MB';
         COMMENT ON DATABASE {name} IS 'it''s ours'; REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC"
    );
    project.database.execute(&set);
    let facts = "SELECT concat_ws(' | ', datacl, shobj_description(oid, 'pg_database'), datconnlimit, datcollate,
        (SELECT array_agg(s ORDER BY s) FROM pg_db_role_setting, unnest(setconfig) s WHERE setdatabase = d.oid))
        FROM pg_database d WHERE datname = current_database()";
    let before = query(&project.database.url(), facts);
    project.must(&["backup"]);
    project.must(&["restore", "latest", "--yes", "--drop-old"]);
    assert_eq!(query(&project.database.url(), facts), before);
}

#[test]
fn a_broken_file_changes_nothing() {
    let project = Project::new();
    project.must(&["backup"]);
    project.must(&["backup", "--format", "sql"]);
    project.must(&["backup", "--no-pg-dump"]);
    let before = project.dump();
    for file in project.backups() {
        let whole = std::fs::read(&file).expect("it can be read");
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 1;
        for (bytes, words) in [(&whole[..whole.len() / 2], "is truncated"), (&damaged, "is damaged")] {
            std::fs::write(&file, bytes).expect("it can be written");
            refused(&project, &file, words, &before);
        }
        // Without a manifest the programs themselves must see it.
        let (stray, words) = (project.folder.path().join("stray"), "Nothing was changed");
        std::fs::write(&stray, &whole[..whole.len() * 3 / 4]).expect("it can be written");
        refused(&project, &stray, words, &before);
        std::fs::write(&file, whole).expect("it can be written");
    }
}

#[test]
fn sql_of_a_newer_pg_dump_is_read() {
    let project = Project::with("CREATE TABLE t (a int)");
    let file = project.folder.path().join("theirs.sql");
    let text = "--\n-- PostgreSQL database dump\n--\n\nSET lock_timeout = 0;\nSET transaction_timeout = 0;\n\nCREATE TABLE public.u (a int);\nCOPY public.u (a) FROM stdin;\n1\n\\.\n\n--\n-- PostgreSQL database dump complete\n--\n";
    std::fs::write(&file, text).expect("it can be written");
    let file = file.to_str().expect("it is UTF-8");
    for more in ["--drop-old", "--in-place"] {
        project.must(&["restore", file, "--yes", more]);
        assert_eq!(query(&project.database.url(), "SELECT a::text FROM u"), ["1"]);
    }
    // An archive's version stands behind its first five bytes.
    project.must(&["backup"]);
    let mut archive = std::fs::read(&project.backups()[0]).expect("it can be read");
    archive[6] = 99;
    let newer = project.folder.path().join("newer.dump");
    std::fs::write(&newer, archive).expect("it can be written");
    let (code, said) = project.run(&["restore", newer.to_str().expect("it is UTF-8"), "--yes"]);
    assert!(code == 2 && said.contains("written by a newer pg_dump than pg_restore"), "{said}");
    assert!(said.contains("apt install postgresql-client-18"), "{said}");
}

/// A restore fails, says why, and leaves everything as it was.
fn refused(project: &Project, file: &std::path::Path, words: &str, before: &str) {
    for more in [&[][..], &["--in-place"]] {
        let arguments = [&["restore", file.to_str().expect("it is UTF-8"), "--yes"], more].concat();
        let (code, said) = project.run(&arguments);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(words) && said.contains("othing was changed"), "{said}");
        assert_eq!(project.dump(), before, "{said}");
        assert!(project.others().is_empty());
    }
}

#[test]
fn others_are_disconnected_and_told_of_before() {
    let project = Project::with("CREATE TABLE t (a int)");
    project.must(&["backup"]);
    let session = crate::support::wait_apart(async { crate::support::session(&project.database.url()).await.pid() });
    assert!(session > 0);
    let psql = project.database.server().binaries().program("psql");
    let mut other = Command::new(psql);
    let url = project.database.url();
    let mut other = other
        .args(["-X", "-c", "SELECT pg_sleep(3600)"])
        .envs(url.environment())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("psql runs");
    while query(
        &url,
        "SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
    )
    .is_empty()
    {}
    let said = project.dbtool(&["restore", "latest"]).output().expect("dbtool runs");
    assert!(crate::project::text(&said).contains("disconnecting 1 session?"), "{}", crate::project::text(&said));
    project.must(&["restore", "latest", "--yes", "--drop-old"]);
    assert!(!other.wait().expect("psql ends").success());
}

#[test]
fn where_no_database_can_be_made_in_place_is_offered() {
    let project = Project::with("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
    project.must(&["backup", "--format", "sql"]);
    let (url, file) = (project.database.url(), project.backups()[0].clone());
    let name = url.database().to_owned();
    run(
        &url,
        &format!(
            "CREATE ROLE backup_owner LOGIN; ALTER DATABASE {name} OWNER TO backup_owner; ALTER TABLE t OWNER TO backup_owner; DELETE FROM t"
        ),
    );
    let owner = format!("host={} user=backup_owner dbname={name}", url.host());
    let output =
        project.dbtool(&["restore", file.to_str().expect("it is UTF-8"), "--yes"]).env("DATABASE_URL", owner).output();
    let said = crate::project::text(&output.expect("dbtool runs"));
    assert!(said.contains("backup_owner may not make databases") && said.contains("--in-place"), "{said}");
    run(
        &url,
        &format!("ALTER DATABASE {name} OWNER TO postgres; ALTER TABLE t OWNER TO postgres; DROP ROLE backup_owner"),
    );
}

#[test]
fn what_is_protected_is_replaced_by_its_name_alone() {
    let project = Project::with("CREATE TABLE t (a int)");
    let url = project.database.url();
    let settings = format!(
        "[env.live]\nurl = \"host={} user=postgres dbname={}\"\nprotected = true\n",
        url.host(),
        url.database()
    );
    std::fs::write(project.folder.path().join("dbtool.toml"), settings).expect("it can be written");
    project.must(&["backup", "--env", "live"]);
    project.database.execute("INSERT INTO t VALUES (1)");
    let (code, refused) = project.run(&["restore", "latest", "--yes", "--env", "live"]);
    assert!(code != 0 && refused.contains("live is protected; type its name to go on"), "{refused}");
    assert!(refused.contains("--confirm live"), "{refused}");
    let (code, other) = project.run(&["restore", "latest", "--yes", "--env", "live", "--confirm", "test"]);
    assert_eq!(code, 3, "{other}");
    for refusal in [&["reset", "--force"][..], &["archive", "purge", "--older-than", "1d", "--force"]] {
        let (code, said) = project.run(&[refusal, &["--yes", "--env", "live", "--confirm", "live"]].concat());
        assert!(code == 3 && said.contains("is refused: live is protected"), "{said}");
    }
    assert_eq!(query(&url, "SELECT count(*)::text FROM t"), ["1"]);
    project.must(&["restore", "latest", "--yes", "--env", "live", "--confirm", "live", "--drop-old"]);
    assert_eq!(query(&url, "SELECT count(*)::text FROM t"), ["0"]);
}
