//! One dbtool at a time changes a database: an advisory lock for as long as the session lives.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, sleep};

use super::pooler::shares_connections;
use super::session::Session;
use crate::failure::Failure;

/// The key of the lock, which every dbtool shares.
const KEY: i64 = i64::from_be_bytes(*b"dbtool/1");

const HOLDER: &str = "
    SELECT a.pid,
           coalesce(a.usename::text, 'another user'),
           coalesce(host(a.client_addr), 'this server'),
           coalesce(extract(epoch FROM clock_timestamp() - a.backend_start)::int8, 0)
    FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      AND (l.classid::int8 << 32 | l.objid::int8) = $1";

/// Who is at work on a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The server's process.
    pub pid: i32,
    /// The user.
    pub user: String,
    /// The machine it came from.
    pub from: String,
    /// For how long it has been connected.
    pub since: Duration,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.since.as_secs();
        write!(f, "{} from {}, connected for {seconds} s, server process {}", self.user, self.from, self.pid)
    }
}

impl Session {
    /// Takes the lock, waiting up to `patience` for whoever holds it.
    pub async fn lock(&self, patience: Duration) -> Result<()> {
        let pooled = self.is_transaction_pooled()
            || shares_connections(self.url(), self)
                .await
                .map_err(|refusal| refusal.failure(self.url(), &self.url().target()))?;
        if pooled {
            return Err(refused(self));
        }
        let deadline = Instant::now() + patience;
        while !self.try_lock().await? {
            if Instant::now() >= deadline {
                return Err(self.held().await?);
            }
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Gives the lock back before the session ends.
    pub async fn unlock(&self) -> Result<()> {
        self.execute("SELECT pg_advisory_unlock($1)", &[&KEY]).await.context("cannot release dbtool's lock")?;
        Ok(())
    }

    /// Who holds the lock now.
    pub async fn lock_holder(&self) -> Result<Option<Holder>> {
        let row = self.query_opt(HOLDER, &[&KEY]).await.context("cannot see who holds dbtool's lock")?;
        row.map(|row| {
            let since = Duration::from_secs(u64::try_from(row.try_get::<_, i64>(3)?).unwrap_or(0));
            Ok(Holder { pid: row.try_get(0)?, user: row.try_get(1)?, from: row.try_get(2)?, since })
        })
        .transpose()
    }

    async fn try_lock(&self) -> Result<bool> {
        let row =
            self.query_one("SELECT pg_try_advisory_lock($1)", &[&KEY]).await.context("cannot take dbtool's lock")?;
        Ok(row.try_get(0)?)
    }

    async fn held(&self) -> Result<anyhow::Error> {
        let holder = self.lock_holder().await?;
        let who = holder.as_ref().map(|holder| format!(": {holder}")).unwrap_or_default();
        let message = format!("Another dbtool is at work on {}{who}", self.url().target());
        let hint = match holder {
            Some(Holder { pid, .. }) => format!("Wait for it, or end it with SELECT pg_terminate_backend({pid})"),
            None => "Try again".to_owned(),
        };
        Ok(Failure::Refused { message, hint }.into())
    }
}

fn refused(session: &Session) -> anyhow::Error {
    let message = format!(
        "{} is reached through a pooler in transaction mode, which cannot hold dbtool's lock",
        session.url().target()
    );
    let hint = "Use the direct address of the server, or the pooler's session mode (on Supabase port 5432)".to_owned();
    Failure::Refused { message, hint }.into()
}
