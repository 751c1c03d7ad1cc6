//! The log: every act, who did it, from where, how long it took and what came of it; lines are only ever added.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;
use tokio_postgres::Client;

use super::Ledger;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A migration was applied.
    Up,
    /// A migration was taken back.
    Down,
    /// The ledger was corrected.
    Repair,
    /// The ledger of another tool was taken over.
    Import,
    /// A baseline took the place of many migrations.
    Consolidate,
}

impl Act {
    fn word(self) -> &'static str {
        match self {
            Act::Up => "up",
            Act::Down => "down",
            Act::Repair => "repair",
            Act::Import => "import",
            Act::Consolidate => "consolidate",
        }
    }
}

/// Who is at work, beside the role that the database knows.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// The user of the machine.
    pub os_user: Option<String>,
    /// The person for whom a CI job runs.
    pub actor: Option<String>,
    /// The machine.
    pub host: Option<String>,
}

/// A line of the log.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// When, UTC.
    pub at: String,
    /// What was done.
    pub act: String,
    /// To which migration.
    pub version: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// `done`, `failed`, `resumed`.
    pub outcome: String,
    /// More about it.
    pub detail: Option<String>,
    /// The role in the database.
    pub role: String,
    /// The user of the machine.
    pub os_user: Option<String>,
    /// The person for whom a CI job ran.
    pub actor: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// How long it took.
    pub duration_ms: Option<i64>,
}

impl Ledger {
    /// Adds a line.
    #[expect(clippy::too_many_arguments, reason = "a line has these columns")]
    pub async fn note(
        &self,
        client: &Client,
        who: &Who,
        act: Act,
        (version, name): (&str, &str),
        outcome: &str,
        detail: Option<&str>,
        duration: Option<Duration>,
    ) -> Result<()> {
        let sql = format!(
            "INSERT INTO {} (act, version, name, outcome, detail, os_user, actor, host, tool, duration_ms)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            self.log_table()
        );
        let Who { os_user, actor, host } = who;
        let tool = concat!("dbtool ", env!("CARGO_PKG_VERSION"));
        let duration = duration.and_then(|duration| i64::try_from(duration.as_millis()).ok());
        client
            .execute(&sql, &[&act.word(), &version, &name, &outcome, &detail, os_user, actor, host, &tool, &duration])
            .await
            .context("cannot write to the log of migrations")?;
        Ok(())
    }

    /// The last lines, the newest first; none where there is no ledger.
    pub async fn entries(&self, client: &Client, limit: i64) -> Result<Vec<Entry>> {
        let there = client.query_one("SELECT pg_catalog.to_regclass($1) IS NOT NULL", &[&self.log_table()]).await?;
        if !there.get::<_, bool>(0) {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), act, version, name, outcome, detail,
                role, os_user, actor, host, duration_ms
            FROM {} ORDER BY id DESC LIMIT $1",
            self.log_table()
        );
        let rows = client.query(&sql, &[&limit]).await.context("cannot read the log of migrations")?;
        let entry = |row: &tokio_postgres::Row| Entry {
            at: row.get(0),
            act: row.get(1),
            version: row.get(2),
            name: row.get(3),
            outcome: row.get(4),
            detail: row.get(5),
            role: row.get(6),
            os_user: row.get(7),
            actor: row.get(8),
            host: row.get(9),
            duration_ms: row.get(10),
        };
        Ok(rows.iter().map(entry).collect())
    }
}
