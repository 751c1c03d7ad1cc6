//! Two databases exchange their names, and what was replaced is kept until it is wanted no more.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;
use tokio_postgres::error::SqlState;

use crate::database::{Session, Timeouts, Url, connect};
use crate::failure::Failure;
use crate::sql::ident;

/// What stands between the name and the time in the name of a database that was replaced.
pub const BEFORE: &str = "_before_";

/// How often others are disconnected before dbtool gives up; the server itself waits five seconds each time.
const TRIES: usize = 4;

/// A database that a restore replaced.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: i64,
}

/// A session on another database of the server than `database`, to rename that.
pub async fn administer(url: &Url, database: &str) -> Result<Session> {
    let names = ["postgres", "template1"].into_iter().filter(|name| *name != database);
    let mut result = Err(anyhow::anyhow!("there is no other database to connect to"));
    for name in names {
        result = connect(&url.with_database(name), name, &Timeouts::default()).await;
        if result.is_ok() {
            break;
        }
    }
    result.context("No database can be renamed from within itself")
}

/// How many others are connected to the database of `session`.
pub async fn connected(session: &Session) -> Result<i64> {
    let sql = "SELECT count(*) FROM pg_catalog.pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    Ok(session.query_one(sql, &[]).await?.try_get(0)?)
}

/// `new` takes the name of `old`, which is kept as `kept`: both or neither. Who is connected is disconnected.
pub async fn exchange(admin: &Session, old: &str, new: &str, kept: &str) -> Result<()> {
    let sql = format!(
        "BEGIN; ALTER DATABASE {} RENAME TO {}; ALTER DATABASE {} RENAME TO {}; COMMIT",
        ident(old),
        ident(kept),
        ident(new),
        ident(old)
    );
    let disconnect = "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
        WHERE datname = ANY ($1) AND pid <> pg_backend_pid()";
    admin.set_statement_timeout(Some(Duration::from_secs(60))).await?;
    for _ in 0..TRIES {
        admin.execute(disconnect, &[&[old, new].as_slice()]).await.map_err(|error| in_use(old, error))?;
        let Err(error) = admin.batch_execute(&sql).await else { return Ok(()) };
        admin.batch_execute("ROLLBACK").await?;
        if error.code() != Some(&SqlState::OBJECT_IN_USE) {
            return Err(error).context("Nothing was changed, for the databases cannot be renamed");
        }
    }
    Err(anyhow::anyhow!("others connect again and again")).map_err(|error| in_use(old, error))
}

fn in_use(database: &str, error: impl std::fmt::Display) -> anyhow::Error {
    let message =
        format!("Nothing was changed, for others are connected to {database} and cannot be disconnected: {error}");
    Failure::Refused { message, hint: "Stop what uses the database, and restore again".to_owned() }.into()
}

/// The databases that restores of `database` replaced, the oldest first.
pub async fn kept(url: &Url, database: &str) -> Result<Vec<Kept>> {
    let admin = administer(url, database).await?;
    let sql = "SELECT datname::text, pg_database_size(oid) FROM pg_catalog.pg_database
        WHERE starts_with(datname::text, $1) AND substr(datname::text, length($1) + 1) ~ '^\\d{8}_\\d{6}$' ORDER BY 1";
    let rows = admin.query(sql, &[&format!("{database}{BEFORE}")]).await?;
    admin.close().await;
    rows.iter().map(|row| Ok(Kept { name: row.try_get(0)?, bytes: row.try_get(1)? })).collect()
}

/// Drops databases that were kept.
pub async fn drop_kept(url: &Url, database: &str, names: &[String]) -> Result<()> {
    let admin = administer(url, database).await?;
    for name in names {
        let sql = format!("DROP DATABASE {}", ident(name));
        admin.batch_execute(&sql).await.with_context(|| format!("cannot drop the database {name}"))?;
    }
    admin.close().await;
    Ok(())
}
