//! What the archive of a database holds.

use anyhow::{Context, Result};
use serde::Serialize;
use tokio_postgres::{Client, Row};

use super::entry::LIST;
use crate::catalog::ARCHIVE;

/// Something that the archive holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Held {
    /// Its name in the archive, quoted where it must be.
    pub name: String,
    /// What it was: "table app.orders", "column app.users.email".
    pub what: String,
    /// The version of the migration that put it there.
    pub version: String,
    /// When that was.
    pub archived_at: jiff::Timestamp,
    /// The role that did it.
    pub archived_by: String,
    /// How much room it takes, indexes included.
    pub bytes: i64,
    /// The statements that bring it back.
    #[serde(skip)]
    restore: String,
    /// Whether it is a sequence.
    #[serde(skip)]
    sequence: bool,
}

impl Held {
    fn read(row: &Row) -> Result<Self> {
        let micros: i64 = row.try_get(3)?;
        Ok(Self {
            name: row.try_get(0)?,
            what: row.try_get(1)?,
            version: row.try_get(2)?,
            archived_at: jiff::Timestamp::from_microsecond(micros)?,
            archived_by: row.try_get(4)?,
            bytes: row.try_get(5)?,
            restore: row.try_get(6)?,
            sequence: row.try_get(7)?,
        })
    }
}

/// What the archive holds, the oldest first; only what is older than an interval (`30d`) where one is given.
///
/// # Errors
/// What the server says of the interval.
pub async fn list(client: &Client, older_than: Option<&str>) -> Result<Vec<Held>> {
    let there = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&LIST]).await?;
    if !there.get::<_, bool>(0) {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT e.name, e.what, e.version, (extract(epoch FROM archived_at) * 1000000)::int8, archived_by,
            coalesce(pg_total_relation_size(c.oid), 0), restore, coalesce(c.relkind = 'S', false)
        FROM {LIST} e LEFT JOIN pg_class c ON c.oid = to_regclass('{ARCHIVE}.' || e.name)
        WHERE $1::text IS NULL OR archived_at < now() - $1::text::interval
        ORDER BY archived_at, e.version, e.name"
    );
    let rows = client.query(&sql, &[&older_than]).await.context("cannot list the archive")?;
    rows.iter().map(Held::read).collect()
}

/// Brings something back, all of it or nothing: a table to where it was, values into their column.
pub async fn restore(client: &Client, held: &Held) -> Result<()> {
    let gone = format!("to_regclass('{ARCHIVE}.' || name) IS NULL");
    let script = format!("BEGIN;\n{}DELETE FROM {LIST} WHERE {gone};\nCOMMIT", held.restore);
    within_transaction(client, &script).await.with_context(|| format!("cannot bring back {}", held.what))
}

/// Removes something from the archive for good, with what stands there for the tables that it inherits from.
pub async fn purge(client: &Client, held: &Held) -> Result<()> {
    let keyword = if held.sequence { "SEQUENCE" } else { "TABLE" };
    let above =
        "SELECT quote_ident(p.relname) FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class p ON p.oid = inhparent
        WHERE inhrelid = to_regclass($1) AND p.relnamespace = to_regnamespace($2)";
    let above = client.query(above, &[&format!("{ARCHIVE}.{}", held.name), &ARCHIVE]).await?;
    let above: String = above.iter().map(|row| format!("DROP TABLE {ARCHIVE}.{};\n", row.get::<_, &str>(0))).collect();
    let name = crate::sql::literal(&held.name);
    let script = format!(
        "BEGIN;\nDROP {keyword} IF EXISTS {ARCHIVE}.{};\n{above}DELETE FROM {LIST} WHERE name = {};\nCOMMIT",
        held.name,
        name.trim_start()
    );
    within_transaction(client, &script).await.with_context(|| format!("cannot remove {}", held.what))
}

async fn within_transaction(client: &Client, script: &str) -> Result<()> {
    if let Err(error) = client.batch_execute(script).await {
        client.batch_execute("ROLLBACK").await?;
        return Err(error.into());
    }
    Ok(())
}
