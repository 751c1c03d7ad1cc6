//! The ledger's tables, told from those of other tools that have the same name.

use anyhow::{Context, Result};
use tokio_postgres::Client;

use super::other::{Other, kept_by};
use crate::sql::ident;

/// A table called `schema_migrations`.
pub struct Table {
    /// The schema that it is in.
    pub schema: String,
    /// Whose it is, if not dbtool's.
    pub of: Option<Other>,
}

/// Every table called `schema_migrations`, told apart by its columns.
pub async fn tables(client: &Client) -> Result<Vec<Table>> {
    let sql = "SELECT n.nspname::text, array_agg(a.attname::text)
        FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relname = 'schema_migrations' AND c.relkind IN ('r', 'p')
            -- What Supabase's services keep for themselves.
            AND n.nspname NOT IN ('auth', 'storage', 'realtime', '_realtime')
        GROUP BY 1 ORDER BY 1";
    let rows = client.query_typed(sql, &[]).await.context("cannot look for a ledger of migrations")?;
    let table = |row: &tokio_postgres::Row| {
        let (schema, columns): (String, Vec<String>) = (row.get(0), row.get(1));
        let of = kept_by(&schema, &columns);
        Table { schema, of }
    };
    Ok(rows.iter().map(table).collect())
}

/// The statements that make the ledger, or bring an older one to the present layout; each can be run again.
pub async fn statements(schema: &str, client: &Client) -> Result<String> {
    let there = "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)";
    let there: bool = client.query_one(there, &[&schema]).await?.get(0);
    let schema = ident(schema);
    // Asked for only where it is missing: the right to make schemas is checked before their existence.
    let make = if there { String::new() } else { format!("CREATE SCHEMA {schema};") };
    let columns: String = COLUMNS
        .iter()
        .map(|column| format!("ALTER TABLE {schema}.schema_migrations ADD COLUMN IF NOT EXISTS {column};"))
        .collect();
    Ok(format!(
        "BEGIN; SET LOCAL client_min_messages = warning; {make}
        CREATE TABLE IF NOT EXISTS {schema}.schema_migrations (
            version VARCHAR(255) PRIMARY KEY,
            applied_at TIMESTAMP DEFAULT NOW(),
            checksum VARCHAR(64) NOT NULL
        );
        {columns}
        CREATE TABLE IF NOT EXISTS {schema}.migration_log (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            act text NOT NULL,
            version text,
            name text,
            outcome text NOT NULL,
            detail text,
            role text NOT NULL DEFAULT session_user,
            os_user text,
            actor text,
            host text,
            tool text,
            duration_ms bigint
        );
        COMMIT"
    ))
}

/// The columns that came to the three which users' scripts know.
const COLUMNS: &[&str] = &[
    "name text NOT NULL DEFAULT ''",
    "applied_by text NOT NULL DEFAULT session_user",
    "duration_ms bigint",
    "up text",
    "down text",
    "fingerprint text",
    // 'applied', or the way that was begun; then 'done' segments of it are finished, and 'begun' says that the next one,
    // which no transaction holds together with this row, may be.
    "state text NOT NULL DEFAULT 'applied'",
    "done integer NOT NULL DEFAULT 0",
    "begun boolean NOT NULL DEFAULT false",
];
