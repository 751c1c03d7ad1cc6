//! What a user reads when there is no connection.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use dbtool::database::server::Scratch;
use dbtool::database::{Timeouts, Url, connect};
use dbtool::failure::Failure;

use crate::support::{Database, binaries, options, server, session, wait};

/// The message and the hint of a connection that must fail.
fn failure(address: &str) -> (String, String) {
    let url = Url::parse(address, "DATABASE_URL").unwrap();
    let timeouts = Timeouts { connect: Duration::from_millis(500), ..Timeouts::default() };
    let error = wait(connect(&url, "production", &timeouts)).err().expect("the connection fails");
    let failure = error.downcast_ref::<Failure>().expect("it is a failure for users");
    (failure.to_string(), failure.hint().expect("it has a hint").to_owned())
}

fn message(address: &str) -> String {
    failure(address).0
}

/// A port of this machine that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server that asks for passwords and listens on a port of this machine.
fn guarded(hba: &str, more: &[(&str, &str)]) -> (Scratch, u16) {
    let port = free_port();
    let port_text = port.to_string();
    let settings = [&[("listen_addresses", "127.0.0.1"), ("port", port_text.as_str())], more].concat();
    let server = Scratch::start(&binaries(), &options(&settings)).unwrap();
    let socket = format!("host={} port={port} user=postgres dbname=postgres", server.url("").host());
    let socket = Url::parse(&socket, "the test").unwrap();
    fs::write(server.data().join("pg_hba.conf"), format!("local all postgres trust\n{hba}\n")).unwrap();
    wait(async {
        let session = session(&socket).await;
        session
            .batch_execute("SET password_encryption = 'scram-sha-256'; CREATE ROLE ann LOGIN PASSWORD 's3cret'; SELECT pg_reload_conf(); SELECT pg_sleep(0.1)")
            .await
            .unwrap();
    });
    (server, port)
}

#[test]
fn nobody_listens() {
    let port = free_port();
    assert_eq!(
        failure(&format!("postgresql://ann:s3cret@127.0.0.1:{port}/app")),
        (
            format!("Cannot connect to production. Check DATABASE_URL: connection refused by 127.0.0.1:{port}"),
            "Is the server running, and is the port right?".to_owned()
        )
    );
    assert_eq!(
        message("host=/nowhere user=ann dbname=app"),
        "Cannot connect to production. Check DATABASE_URL: no server listens on /nowhere/.s.PGSQL.5432"
    );
}

#[test]
fn unknown_host() {
    assert_eq!(
        message("postgresql://ann:s3cret@db.invalid/app?connect_timeout=20"),
        "Cannot connect to production. Check DATABASE_URL: unknown host db.invalid"
    );
}

#[test]
fn nobody_answers() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    assert_eq!(
        message(&format!("postgresql://ann:s3cret@127.0.0.1:{port}/app")),
        "Cannot connect to production. Check DATABASE_URL: connection timeout. Retry in a few minutes"
    );
}

#[test]
fn somebody_else_answers() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    std::thread::spawn(move || other.incoming().for_each(drop));
    assert_eq!(
        message(&format!("postgresql://ann:s3cret@127.0.0.1:{port}/app?sslmode=disable")),
        "Cannot connect to production. Check DATABASE_URL: the server closed the connection"
    );
}

#[test]
fn wrong_or_no_password() {
    let (_server, port) = guarded("host all all 127.0.0.1/32 scram-sha-256", &[]);
    let (wrong, hint) = failure(&format!("postgresql://ann:guessed@127.0.0.1:{port}/postgres"));
    assert_eq!(
        wrong,
        "Cannot connect to production. Check DATABASE_URL: password authentication failed for user \"ann\""
    );
    assert_eq!(hint, "Correct the password in DATABASE_URL, in PGPASSWORD or in ~/.pgpass");
    assert_eq!(
        message(&format!("postgresql://ann@127.0.0.1:{port}/postgres")),
        "Cannot connect to production. Check DATABASE_URL: the server asks for a password, and none is given"
    );
    let right = Url::parse(&format!("postgresql://ann:s3cret@127.0.0.1:{port}/postgres"), "DATABASE_URL").unwrap();
    wait(async { assert_eq!(session(&right).await.user(), "ann") });
    assert_eq!(
        message(&format!("postgresql://ann:s3cret@127.0.0.1:{port}/postgres?sslmode=require")),
        "Cannot connect to production. Check DATABASE_URL: the server does not offer TLS"
    );
}

#[test]
fn unknown_database_and_user() {
    let server = server();
    let at = format!("host={}", server.url("").host());
    assert_eq!(
        failure(&format!("{at} user=postgres dbname='My app'")),
        (
            "Cannot connect to production. Check DATABASE_URL: database \"My app\" does not exist".to_owned(),
            "Create it with CREATE DATABASE \"My app\", or correct the URL".to_owned()
        )
    );
    assert_eq!(
        message(&format!("{at} user=nobody_there dbname=postgres")),
        "Cannot connect to production. Check DATABASE_URL: role \"nobody_there\" does not exist"
    );
}

#[test]
fn no_right_to_connect() {
    let database = Database::new();
    database.execute(&format!(
        "CREATE ROLE guest LOGIN; REVOKE CONNECT ON DATABASE {} FROM PUBLIC",
        database.url().database()
    ));
    let address = format!("host={} user=guest dbname={}", database.url().host(), database.url().database());
    let message = message(&address);
    database.execute("DROP ROLE guest");
    assert_eq!(
        message,
        format!(
            "Cannot connect to production. Check DATABASE_URL: permission denied for database \"{}\" (User does not have CONNECT privilege)",
            database.url().database()
        )
    );
}

