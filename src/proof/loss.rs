//! What a migration would lose, whatever it does it with: seen by what is still the same table and column afterwards.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::catalog::ARCHIVE;
use crate::migration::Parsed;
use crate::sql::Hazard;

/// The tables and columns of a database by what they are, not by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holdings {
    tables: BTreeMap<u32, (String, BTreeMap<i16, String>)>,
}

impl Holdings {
    /// Reads every table with its columns.
    pub(super) async fn read(client: &Client) -> Result<Self> {
        let sql = "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), a.attnum,
                pg_catalog.quote_ident(a.attname)
            FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
        let mut tables: BTreeMap<u32, (String, BTreeMap<i16, String>)> = BTreeMap::new();
        for row in client.query_typed(sql, &[]).await.context("cannot read the tables of the shadow")? {
            let (_, columns) = tables.entry(row.get(0)).or_insert_with(|| (row.get(1), BTreeMap::new()));
            if let Some(number) = row.get::<_, Option<i16>>(2) {
                columns.insert(number, row.get(3));
            }
        }
        Ok(Self { tables })
    }

    /// The tables and columns that are gone in `after`, and what the statements in between delete outright.
    ///
    /// Only what the database has holds data: `live` is what was there before all migrations, and names it as the database does.
    pub fn lost(&self, after: &Self, script: &Parsed, live: &Self) -> Vec<Hazard> {
        let mut lost = Vec::new();
        for (oid, (_, columns)) in self.tables.iter().filter(|(_, (name, _))| !in_archive(name)) {
            let Some((name, names)) = live.tables.get(oid) else { continue };
            let loss =
                |what: String, column: Option<String>| Hazard::DataLoss { what, relation: Some(name.clone()), column };
            match after.tables.get(oid) {
                None => lost.push(loss(format!("table {name}"), None)),
                Some((_, kept)) => {
                    let gone = columns.iter().filter(|(number, _)| !kept.contains_key(number));
                    let gone = gone.filter(|(_, column)| !self.archives(after, column));
                    let gone = gone.filter_map(|(number, _)| names.get(number));
                    lost.extend(gone.map(|column| loss(format!("column {name}.{column}"), Some(column.clone()))));
                }
            }
        }
        lost.extend(self.deleted(script, live));
        lost
    }

    /// Whether a table of the archive that is new in `after` has a column of this name.
    fn archives(&self, after: &Self, column: &String) -> bool {
        let fresh = after.tables.iter().filter(|(oid, (name, _))| in_archive(name) && !self.tables.contains_key(oid));
        fresh.into_iter().any(|(_, (_, columns))| columns.values().any(|kept| kept == column))
    }

    /// What `TRUNCATE` and `DELETE` take from tables that were there before.
    fn deleted(&self, script: &Parsed, live: &Self) -> Vec<Hazard> {
        let mut deleted = Vec::new();
        for (head, place) in script.heads.iter().zip(&script.places) {
            let is = |name: &str| {
                let (schema, own) = name.split_once('.').unwrap_or(("", name));
                let named = head.object.name.len() < 2 || head.object.name[0] == schema.trim_matches('"');
                named && own.trim_matches('"') == head.object.own_name()
            };
            if !matches!(head.verb.as_str(), "TRUNCATE" | "DELETE") {
                continue;
            }
            let mut tables = self.tables.iter().filter(|(_, (name, _))| !in_archive(name));
            let found = tables.find(|(_, (name, _))| is(name));
            if let Some((name, _)) = found.and_then(|(oid, _)| live.tables.get(oid)) {
                let what = format!("rows of {name} ({} at {place})", head.verb);
                deleted.push(Hazard::DataLoss { what, relation: Some(name.clone()), column: None });
            }
        }
        deleted
    }

    /// Whether a hazard is about a column that is still there: a change of its type that loses values.
    pub fn still_has(&self, hazard: &Hazard, after: &Self) -> bool {
        let Hazard::DataLoss { relation: Some(relation), column: Some(column), .. } = hazard else { return false };
        let number_of = |holdings: &Self| {
            let found = holdings.tables.iter().find(|(_, (name, _))| name == relation)?;
            Some((*found.0, *found.1.1.iter().find(|(_, name)| *name == column)?.0))
        };
        let before = number_of(self);
        before.is_some() && before == number_of(after)
    }
}

/// Whether a table is one of the archive's.
fn in_archive(name: &str) -> bool {
    name.strip_prefix(ARCHIVE).is_some_and(|rest| rest.starts_with('.'))
}
