//! Shadows, on a server of our own and on somebody's.

use dbtool::database::{Session, Shadow, ShadowOptions};
use dbtool::failure::Failure;

use crate::support::{Database, binaries, session, wait};

async fn text(session: &Session, sql: &str) -> String {
    session.query_one(sql, &[]).await.unwrap().get(0)
}

async fn databases(session: &Session) -> Vec<String> {
    let sql = "SELECT datname::text FROM pg_database WHERE datname LIKE 'dbtool%' ORDER BY 1";
    session.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

fn own() -> ShadowOptions {
    let binaries = binaries();
    ShadowOptions { major: binaries.major, bin_dir: Some(binaries.folder), ..ShadowOptions::default() }
}

#[test]
fn a_server_of_our_own_has_databases_and_roles() {
    wait(async {
        let mut shadow = Shadow::start(&own()).await.unwrap();
        assert!(shadow.is_private());
        assert_eq!((shadow.major(), shadow.warning()), (binaries().major, None));
        let roles = ["app owner", "ann", "pg_monitor", "postgres"].map(str::to_owned);
        shadow.furnish_roles(&roles, "ann").await.unwrap();
        let first = shadow.database("My app").await.unwrap();
        assert_eq!(text(&first, "SELECT current_database() || ' ' || current_user").await, "My app ann");
        assert!(first.is_superuser());
        first.batch_execute("CREATE TABLE t (); ALTER TABLE t OWNER TO \"app owner\"").await.unwrap();
        let second = shadow.database("proof").await.unwrap();
        assert_eq!(text(&second, "SELECT count(*)::text FROM pg_class WHERE relname = 't'").await, "0");
        let again = shadow.connect_as(&first, "postgres").await.unwrap();
        assert_eq!(
            text(&again, "SELECT current_user || ' ' || count(*) FROM pg_class WHERE relname = 't'").await,
            "postgres 1"
        );
        let folder = shadow.scratch().unwrap().data();
        shadow.close().await.unwrap();
        assert!(!folder.exists());
    });
}

#[test]
fn a_temporary_database_on_somebodys_server_goes_when_closed_or_dropped() {
    let target = Database::new();
    wait(async {
        let admin = session(&target.url()).await;
        // A scratch server has none, somebody's server does.
        admin.batch_execute("CREATE DATABASE template0").await.unwrap();
        admin.batch_execute("CREATE DATABASE dbtool_shadow_1_1000_1").await.unwrap();
        admin.batch_execute("CREATE DATABASE dbtool_shadow_of_my_own").await.unwrap();
        let options = ShadowOptions { url: Some(target.url()), ..own() };
        let mut shadow = Shadow::start(&options).await.unwrap();
        assert!(!shadow.is_private());
        let scratch = shadow.database("any").await.unwrap();
        assert_eq!(databases(&admin).await, [scratch.database(), "dbtool_shadow_of_my_own"]);
        shadow.close().await.unwrap();
        assert_eq!(databases(&admin).await, ["dbtool_shadow_of_my_own"]);
        let mut shadow = Shadow::start(&options).await.unwrap();
        shadow.database("any").await.unwrap();
        drop(shadow);
        assert_eq!(databases(&admin).await, ["dbtool_shadow_of_my_own"]);
        admin.batch_execute("DROP DATABASE dbtool_shadow_of_my_own").await.unwrap();
        admin.batch_execute("DROP DATABASE template0").await.unwrap();
    });
}

#[test]
fn another_version_is_taken_with_a_warning() {
    wait(async {
        let shadow = Shadow::start(&ShadowOptions { major: 99, ..own() }).await.unwrap();
        let expected = format!(
            "The shadow runs PostgreSQL {}, the target 99: some definitions are printed differently and may show as differences",
            shadow.major()
        );
        assert_eq!(shadow.warning(), Some(expected.as_str()));
    });
}

#[test]
fn an_extension_that_is_missing_is_named() {
    let target = Database::new();
    let extensions = vec!["plpgsql".to_owned(), "no_such_extension".to_owned()];
    wait(async {
        let options = ShadowOptions { extensions: extensions.clone(), ..own() };
        let failure = Shadow::start(&options).await.err().unwrap();
        let message = failure.downcast_ref::<Failure>().unwrap().to_string();
        let expected = format!("There is no scratch Postgres {} to read the schema with:", options.major);
        assert!(message.starts_with(&expected), "{message}");
        assert!(message.contains("lack the extension no_such_extension"), "{message}");
        let shadow = Shadow::start(&ShadowOptions { server: Some(target.url()), ..options }).await.unwrap();
        assert!(!shadow.is_private(), "the target's own server has what it has");
    });
}

#[test]
fn a_role_that_may_not_make_databases_is_told_so() {
    let target = Database::new();
    target.execute("CREATE ROLE visitor LOGIN");
    let options = ShadowOptions { url: Some(target.url().with_user("visitor")), ..own() };
    let error = wait(Shadow::start(&options)).err().unwrap();
    target.execute("DROP ROLE visitor");
    let failure = error.downcast_ref::<Failure>().unwrap();
    assert_eq!(failure.to_string(), format!("visitor may not make a temporary database on {}", target.url().host()));
    assert_eq!(failure.hint(), Some("Grant it: ALTER ROLE visitor CREATEDB"));
}
