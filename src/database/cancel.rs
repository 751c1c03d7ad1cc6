//! Ctrl-C, or the signal by which a machine ends programs: the statement is cancelled on the server before dbtool goes.

use std::future::Future;
use std::io;
use std::time::Duration;

use anyhow::Result;
use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};
use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::failure::Failure;

/// How long the server has to roll back before dbtool leaves without it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until somebody wants dbtool to end.
///
/// # Errors
/// When the system does not let us listen.
pub async fn interruption() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

/// What stops the statement that a session is running.
#[derive(Clone)]
pub struct Canceller {
    token: CancelToken,
    tls: Option<MakeRustlsConnect>,
}

impl Canceller {
    pub(super) fn new(token: CancelToken, tls: Option<MakeRustlsConnect>) -> Self {
        Self { token, tls }
    }

    /// Asks the server to cancel the running statement.
    pub async fn cancel(&self) -> Result<()> {
        match &self.tls {
            Some(tls) => self.token.cancel_query(tls.clone()).await?,
            None => self.token.cancel_query(NoTls).await?,
        }
        Ok(())
    }

    /// Does `work` unless it is interrupted: then cancels, waits for the server to be done, and fails as interrupted.
    pub async fn guard<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.until(async { drop(interruption().await) }, work).await
    }

    async fn until<T>(&self, stop: impl Future<Output = ()>, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            biased;
            result = &mut work => return result,
            () = stop => {}
        }
        let cancelled = async {
            if self.cancel().await.is_ok() {
                drop(work.await);
            }
        };
        tokio::select! {
            _ = tokio::time::timeout(PATIENCE, cancelled) => {}
            _ = interruption() => {}
        }
        Err(Failure::Interrupted.into())
    }
}
