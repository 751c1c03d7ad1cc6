//! Foreign keys without an index: each DELETE of what is referenced reads the whole table.

use super::super::{Found, Severity};
use super::constraints;
use crate::catalog::Catalog;
use crate::object::{Constraint, Object};

/// Foreign keys whose columns no index begins with.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    let indexed: Vec<(&str, &[String])> = catalog
        .entries
        .values()
        .filter_map(|entry| match &entry.object {
            Object::Index(index) if index.valid && !index.definition.contains(" WHERE ") => {
                Some((&*index.table, &*index.columns.0))
            }
            Object::Constraint(key) if matches!(&*key.contype, "p" | "u" | "x") => Some((&*key.table, &*key.columns.0)),
            _ => None,
        })
        .collect();
    let serves = |key: &Constraint, columns: &[String]| {
        let begin = columns.get(..key.columns.0.len());
        begin.is_some_and(|begin| key.columns.0.iter().all(|column| begin.contains(column)))
    };
    let bare = constraints(catalog)
        .filter(|(_, key)| key.is_foreign_key() && key.local.0)
        .filter(|(_, key)| !indexed.iter().any(|(table, columns)| *table == key.table && serves(key, columns)));
    bare.map(|(id, key)| {
        let columns = key.columns.0.join(", ");
        let concurrently = if key.partitioned.0 { "" } else { " CONCURRENTLY" };
        let message = format!(
            "No index begins with {columns}: each DELETE in {} reads the whole table",
            key.references.0.as_deref().unwrap_or_default()
        );
        Found::new(
            Severity::Warning,
            &id.identity,
            message,
            format!("CREATE INDEX{concurrently} ON {} ({columns})", key.table),
        )
    })
    .collect()
}
