//! Constraints that were never held against the rows that are there.

use super::super::{Found, Severity};
use super::constraints;
use crate::catalog::Catalog;
use crate::object::Kind;
use crate::object::ObjectId;

/// Constraints that are NOT VALID.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    constraints(catalog)
        .filter(|(_, constraint)| !constraint.validated && constraint.enforced)
        .map(|(id, constraint)| {
            let table = ObjectId::new(Kind::Table, constraint.table.as_str());
            let repair = format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", constraint.table, id.name_in(&table));
            Found::new(
                Severity::Warning,
                &id.identity,
                "It is NOT VALID: rows that were there before may break it",
                repair,
            )
        })
        .collect()
}
