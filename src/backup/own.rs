//! A backup without `pg_dump`: the schema from the engine, the rows by COPY, all in one snapshot.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use futures_util::{StreamExt, pin_mut};

use super::pieces::Writer;
use super::snapshot::Snapshot;
use super::{Contents, Options, Progress, Watch};
use crate::catalog::Catalog;
use crate::object::{Kind, Object, ObjectId};
use crate::plan;

/// What the session that restores must have set.
const SETTINGS: [&str; 7] = [
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
    "SET client_encoding = 'UTF8'",
    "SET standard_conforming_strings = on",
    "SET check_function_bodies = false",
    "SET search_path = ''",
    "SET row_security = off",
];

/// What waits until the rows are there: it costs more before them, or would act on them.
const AFTER_ROWS: [Kind; 10] = [
    Kind::Index,
    Kind::IndexAttachment,
    Kind::Constraint,
    Kind::Trigger,
    Kind::Rule,
    Kind::EventTrigger,
    Kind::MaterializedView,
    Kind::Publication,
    Kind::Subscription,
    Kind::Policy,
];

/// The columns of a table that rows can be put into, and whether there are any.
const COLUMNS: &str = "
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_catalog.pg_attribute
    WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''";

/// The sequences with their positions.
const POSITIONS: &str = "
    SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value), last_value IS NOT NULL
    FROM pg_catalog.pg_sequences s
    WHERE schemaname !~ '^pg_'
    ORDER BY 1";

/// Writes the backup to `file`; answers with what it leaves out.
pub async fn dump(
    snapshot: &Snapshot,
    catalog: &Catalog,
    options: &Options,
    tables: &[String],
    file: &Path,
    watch: Watch<'_>,
) -> Result<Vec<String>> {
    let session = snapshot.session();
    let about = format!("{} of PostgreSQL {}", session.url().target(), session.version_text());
    let mut writer = Writer::begin(file, &about)?;
    SETTINGS.iter().try_for_each(|setting| writer.statement(setting))?;
    let schema = options.contents != Contents::Data && options.tables.is_empty();
    let fresh = fresh(catalog);
    let before = without(catalog, &AFTER_ROWS);
    if schema {
        writer.statement("DROP SCHEMA IF EXISTS public")?;
        statements(&mut writer, &fresh, &before)?;
    }
    if options.contents != Contents::Schema {
        rows(&mut writer, snapshot, tables, watch).await?;
        if options.tables.is_empty() {
            positions(&mut writer, snapshot).await?;
        }
    }
    if schema {
        statements(&mut writer, &before, catalog)?;
    }
    writer.end()?;
    left_out(snapshot, catalog).await
}

/// What a new database has, once its schema `public` is dropped: the language that comes with it.
fn fresh(catalog: &Catalog) -> Catalog {
    let entries = catalog.entries.iter().filter(|(id, _)| id.kind == Kind::Extension && &*id.identity == "plpgsql");
    let entries = entries.map(|(id, entry)| (id.clone(), entry.clone())).collect();
    Catalog::new(catalog.version, catalog.user.clone(), entries, Vec::new())
}

/// The catalog without some kinds, and without what needs or is part of an object of theirs.
fn without(catalog: &Catalog, kinds: &[Kind]) -> Catalog {
    let mut gone: BTreeSet<&ObjectId> = catalog.entries.keys().filter(|id| kinds.contains(&id.kind)).collect();
    loop {
        let more: Vec<&ObjectId> = catalog
            .entries
            .iter()
            .filter(|(id, entry)| !gone.contains(id) && entry.needs.iter().any(|need| gone.contains(need)))
            .map(|(id, _)| id)
            .collect();
        if more.is_empty() {
            break;
        }
        gone.extend(more);
    }
    let mut kept = catalog.entries.clone();
    kept.retain(|id, _| !gone.contains(id));
    Catalog::new(catalog.version, catalog.user.clone(), kept, Vec::new())
}

/// The statements that lead from one catalog to another.
fn statements(writer: &mut Writer, from: &Catalog, to: &Catalog) -> Result<()> {
    plan::plan(from, to)?.statements().try_for_each(|statement| writer.statement(&statement.text))
}

async fn rows(writer: &mut Writer, snapshot: &Snapshot, tables: &[String], watch: Watch<'_>) -> Result<()> {
    for (at, table) in tables.iter().enumerate() {
        let row = snapshot.session().query_one(COLUMNS, &[table]).await?;
        let Some(columns) = row.try_get::<_, Option<String>>(0)? else { continue };
        let sql = format!("COPY {table} ({columns}) TO STDOUT");
        writer.begin_rows(&format!("COPY {table} ({columns}) FROM stdin"))?;
        let stream = snapshot.session().copy_out(&sql).await.with_context(|| format!("cannot read {table}"))?;
        pin_mut!(stream);
        while let Some(some) = stream.next().await {
            writer.write(&some.with_context(|| format!("cannot read {table}"))?)?;
            let (begun, tables, bytes) = (at as u64 + 1, tables.len() as u64, writer.bytes());
            watch(Progress { doing: "Backing up", table, begun, tables, bytes });
        }
        writer.end_rows()?;
    }
    Ok(())
}

async fn positions(writer: &mut Writer, snapshot: &Snapshot) -> Result<()> {
    for row in snapshot.session().query(POSITIONS, &[]).await.context("cannot read the sequences")? {
        let (sequence, value, called): (String, i64, bool) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let sequence = crate::sql::literal(&sequence);
        writer.statement(&format!("SELECT pg_catalog.setval({}, {value}, {called})", sequence.trim()))?;
    }
    Ok(())
}

/// What a backup of dbtool's own does not hold although the database does.
async fn left_out(snapshot: &Snapshot, catalog: &Catalog) -> Result<Vec<String>> {
    let mut missing: Vec<String> = catalog.unmodelled.clone();
    let row = snapshot.session().query_one("SELECT count(*) FROM pg_catalog.pg_largeobject_metadata", &[]).await?;
    let large: i64 = row.try_get(0)?;
    if large > 0 {
        missing.push(format!("{large} large objects"));
    }
    if catalog.entries.values().any(|entry| matches!(entry.object, Object::Extension(_))) {
        let sql = "SELECT format('%I.%I', nspname, relname) FROM pg_catalog.pg_extension e, unnest(extconfig) c
            JOIN pg_catalog.pg_class ON pg_class.oid = c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace";
        let rows = snapshot.session().query(sql, &[]).await?;
        missing.extend(rows.iter().map(|row| format!("the rows of the extension's table {}", row.get::<_, String>(0))));
    }
    Ok(missing.into_iter().map(|what| format!("Not in the backup: {what}")).collect())
}
