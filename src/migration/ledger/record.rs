//! The rows of the ledger: what a database has had, and how far it has come.

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::Client;

use super::Ledger;

/// A direction of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Applying it.
    Up,
    /// Taking it back.
    Down,
}

impl Way {
    /// `up` or `down`.
    pub fn word(self) -> &'static str {
        match self {
            Way::Up => "up",
            Way::Down => "down",
        }
    }
}

/// How far a migration has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// All the way up.
    #[default]
    Applied,
    /// So many segments of the way up; `begun` when the next one, outside a transaction, may be done as well.
    Up {
        /// The finished segments.
        done: usize,
        /// Whether the next was begun.
        begun: bool,
    },
    /// So many segments of the way down.
    Down {
        /// The finished segments.
        done: usize,
        /// Whether the next was begun.
        begun: bool,
    },
}

/// A row of the ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The migration's version.
    pub version: String,
    /// Its name.
    pub name: String,
    /// When it was applied, in the server's time zone.
    pub applied_at: String,
    /// The role that applied it.
    pub applied_by: String,
    /// The checksum of the way up that was run.
    pub checksum: String,
    /// The text of the way up that was run, if it was recorded.
    pub up: Option<String>,
    /// The text of the way down that belongs to it, if there is one.
    pub down: Option<String>,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// The fingerprint of what is managed, as it was seen afterwards.
    pub fingerprint: Option<String>,
    /// How far it has come.
    pub progress: Progress,
}

impl Record {
    /// `VERSION_name`.
    pub fn title(&self) -> String {
        crate::migration::title(&self.version, &self.name)
    }

    /// Whether its way up was begun and has not come to its end.
    pub fn is_half_up(&self) -> bool {
        matches!(self.progress, Progress::Up { .. })
    }

    /// Reads a row in whatever layout.
    fn read(row: &Value) -> Self {
        let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        let done = row.get("done").and_then(Value::as_u64).and_then(|done| usize::try_from(done).ok()).unwrap_or(0);
        let begun = row.get("begun").and_then(Value::as_bool).unwrap_or(false);
        Self {
            version: text("version").unwrap_or_default(),
            name: text("name").unwrap_or_default(),
            applied_at: text("applied_at").unwrap_or_default().chars().take(19).collect::<String>().replace('T', " "),
            applied_by: text("applied_by").unwrap_or_default(),
            checksum: text("checksum").unwrap_or_default(),
            up: text("up"),
            down: text("down"),
            duration_ms: row.get("duration_ms").and_then(Value::as_i64),
            fingerprint: text("fingerprint"),
            progress: match text("state").as_deref() {
                Some("up") => Progress::Up { done, begun },
                Some("down") => Progress::Down { done, begun },
                Some(_) | None => Progress::Applied,
            },
        }
    }
}

impl Ledger {
    /// The rows in order; none where there is no ledger.
    pub async fn records(&self, client: &Client) -> Result<Vec<Record>> {
        if !self.exists(client).await? {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT pg_catalog.to_jsonb(m) FROM {} m", self.table());
        let rows = client.query_typed(&sql, &[]).await.context("cannot read the ledger of migrations")?;
        let mut records: Vec<Record> = rows.iter().map(|row| Record::read(&row.get::<_, Value>(0))).collect();
        records.sort_by(|a, b| crate::migration::file::order(&a.version, &b.version));
        Ok(records)
    }

    /// Writes a row, whatever was there for its version.
    pub async fn save(&self, client: &Client, record: &Record) -> Result<()> {
        let (state, done, begun) = match record.progress {
            Progress::Applied => ("applied", 0, false),
            Progress::Up { done, begun } => ("up", done, begun),
            Progress::Down { done, begun } => ("down", done, begun),
        };
        let done = i32::try_from(done).context("a migration has too many segments")?;
        let sql = format!(
            "INSERT INTO {} AS m (version, name, checksum, up, down, fingerprint, duration_ms, state, done, begun)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (version) DO UPDATE SET
                (name, checksum, up, down, fingerprint, duration_ms, state, done, begun, applied_at, applied_by)
                = (excluded.name, excluded.checksum, excluded.up, excluded.down, excluded.fingerprint,
                   excluded.duration_ms, excluded.state, excluded.done, excluded.begun,
                   CASE WHEN m.state = 'up' THEN excluded.applied_at ELSE m.applied_at END,
                   CASE WHEN m.state = 'up' THEN excluded.applied_by ELSE m.applied_by END)",
            self.table()
        );
        let Record { version, name, checksum, up, down, fingerprint, duration_ms, .. } = record;
        client
            .execute(&sql, &[version, name, checksum, up, down, fingerprint, duration_ms, &state, &done, &begun])
            .await
            .context("cannot write to the ledger of migrations")?;
        Ok(())
    }

    /// Takes the row of a version away.
    pub async fn forget(&self, client: &Client, version: &str) -> Result<()> {
        let sql = format!("DELETE FROM {} WHERE version = $1", self.table());
        client.execute(&sql, &[&version]).await.context("cannot write to the ledger of migrations")?;
        Ok(())
    }

    /// Takes all rows away: the database is empty, and has had nothing.
    pub async fn clear(&self, client: &Client) -> Result<()> {
        if self.exists(client).await? {
            client.batch_execute(&format!("DELETE FROM {}", self.table())).await.context("cannot empty the ledger")?;
        }
        Ok(())
    }

    /// Notes what the database was seen to be after a version.
    pub async fn note_fingerprint(&self, client: &Client, version: &str, fingerprint: &str) -> Result<()> {
        let sql = format!("UPDATE {} SET fingerprint = $2 WHERE version = $1", self.table());
        client.execute(&sql, &[&version, &fingerprint]).await.context("cannot write to the ledger of migrations")?;
        Ok(())
    }
}
