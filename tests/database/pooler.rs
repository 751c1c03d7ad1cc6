//! Telling the modes of a pooler apart; `DBTOOL_TEST_PGBOUNCER` names the program.

use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::Duration;

use dbtool::database::Url;
use dbtool::failure::Failure;

use crate::support::{Database, session, wait};

struct Pooler(Child);

impl Drop for Pooler {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A pooler before a database, and the address through it.
fn pooler(database: &Database, mode: &str, parameters: &str) -> (Pooler, Url) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (host, name) = (database.url().host().to_owned(), database.url().database().to_owned());
    let config = database.server().data().join(format!("{name}.ini"));
    let text = format!(
        "[databases]\n* = host={host} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         unix_socket_dir =\nauth_type = any\npool_mode = {mode}\nignore_startup_parameters = extra_float_digits\n"
    );
    std::fs::write(&config, text).unwrap();
    let program = std::env::var("DBTOOL_TEST_PGBOUNCER").expect("DBTOOL_TEST_PGBOUNCER names the program");
    let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(database.server().data()).unwrap());
    let child = Command::new(program).arg("-q").arg(&config).uid(owner).spawn().unwrap();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let text = format!("postgresql://postgres@127.0.0.1:{port}/{name}{parameters}");
    (Pooler(child), Url::parse(&text, "DATABASE_URL").unwrap())
}

#[test]
#[ignore = "needs pgbouncer"]
fn transaction_mode_cannot_lock() {
    for parameters in ["?pgbouncer=true", ""] {
        transaction_mode(parameters);
    }
}

/// A pooler that the address does not give away is found out when the lock is to be taken.
fn transaction_mode(parameters: &str) {
    let database = Database::new();
    let (_pooler, url) = pooler(&database, "transaction", parameters);
    wait(async {
        let session = session(&url).await;
        assert_eq!(session.is_transaction_pooled(), !parameters.is_empty());
        let error = session.lock(Duration::ZERO).await.unwrap_err();
        let expected = format!(
            "{} is reached through a pooler in transaction mode, which cannot hold dbtool's lock",
            url.target()
        );
        assert_eq!(error.downcast_ref::<Failure>().unwrap().to_string(), expected);
    });
}

#[test]
#[ignore = "needs pgbouncer"]
fn session_mode_is_as_good_as_a_connection() {
    let database = Database::new();
    let (_pooler, url) = pooler(&database, "session", "?pgbouncer=true");
    wait(async {
        let session = session(&url).await;
        assert!(!session.is_transaction_pooled());
        session.lock(Duration::ZERO).await.unwrap();
    });
}
