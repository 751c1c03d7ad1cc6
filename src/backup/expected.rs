//! What a restored database must be equal to.

use std::collections::BTreeMap;

use anyhow::Result;

use super::snapshot::count;
use crate::catalog::{self, Catalog, Scope};
use crate::database::Session;
use crate::object::{Kind, Object, ObjectId};
use crate::plan;

/// What a backup says of the database that it was taken of.
pub struct Expected {
    /// All objects; none when that is not known.
    pub catalog: Option<Catalog>,
    /// The rows of each table.
    pub rows: BTreeMap<String, i64>,
    /// Which attributes must be equal as well.
    pub scope: Scope,
}

impl Expected {
    /// In what a database differs from it, in words; nothing when it is equal.
    pub async fn differences(&self, session: &Session) -> Result<Vec<String>> {
        let mut differences = match &self.catalog {
            Some(expected) => self.schema(expected, catalog::read(session).await?),
            None => Vec::new(),
        };
        if differences.is_empty() {
            let tables: Vec<String> = self.rows.keys().cloned().collect();
            let found = count(session, &tables).await?;
            let differ = self.rows.iter().filter(|(table, rows)| found.get(*table) != Some(rows));
            differences.extend(differ.map(|(table, rows)| {
                format!("TABLE {table} has {} of {rows} rows", found.get(table).copied().unwrap_or_default())
            }));
        }
        Ok(differences)
    }

    fn schema(&self, expected: &Catalog, found: Catalog) -> Vec<String> {
        let (mut expected, found) = (restorable(expected), restorable(&found));
        if expected.version / 10_000 != found.version / 10_000 {
            // Another version prints definitions in other words; that nothing is missing can be said all the same.
            return missing(&expected, &found);
        }
        self.scope.align(&found, &mut expected);
        plan::compare(&found, &expected).into_iter().map(|difference| difference.title).collect()
    }
}

/// What a backup brings back: no broken index, no running subscription; extensions in the version that there is.
fn restorable(catalog: &Catalog) -> Catalog {
    let mut entries = catalog.clone().without_roles().entries;
    entries.retain(|id, entry| match &mut entry.object {
        Object::Index(index) => index.valid,
        Object::Extension(extension) => {
            extension.version = None;
            true
        }
        _ => id.kind != Kind::Subscription,
    });
    Catalog::new(catalog.version, catalog.user.clone(), entries, Vec::new())
}

/// The objects that are expected and not there, but for constraints, of which versions differ in how they name them.
fn missing(expected: &Catalog, found: &Catalog) -> Vec<String> {
    let is_missing = |id: &&ObjectId| id.kind != Kind::Constraint && found.entry(id).is_none();
    expected.entries.keys().filter(is_missing).map(ToString::to_string).collect()
}
