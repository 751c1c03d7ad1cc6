//! What became of a statement outside transactions that was begun and not seen to end.

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::sql::{Cursor, Head, ident};

/// What is to be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remains {
    /// It took effect.
    Done,
    /// It did not: it is to be run (again), after these statements.
    Undone(Vec<String>),
    /// This one finishes it.
    Finish(String),
    /// Only a person can tell.
    Unknown,
}

/// Looks at the database for what a statement left behind.
pub async fn remains(client: &Client, text: &str) -> Result<Remains> {
    let head = Head::read(text);
    let name = qualified(&head.object.name);
    let again = || Remains::Undone(Vec::new());
    Ok(match (head.verb.as_str(), head.object.keyword) {
        ("CREATE", "INDEX") => created_index(client, &head).await?,
        ("DROP", "INDEX") => done_if(client, "SELECT pg_catalog.to_regclass($1) IS NULL", &name).await?,
        ("ALTER", "TABLE") => detached(client, text, &name).await?,
        ("REINDEX", _) => Remains::Undone(rebuilding(client).await?.iter().map(|index| drop_index(index)).collect()),
        ("CREATE", "SUBSCRIPTION" | "DATABASE" | "TABLESPACE") => {
            done_if(client, exists(head.object.keyword), head.object.own_name()).await?
        }
        ("DROP", "SUBSCRIPTION" | "DATABASE" | "TABLESPACE") => {
            match done_if(client, exists(head.object.keyword), head.object.own_name()).await? {
                Remains::Done => again(),
                _ => Remains::Done,
            }
        }
        ("VACUUM" | "ANALYZE" | "CLUSTER" | "CHECKPOINT", _) | ("ALTER", "SYSTEM" | "DATABASE" | "SUBSCRIPTION") => {
            again()
        }
        _ => Remains::Unknown,
    })
}

/// Whether the index of `CREATE INDEX CONCURRENTLY` is there, valid, or left half-built.
async fn created_index(client: &Client, head: &Head) -> Result<Remains> {
    if head.object.name.is_empty() {
        return Ok(Remains::Unknown);
    }
    let sql = "SELECT i.indisvalid, pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_class t ON t.oid = pg_catalog.to_regclass($2) AND t.relnamespace = c.relnamespace
        WHERE c.relname = $1";
    let found = client.query_opt(sql, &[&head.object.own_name(), &qualified(&head.object.on)]).await;
    Ok(match found.context("cannot look for an index")? {
        Some(row) if row.get(0) => Remains::Done,
        Some(row) => Remains::Undone(vec![drop_index(row.get(1))]),
        None => Remains::Undone(Vec::new()),
    })
}

/// Whether `DETACH PARTITION … CONCURRENTLY` has taken effect, or has come half-way.
async fn detached(client: &Client, text: &str, parent: &str) -> Result<Remains> {
    let mut cursor = Cursor::new(text, 0);
    if !cursor.skip_behind("DETACH") || !cursor.take("PARTITION") {
        return Ok(Remains::Unknown);
    }
    let partition = qualified(&cursor.name());
    let sql = "SELECT inhdetachpending FROM pg_catalog.pg_inherits
        WHERE inhparent = pg_catalog.to_regclass($1) AND inhrelid = pg_catalog.to_regclass($2)";
    Ok(match client.query_opt(sql, &[&parent, &partition]).await.context("cannot look for a partition")? {
        None => Remains::Done,
        Some(row) if row.get(0) => {
            Remains::Finish(format!("ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE"))
        }
        Some(_) => Remains::Undone(Vec::new()),
    })
}

/// The indexes that a broken `REINDEX CONCURRENTLY` left behind: invalid, and named as only it names them.
async fn rebuilding(client: &Client) -> Result<Vec<String>> {
    let sql = "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND n.nspname <> 'pg_toast'
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.relid = i.indrelid)";
    let rows = client.query_typed(sql, &[]).await.context("cannot look for indexes")?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

fn drop_index(name: &str) -> String {
    format!("DROP INDEX CONCURRENTLY IF EXISTS {name}")
}

fn exists(keyword: &str) -> &'static str {
    match keyword {
        "DATABASE" => "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)",
        "TABLESPACE" => "SELECT EXISTS (SELECT FROM pg_catalog.pg_tablespace WHERE spcname = $1)",
        _ => {
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
            WHERE s.subname = $1 AND d.datname = current_database())"
        }
    }
}

async fn done_if(client: &Client, sql: &str, name: &str) -> Result<Remains> {
    let done: bool = client.query_one(sql, &[&name]).await.context("cannot look for what a statement did")?.get(0);
    Ok(if done { Remains::Done } else { Remains::Undone(Vec::new()) })
}

/// A name as the server takes it.
fn qualified(name: &[String]) -> String {
    name.iter().map(|part| ident(part)).collect::<Vec<_>>().join(".")
}
