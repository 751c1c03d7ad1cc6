//! One moment of a database, which several connections and `pg_dump` see alike.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::catalog::{self, Catalog};
use crate::database::{Session, Timeouts, Url, connect};
use crate::failure::Failure;
use crate::sql::{ident, literal};

/// Nothing may end the transaction before the backup does.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL search_path = ''; SET LOCAL row_security = off; SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL client_min_messages = error";

/// The tables that hold rows of their own: no extension's, no other server's, nobody's temporary ones.
const TABLES: &str = "
    SELECT format('%I.%I', nspname, relname)
    FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
    WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
    ORDER BY 1";

/// A table by the name that the user gave it, with its partitions.
const NAMED: &str = "
    WITH RECURSIVE tree AS (
        SELECT pg_catalog.to_regclass($1)::oid AS oid
        UNION
        SELECT inhrelid FROM tree JOIN pg_catalog.pg_inherits ON inhparent = tree.oid
    )
    SELECT format('%I.%I', nspname, relname), relkind::text
    FROM tree
        JOIN pg_catalog.pg_class c USING (oid)
        JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
    ORDER BY 1";

/// The table in which applied migrations are recorded: dbtool's own, with checksums, before that of a framework.
const RECORD: &str = "
    SELECT format('%I.%I', nspname, relname)
    FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
        JOIN pg_catalog.pg_attribute v ON v.attrelid = c.oid AND v.attname = 'version'
        LEFT JOIN pg_catalog.pg_attribute k ON k.attrelid = c.oid AND k.attname = 'checksum'
    WHERE relname = 'schema_migrations' AND relkind = 'r' AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY k.attname IS NULL, nspname
    LIMIT 1";

/// How many tables are counted by one statement.
const AT_ONCE: usize = 50;

/// What a backup is of.
pub struct Tables {
    /// The tables that it is limited to; none when it is of all.
    pub named: Vec<String>,
    /// The tables whose rows are in it.
    pub with_rows: Vec<String>,
}

/// A transaction whose snapshot others can share.
pub struct Snapshot {
    session: Session,
    /// The name under which others find it.
    pub id: String,
}

impl Snapshot {
    /// Begins it.
    ///
    /// # Errors
    /// A connection that cannot be had, or one through a pooler that lends it for a transaction only.
    pub async fn begin(url: &Url, target: &str) -> Result<Self> {
        let session = connect(url, target, &Timeouts::default()).await?;
        if session.is_transaction_pooled() {
            let message = format!(
                "{target} is reached through a pooler in transaction mode, through which no backup can be made"
            );
            let hint = "Use the direct address of the server, or the pooler's session mode (on Supabase port 5432)";
            return Err(Failure::Refused { message, hint: hint.to_owned() }.into());
        }
        session.batch_execute(BEGIN).await.context("cannot begin a snapshot")?;
        let row = session.query_one("SELECT pg_export_snapshot()", &[]).await.context("cannot share a snapshot")?;
        Ok(Self { id: row.try_get(0)?, session })
    }

    /// The connection.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// All objects of the database at this moment.
    pub async fn catalog(&self) -> Result<Catalog> {
        let session = connect(self.session.url(), "the database", &Timeouts::default()).await?;
        let catalog = catalog::read_in_snapshot(&session, &self.id).await?;
        session.close().await;
        Ok(catalog)
    }

    /// The tables that hold rows, and what `named` means with all partitions; all when nothing is named.
    pub async fn tables(&self, named: &[String]) -> Result<Tables> {
        if named.is_empty() {
            return Ok(Tables { named: Vec::new(), with_rows: tables(&self.session).await? });
        }
        let (mut all, mut with_rows) = (BTreeSet::new(), BTreeSet::new());
        for name in named {
            let rows = self.session.query(NAMED, &[name]).await.with_context(|| format!("cannot find {name}"))?;
            if rows.is_empty() {
                let message = format!("There is no table {name} in {}", self.session.url().target());
                let hint =
                    "Name it with its schema, and in double quotes where SQL needs them: 'app.\"Orders\"'".to_owned();
                return Err(Failure::Usage { message, hint }.into());
            }
            all.extend(rows.iter().map(|row| row.get::<_, String>(0)));
            let holds = rows.iter().filter(|row| row.get::<_, &str>(1) == "r");
            with_rows.extend(holds.map(|row| row.get::<_, String>(0)));
        }
        Ok(Tables { named: all.into_iter().collect(), with_rows: with_rows.into_iter().collect() })
    }

    /// How many rows each table has at this moment.
    pub async fn count(&self, tables: &[String]) -> Result<BTreeMap<String, i64>> {
        count(&self.session, tables).await
    }

    /// The last migration that the database's own record of them knows; none without a record.
    pub async fn migration(&self) -> Result<Option<String>> {
        let Some(record) = self.session.query_opt(RECORD, &[]).await? else { return Ok(None) };
        let record: String = record.try_get(0)?;
        let row = self.session.query_one(&format!("SELECT max(version)::text FROM {record}"), &[]).await?;
        Ok(row.try_get(0)?)
    }
}

/// The tables of a database that hold rows.
pub async fn tables(session: &Session) -> Result<Vec<String>> {
    let rows = session.query(TABLES, &[]).await.context("cannot list the tables")?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// How many rows each table has.
pub async fn count(session: &Session, tables: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut counts = BTreeMap::new();
    for tables in tables.chunks(AT_ONCE) {
        let each = tables.iter().map(|table| format!("SELECT {}, count(*) FROM ONLY {table}", literal(table)));
        let sql = each.collect::<Vec<_>>().join(" UNION ALL ");
        let rows = session.query(&sql, &[]).await.map_err(|error| unreadable(error, session.user()))?;
        counts.extend(rows.iter().map(|row| (row.get::<_, String>(0), row.get::<_, i64>(1))));
    }
    Ok(counts)
}

/// A table that may not be read, or another trouble.
fn unreadable(error: tokio_postgres::Error, user: &str) -> anyhow::Error {
    match error.as_db_error() {
        Some(words) if words.code() == &tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE => Failure::Missing {
            message: format!("{user} may not read all tables: {}", words.message()),
            hint: format!("Use a role that may, or grant it: GRANT pg_read_all_data TO {}", ident(user)),
        }
        .into(),
        _ => anyhow::Error::from(error).context("cannot count the rows"),
    }
}
