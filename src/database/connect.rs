//! From an address to a session: encryption, login and time limits.

use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinHandle;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::cancel::Canceller;
use super::refusal::Refusal;
use super::session::Session;
use super::tls::TlsMode;
use super::url::Url;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the connection; a `connect_timeout` of the URL comes first.
    pub connect: Duration,
    /// For a statement; without one the server's own limit holds.
    pub statement: Option<Duration>,
    /// For a lock; without one the server's own limit holds.
    pub lock: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), statement: None, lock: None }
    }
}

/// A connection and the task that drives it.
pub struct Link {
    /// What to send statements with.
    pub client: Client,
    /// What to stop them with.
    pub canceller: Canceller,
    /// What carries them.
    pub task: JoinHandle<()>,
}

/// Connects; every way to fail is a `Failure::Connect` about `target`, the environment's name or the address.
pub async fn connect(url: &Url, target: &str, timeouts: &Timeouts) -> Result<Session> {
    let limit = url.config().get_connect_timeout().copied().unwrap_or(timeouts.connect);
    let session = tokio::time::timeout(limit, async { Session::begin(link(url).await?, url, timeouts).await });
    let result = session.await.unwrap_or_else(|_| Err(Refusal::timeout()));
    result.map_err(|refusal| refusal.failure(url, target).into())
}

/// Tries what the mode allows, one after the other, as libpq does.
pub async fn link(url: &Url) -> Result<Link, Refusal> {
    let mut attempts = attempts(url).iter();
    let mut mode = attempts.next().expect("every mode begins with an attempt");
    loop {
        match attempt(url, *mode).await? {
            Ok(link) => return Ok(link),
            Err(error) => match attempts.next() {
                Some(next) if another_mode_may_do(&error) => mode = next,
                _ => return Err(Refusal::of(&error, url)),
            },
        }
    }
}

/// The driver's modes to try; a socket of this machine is never encrypted.
fn attempts(url: &Url) -> &'static [SslMode] {
    #[cfg(unix)]
    if url.config().get_hosts().iter().all(|host| matches!(host, Host::Unix(_)))
        && url.config().get_hostaddrs().is_empty()
    {
        return &[SslMode::Disable];
    }
    match url.tls().mode {
        TlsMode::Disable => &[SslMode::Disable],
        TlsMode::Allow => &[SslMode::Disable, SslMode::Require],
        TlsMode::Prefer => &[SslMode::Prefer, SslMode::Disable],
        TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => &[SslMode::Require],
    }
}

/// The server did not want this mode, or the handshake failed.
fn another_mode_may_do(error: &Error) -> bool {
    error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) || error.to_string().contains("TLS handshake")
}

async fn attempt(url: &Url, mode: SslMode) -> Result<Result<Link, Error>, Refusal> {
    let mut config = url.config().clone();
    config.ssl_mode(mode);
    if mode == SslMode::Disable {
        return Ok(plain(&config).await);
    }
    let hint = "Correct sslrootcert, sslcert and sslkey of the URL";
    let connector = url.tls().connector().map_err(|fault| Refusal::new(fault, hint))?;
    Ok(encrypted(&config, connector).await)
}

async fn plain(config: &Config) -> Result<Link, Error> {
    let (client, connection) = config.connect(NoTls).await?;
    let canceller = Canceller::new(client.cancel_token(), None);
    Ok(Link { client, canceller, task: tokio::spawn(async { drop(connection.await) }) })
}

async fn encrypted(config: &Config, connector: MakeRustlsConnect) -> Result<Link, Error> {
    let (client, connection) = config.connect(connector.clone()).await?;
    let canceller = Canceller::new(client.cancel_token(), Some(connector));
    Ok(Link { client, canceller, task: tokio::spawn(async { drop(connection.await) }) })
}
