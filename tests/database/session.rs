//! Sessions: what they know, their limits, the lock, and Ctrl-C.

use std::time::{Duration, Instant};

use dbtool::database::{Timeouts, connect};
use dbtool::failure::Failure;
use rustix::process::{Signal, getpid, kill_process};

use crate::support::{Database, session, wait};

#[test]
fn knows_the_server_and_the_user() {
    let database = Database::new();
    wait(async {
        let session = session(&database.url()).await;
        assert_eq!(session.major(), database.server().binaries().major);
        assert!(database.server().binaries().version.starts_with(session.version_text().split(' ').next().unwrap()));
        assert_eq!(session.user(), "postgres");
        assert!(session.is_superuser() && !session.is_transaction_pooled());
        assert_eq!(session.database(), database.url().database());
        let pid: i32 = session.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
        assert_eq!(session.pid(), pid);
        session.close().await;
    });
}

#[test]
fn limits_statements_and_locks() {
    let database = Database::new();
    let second = Some(Duration::from_secs(1));
    wait(async {
        let timeouts = Timeouts { statement: second, lock: second, ..Timeouts::default() };
        let session = connect(&database.url(), "test", &timeouts).await.unwrap();
        let shown =
            async |name: &str| session.query_one(&format!("SHOW {name}"), &[]).await.unwrap().get::<_, String>(0);
        assert_eq!((shown("statement_timeout").await, shown("lock_timeout").await), ("1s".to_owned(), "1s".to_owned()));
        session.set_statement_timeout(None).await.unwrap();
        session.set_lock_timeout(Some(Duration::from_millis(5))).await.unwrap();
        assert_eq!((shown("statement_timeout").await, shown("lock_timeout").await), ("0".to_owned(), "5ms".to_owned()));
    });
}

#[test]
fn one_at_a_time_holds_the_lock() {
    let database = Database::new();
    wait(async {
        let (first, second) = (session(&database.url()).await, session(&database.url()).await);
        first.lock(Duration::ZERO).await.unwrap();
        let holder = first.lock_holder().await.unwrap().unwrap();
        assert_eq!((holder.pid, holder.user.as_str(), holder.from.as_str()), (first.pid(), "postgres", "this server"));
        let error = second.lock(Duration::from_millis(150)).await.unwrap_err();
        let failure = error.downcast_ref::<Failure>().unwrap();
        let who = format!(
            "postgres from this server, connected for {} s, server process {}",
            holder.since.as_secs(),
            first.pid()
        );
        assert_eq!(failure.to_string(), format!("Another dbtool is at work on {}: {who}", database.url().target()));
        assert_eq!(
            failure.hint().unwrap(),
            format!("Wait for it, or end it with SELECT pg_terminate_backend({})", first.pid())
        );
        first.unlock().await.unwrap();
        second.lock(Duration::ZERO).await.unwrap();
        second.close().await;
        first.lock(Duration::from_secs(5)).await.unwrap();
    });
}

#[test]
fn ctrl_c_cancels_on_the_server() {
    let database = Database::new();
    let begin = Instant::now();
    wait(async {
        let session = session(&database.url()).await;
        let work = async { Ok(session.batch_execute("SELECT pg_sleep(60)").await?) };
        std::thread::spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            kill_process(getpid(), Signal::INT).unwrap();
        });
        let error = session.interruptible(work).await.unwrap_err();
        assert_eq!(error.to_string(), "Interrupted");
        session.batch_execute("SELECT 1").await.expect("the session goes on");
    });
    assert!(begin.elapsed() < Duration::from_secs(10));
}
