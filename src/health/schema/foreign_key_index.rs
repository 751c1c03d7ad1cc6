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
            Object::Index(index) if index.valid && is_whole(&index.definition, &index.columns.0) => {
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

/// Whether an index has every row that a foreign key looks for: all, or those where a column of its own is not null.
fn is_whole(definition: &str, columns: &[String]) -> bool {
    let predicate = definition.split_once(" WHERE ").map(|(_, predicate)| predicate);
    predicate.is_none_or(|predicate| columns.iter().any(|column| predicate == format!("({column} IS NOT NULL)")))
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_foreign_key_looks_for_no_null() {
        let whole =
            |predicate: &str| is_whole(&format!("CREATE INDEX i ON t USING btree (a){predicate}"), &["a".to_owned()]);
        assert!(whole("") && whole(" WHERE (a IS NOT NULL)"));
        assert!(!whole(" WHERE (b IS NOT NULL)") && !whole(" WHERE (a > 0)"));
    }
}
