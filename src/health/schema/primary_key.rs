//! Tables without a primary key: no row can be named, replicated or corrected for certain.

use super::super::{Found, Severity};
use super::{constraints, is_partition, of_kind};
use crate::catalog::Catalog;
use crate::object::{Kind, ObjectId};

/// Tables without a primary key.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    let keyed: std::collections::BTreeSet<&str> = constraints(catalog)
        .filter(|(_, constraint)| constraint.contype == "p")
        .map(|(_, constraint)| &*constraint.table)
        .collect();
    let tables = of_kind(catalog, Kind::Table).map(|(id, _)| id);
    tables
        .filter(|id| !keyed.contains(&*id.identity) && !is_partition(catalog, id))
        .map(|id| Found::new(Severity::Warning, &id.identity, "It has no primary key", repair(catalog, id)))
        .collect()
}

/// A key of the column `id` if there is one, else a new column.
fn repair(catalog: &Catalog, table: &ObjectId) -> String {
    let has_id = catalog.children(table).any(|(id, _)| id.kind == Kind::Column && id.name_in(table) == "id");
    match has_id {
        true => format!("ALTER TABLE {} ADD PRIMARY KEY (id)", table.identity),
        false => {
            format!("ALTER TABLE {} ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", table.identity)
        }
    }
}
