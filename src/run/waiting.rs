//! Waiting for locks: briefly, again and again, and knowing for whom.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::database::{Session, Timeouts, connect};

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a lock, each time: as long as others may queue behind.
    pub lock: Duration,
    /// For locks altogether, with pauses between.
    pub patience: Duration,
    /// For a statement.
    pub statement: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lock: Duration::from_secs(4), patience: Duration::from_secs(30), statement: None }
    }
}

/// Who holds a lock that a statement waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// The server's process.
    pub pid: i32,
    /// The user.
    pub user: String,
    /// What it calls itself.
    pub application: String,
    /// `active`, `idle in transaction`, …
    pub state: String,
    /// For how long its statement has been running, or its transaction idle.
    pub age: Duration,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let application = if self.application.is_empty() { String::new() } else { format!(" ({})", self.application) };
        write!(f, "process {} of {}{application}, {} for {} s", self.pid, self.user, self.state, self.age.as_secs())
    }
}

const BLOCKERS: &str = "
    SELECT pid, coalesce(usename::text, 'the server'), coalesce(application_name, ''), coalesce(state, 'active'),
        greatest(coalesce(extract(epoch FROM clock_timestamp() - coalesce(query_start, xact_start)), 0), 0)::float8
    FROM pg_catalog.pg_stat_activity
    WHERE pid = ANY (pg_catalog.pg_blocking_pids($1))
    ORDER BY 1";

/// Does `work` on a session and looks, from another one, for whom it waits.
pub struct Watch<'a> {
    session: &'a Session,
    watcher: Option<Session>,
    /// The blockers that were seen last.
    pub seen: Vec<Blocker>,
}

impl<'a> Watch<'a> {
    /// Watches what a session does.
    pub fn new(session: &'a Session) -> Self {
        Self { session, watcher: None, seen: Vec::new() }
    }

    /// Does `work`; after `pause`, and then every second, looks for blockers and tells `observe` of new ones.
    pub async fn during<T>(
        &mut self,
        pause: Duration,
        work: impl Future<Output = T>,
        mut observe: impl FnMut(&[Blocker]),
    ) -> T {
        let mut work = std::pin::pin!(work);
        let mut pause = pause;
        loop {
            tokio::select! {
                biased;
                result = &mut work => return result,
                () = tokio::time::sleep(pause) => {}
            }
            pause = Duration::from_secs(1);
            // Who cannot be asked stays unknown; the work itself is not the worse for it.
            if let Ok(blockers) = self.look().await
                && !blockers.is_empty()
            {
                if self.seen.iter().map(|seen| seen.pid).ne(blockers.iter().map(|blocker| blocker.pid)) {
                    observe(&blockers);
                }
                self.seen = blockers;
            }
        }
    }

    async fn look(&mut self) -> Result<Vec<Blocker>> {
        if self.watcher.is_none() {
            let url = self.session.url();
            self.watcher = Some(connect(url, &url.target(), &Timeouts::default()).await?);
        }
        let Some(watcher) = &self.watcher else { return Ok(Vec::new()) };
        let rows = watcher.query(BLOCKERS, &[&self.session.pid()]).await?;
        let blocker = |row: &tokio_postgres::Row| Blocker {
            pid: row.get(0),
            user: row.get(1),
            application: row.get(2),
            state: row.get(3),
            age: Duration::from_secs_f64(row.get(4)),
        };
        Ok(rows.iter().map(blocker).collect())
    }

    /// Ends the watcher's session.
    pub async fn close(self) {
        if let Some(watcher) = self.watcher {
            watcher.close().await;
        }
    }
}

/// The pauses between attempts: longer each time, never quite the same, until patience is at its end.
pub struct Pauses {
    begun: Instant,
    patience: Duration,
    /// How many attempts have failed.
    pub attempts: u32,
}

impl Pauses {
    /// Pauses for as long as `patience` lasts.
    pub fn new(patience: Duration) -> Self {
        Self { begun: Instant::now(), patience, attempts: 0 }
    }

    /// The time that is left.
    pub fn left(&self) -> Duration {
        self.patience.saturating_sub(self.begun.elapsed())
    }

    /// The next pause, if there is time for another attempt after it.
    pub fn next(&mut self) -> Option<Duration> {
        self.attempts += 1;
        let base = Duration::from_millis(250 << self.attempts.min(5));
        let jitter = RandomState::new().hash_one(self.attempts) % 1000;
        let pause = base.mul_f64(0.5 + f64::from(u32::try_from(jitter).unwrap_or(0)) / 1000.0);
        (pause < self.left()).then_some(pause)
    }
}
