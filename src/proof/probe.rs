//! A row in each of some tables, to see whether a migration and its way back leave it as it was.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use tokio_postgres::Client;

/// The statements that put a row into each of some tables that has none, and into those that they refer to: with all columns, and
/// with those alone that must have a value. Equal types get equal values, so that what refers to a row finds it.
const INSERTS: &str = "
    WITH RECURSIVE wanted (oid) AS (
        SELECT pg_catalog.to_regclass(name)::oid FROM unnest($1::text[]) name
        UNION
        SELECT k.confrelid FROM pg_catalog.pg_constraint k JOIN wanted w ON k.conrelid = w.oid WHERE k.contype = 'f'
    ), columns AS (
        SELECT w.oid, a.attnum, pg_catalog.quote_ident(a.attname) AS name, a.attnotnull OR t.typnotnull AS must,
            CASE
                WHEN b.typtype = 'e' THEN
                    (SELECT pg_catalog.quote_literal(enumlabel) FROM pg_catalog.pg_enum WHERE enumtypid = b.oid
                    ORDER BY enumsortorder LIMIT 1)
                WHEN b.typname = 'uuid' THEN '''00000000-0000-0000-0000-000000000001'''
                WHEN b.typname IN ('json', 'jsonb') THEN '''{}'''
                WHEN b.typname IN ('bytea', 'tsvector', 'hstore', 'ltree') THEN ''''''
                WHEN b.typcategory = 'N' THEN '1'
                WHEN b.typcategory = 'B' THEN 'true'
                WHEN b.typname IN ('time', 'timetz') THEN '''12:00'''
                WHEN b.typcategory = 'D' THEN '''2000-01-01'''
                WHEN b.typcategory = 'T' THEN '''1 day'''
                WHEN b.typcategory = 'S' THEN '''x'''
                WHEN b.typcategory = 'A' THEN '''{}'''
                WHEN b.typcategory = 'I' THEN '''127.0.0.1'''
                WHEN b.typcategory = 'R' THEN '''empty'''
                ELSE 'NULL'
            END AS value
        FROM wanted w
            JOIN pg_catalog.pg_class c ON c.oid = w.oid AND c.relkind IN ('r', 'p')
            JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0
                AND NOT a.attisdropped AND a.attgenerated = ''
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
    )
    SELECT oid, oid::regclass::text,
        pg_catalog.format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)', oid::regclass,
            string_agg(name, ', ' ORDER BY attnum), string_agg(value, ', ' ORDER BY attnum)),
        coalesce(pg_catalog.format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)', oid::regclass,
            string_agg(name, ', ' ORDER BY attnum) FILTER (WHERE must),
            string_agg(value, ', ' ORDER BY attnum) FILTER (WHERE must)),
            pg_catalog.format('INSERT INTO %s DEFAULT VALUES', oid::regclass))
    FROM columns GROUP BY oid ORDER BY 1";

/// Tables with the rows that they had.
#[derive(Debug, Default)]
pub struct Probe {
    rows: BTreeMap<String, String>,
    /// The tables that a row was put into, in that order.
    put: Vec<u32>,
}

impl Probe {
    /// Puts a row into each of these tables that takes one and has none.
    pub(super) async fn put(client: &Client, tables: &[String]) -> Result<Self> {
        let mut probe = Self::default();
        let found = client.query(INSERTS, &[&tables]).await.context("cannot read the tables of the shadow")?;
        let mut open: Vec<(u32, String, [String; 2])> = Vec::new();
        for row in &found {
            let name: String = row.get(1);
            let rows = rows(client, &name).await?;
            if rows.is_empty() {
                open.push((row.get(0), name, [row.get(2), row.get(3)]));
            } else {
                probe.rows.insert(name, rows);
            }
        }
        // What a table refers to may come after it.
        for form in [0, 0, 0, 1, 1, 1] {
            let mut refused = Vec::new();
            for (oid, name, inserts) in open {
                match client.batch_execute(&inserts[form]).await {
                    Ok(()) => {
                        probe.put.push(oid);
                        probe.rows.insert(name.clone(), rows(client, &name).await?);
                    }
                    // It takes no such row; that is no fault of a migration.
                    Err(_) => refused.push((oid, name, inserts)),
                }
            }
            open = refused;
        }
        Ok(probe)
    }

    /// Whether no table has a row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The tables whose rows are not what they were.
    pub(super) async fn changed(&self, client: &Client) -> Result<Vec<String>> {
        let mut changed = Vec::new();
        for (name, before) in &self.rows {
            if rows(client, name).await? != *before {
                changed.push(name.clone());
            }
        }
        Ok(changed)
    }

    /// Takes the rows out again, whatever their tables are called by now.
    pub(super) async fn take_out(self, client: &Client) -> Result<()> {
        for oid in self.put.iter().rev() {
            let sql = "SELECT oid::regclass::text FROM pg_catalog.pg_class WHERE oid = $1";
            if let Some(row) = client.query_opt(sql, &[oid]).await? {
                let name: &str = row.get(0);
                client.batch_execute(&format!("DELETE FROM {name}")).await.context("a probe's row does not go")?;
            }
        }
        Ok(())
    }
}

/// The rows of a table, in an order of their own.
async fn rows(client: &Client, table: &str) -> Result<String> {
    let sql = format!(
        "SELECT coalesce(string_agg(row, E'\\n' ORDER BY row), '') FROM (SELECT to_jsonb(t)::text FROM {table} t) r (row)"
    );
    Ok(client.query_one(&sql, &[]).await.with_context(|| format!("cannot read {table} in the shadow"))?.get(0))
}
