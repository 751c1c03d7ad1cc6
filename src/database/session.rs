//! An open connection, and what is known of the server at its other end.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::cancel::Canceller;
use super::connect::{Link, Timeouts};
use super::refusal::Refusal;
use super::url::Url;

/// One row about the server, the user and the connection; the age tells a pooler's connection from one of our own.
const FACTS: &str = "
    SELECT current_setting('server_version_num'),
           current_setting('server_version'),
           current_user,
           (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
           current_database(),
           pg_backend_pid(),
           coalesce((SELECT extract(epoch FROM clock_timestamp() - backend_start)
                     FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()), 0)";

/// A session on a server; statements are sent with the methods of the driver's `Client`.
pub struct Session {
    client: Client,
    canceller: Canceller,
    task: JoinHandle<()>,
    url: Url,
    facts: Facts,
    pooled: bool,
}

/// What the server says of itself and of us.
struct Facts {
    version: u32,
    version_text: String,
    user: String,
    superuser: bool,
    database: String,
    pid: i32,
    age: f64,
}

impl Session {
    /// Makes a session of a connection: sets the limits and asks for the facts in one round trip.
    pub(super) async fn begin(link: Link, url: &Url, timeouts: &Timeouts) -> Result<Self, Refusal> {
        let Link { client, canceller, task } = link;
        let begun = Instant::now();
        let limits = match url.looks_pooled() {
            // A setting would stay with the pooler's connection, for others to find.
            true => String::new(),
            false => set("statement_timeout", timeouts.statement) + &set("lock_timeout", timeouts.lock),
        };
        let sql = limits + FACTS;
        let messages = client.simple_query(&sql).await.map_err(|error| Refusal::of(&error, url))?;
        let facts = Facts::read(&messages).ok_or_else(|| {
            Refusal::new("it does not answer as a Postgres server does", "Is it a Postgres server that listens there?")
        })?;
        let pooled = url.looks_pooled() || facts.age > begun.elapsed().as_secs_f64() + 1.0;
        let pooled = pooled && super::pooler::shares_connections(url, &client).await?;
        Ok(Self { client, canceller, task, url: url.clone(), facts, pooled })
    }

    /// The version as a number, 150004 for 15.4.
    pub fn version(&self) -> u32 {
        self.facts.version
    }

    /// The version as the server writes it.
    pub fn version_text(&self) -> &str {
        &self.facts.version_text
    }

    /// The major version.
    pub fn major(&self) -> u32 {
        self.facts.version / 10_000
    }

    /// The user that statements run as.
    pub fn user(&self) -> &str {
        &self.facts.user
    }

    /// Whether that user is a superuser.
    pub fn is_superuser(&self) -> bool {
        self.facts.superuser
    }

    /// The database.
    pub fn database(&self) -> &str {
        &self.facts.database
    }

    /// The host, or the folder of the socket.
    pub fn host(&self) -> &str {
        self.url.host()
    }

    /// The address it was opened with.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The process that serves it.
    pub fn pid(&self) -> i32 {
        self.facts.pid
    }

    /// Whether a pooler between us and the server may change the connection after each transaction.
    pub fn is_transaction_pooled(&self) -> bool {
        self.pooled
    }

    /// What stops a running statement.
    pub fn canceller(&self) -> &Canceller {
        &self.canceller
    }

    /// Asks for the end of another session of the same role, if it is there still.
    pub async fn end(&self, pid: i32) -> Result<bool> {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND usename = current_user";
        Ok(self.execute(sql, &[&pid]).await? > 0)
    }

    /// Does `work` unless Ctrl-C comes first, which cancels the statement on the server.
    pub async fn interruptible<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.canceller.guard(work).await
    }

    /// Limits the time of a statement; `None` takes every limit away.
    pub async fn set_statement_timeout(&self, limit: Option<Duration>) -> Result<()> {
        self.set_timeout("statement_timeout", limit).await
    }

    /// Limits the wait for a lock; `None` takes every limit away.
    pub async fn set_lock_timeout(&self, limit: Option<Duration>) -> Result<()> {
        self.set_timeout("lock_timeout", limit).await
    }

    async fn set_timeout(&self, name: &str, limit: Option<Duration>) -> Result<()> {
        let sql = set(name, Some(limit.unwrap_or_default()));
        self.client.batch_execute(&sql).await.with_context(|| format!("cannot set {name}"))
    }

    /// Says goodbye to the server and waits until that is sent.
    pub async fn close(self) {
        drop(self.client);
        drop(tokio::time::timeout(Duration::from_secs(1), self.task).await);
    }
}

impl Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Facts {
    fn read(messages: &[SimpleQueryMessage]) -> Option<Self> {
        let row = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        })?;
        Some(Self {
            version: row.get(0)?.parse().ok()?,
            version_text: row.get(1)?.to_owned(),
            user: row.get(2)?.to_owned(),
            superuser: row.get(3) == Some("t"),
            database: row.get(4)?.to_owned(),
            pid: row.get(5)?.parse().ok()?,
            age: row.get(6)?.parse().ok()?,
        })
    }
}

/// `SET name = limit;` in milliseconds, or nothing; less than one is one, for zero would mean no limit.
fn set(name: &str, limit: Option<Duration>) -> String {
    limit
        .map(|limit| if limit.is_zero() { 0 } else { limit.as_millis().max(1) })
        .map(|ms| format!("SET {name} = {ms};"))
        .unwrap_or_default()
}
