//! Ctrl-C: the statement is cancelled on the server before dbtool goes.

use std::future::Future;
use std::time::Duration;

use anyhow::Result;
use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::failure::Failure;

/// How long the server has to roll back before dbtool leaves without it.
const PATIENCE: Duration = Duration::from_secs(10);

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

    /// Does `work` unless Ctrl-C comes first: then cancels, waits for the server to be done, and fails as interrupted.
    pub async fn guard<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.until(async { drop(tokio::signal::ctrl_c().await) }, work).await
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
            _ = tokio::signal::ctrl_c() => {}
        }
        Err(Failure::Interrupted.into())
    }
}