#[test]
fn too_many_connections() {
    let database = Database::new();
    database.execute(&format!(
        "CREATE ROLE crowd LOGIN CONNECTION LIMIT 0; GRANT ALL ON DATABASE {} TO crowd",
        database.url().database()
    ));
    let address = format!("host={} user=crowd dbname={}", database.url().host(), database.url().database());
    let message = message(&address);
    database.execute(&format!("REVOKE ALL ON DATABASE {} FROM crowd; DROP ROLE crowd", database.url().database()));
    assert_eq!(
        message,
        "Cannot connect to production. Check DATABASE_URL: too many connections: too many connections for role \"crowd\""
    );
}

#[test]
fn encryption() {
    let folder = tempfile::tempdir().unwrap();
    let (key, certificate) = (folder.path().join("server.key"), folder.path().join("server.crt"));
    make_certificates(folder.path());
    // The server's user must own the key, and the data folder is the one place that is surely the server's.
    let (server, port) = guarded("hostssl all all 127.0.0.1/32 scram-sha-256", &[]);
    for file in [&key, &certificate] {
        let copy = server.data().join(file.file_name().unwrap());
        fs::copy(file, &copy).unwrap();
        std::os::unix::fs::chown(&copy, Some(owner(&server.data())), None).unwrap();
        fs::set_permissions(&copy, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    let socket =
        Url::parse(&format!("host={} port={port} user=postgres dbname=postgres", server.url("").host()), "the test")
            .unwrap();
    wait(async {
        let session = session(&socket).await;
        session.batch_execute("ALTER SYSTEM SET ssl = on").await.unwrap();
        session.batch_execute("SELECT pg_reload_conf(); SELECT pg_sleep(0.2)").await.unwrap();
    });
    let address = |host: &str, more: &str| format!("postgresql://ann:s3cret@{host}:{port}/postgres?{more}");
    assert_eq!(
        failure(&address("127.0.0.1", "sslmode=disable")),
        (
            "Cannot connect to production. Check DATABASE_URL: the server requires TLS".to_owned(),
            "Add ?sslmode=require to the URL".to_owned()
        )
    );
    let root = folder.path().join("root.crt");
    let root = format!("sslrootcert={}", root.display());
    for more in ["", "sslmode=require", &format!("sslmode=verify-ca&{root}"), &format!("sslmode=require&{root}")] {
        let url = Url::parse(&address("127.0.0.1", more), "DATABASE_URL").unwrap();
        let encrypted: bool = wait(async {
            let session = session(&url).await;
            session.query_one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[]).await.unwrap().get(0)
        });
        assert!(encrypted, "{more}");
    }
    let full = message(&address("127.0.0.1", &format!("sslmode=verify-full&{root}")));
    assert!(
        full.starts_with("Cannot connect to production. Check DATABASE_URL: the server's certificate is not accepted:"),
        "{full}"
    );
    assert!(full.contains("not valid for name"), "{full}");
    let url =
        Url::parse(&address("localhost", &format!("sslmode=verify-full&{root}&hostaddr=127.0.0.1")), "DATABASE_URL")
            .unwrap();
    wait(async { assert_eq!(session(&url).await.user(), "ann") });
    let pinned = format!("sslmode=verify-full&hostaddr=127.0.0.1&sslrootcert={}", certificate.display());
    let url = Url::parse(&address("localhost", &pinned), "DATABASE_URL").unwrap();
    wait(async { assert_eq!(session(&url).await.user(), "ann") });
    // To dbtool this address of the machine's is another machine's.
    for (more, told) in [
        (
            "sslmode=require",
            "encrypted, but the server's certificate is not checked\n      Add ?sslmode=verify-full to the URL",
        ),
        (
            "sslmode=disable",
            "not encrypted: passwords and rows travel in the clear\n      Add ?sslmode=require to the URL",
        ),
    ] {
        fs::write(server.data().join("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\nlocal all all trust\n")
            .unwrap();
        wait(async {
            session(&socket).await.batch_execute("SELECT pg_reload_conf(); SELECT pg_sleep(0.1)").await.unwrap()
        });
        let mut doctor = Command::new(env!("CARGO_BIN_EXE_dbtool"));
        let output =
            doctor.args(["doctor", "--url", &address("0.0.0.0", more)]).current_dir(folder.path()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(&format!("tls\n  warning: {told}")) && !text.contains("s3cret"), "{text}");
    }
    let unknown = message(&address("127.0.0.1", "sslmode=verify-full"));
    assert!(unknown.contains("the server's certificate is not accepted:"), "{unknown}");
}

fn owner(path: &std::path::Path) -> u32 {
    std::os::unix::fs::MetadataExt::uid(&fs::metadata(path).unwrap())
}

/// An authority, and a certificate of the server `localhost` that it signed.
fn make_certificates(folder: &std::path::Path) {
    let script = "
        set -e
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout root.key -out root.crt
        openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
        echo subjectAltName=DNS:localhost > names
        openssl x509 -req -in server.csr -CA root.crt -CAkey root.key -CAcreateserial -days 2 -extfile names -out server.crt";
    let output = Command::new("sh").arg("-c").arg(script).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
