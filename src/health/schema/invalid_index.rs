//! Indexes that a broken CREATE INDEX CONCURRENTLY left: they cost writes, and no query uses them.

use super::super::{Found, Severity};
use super::of_kind;
use crate::catalog::Catalog;
use crate::object::{Kind, Object};

/// Indexes that are not valid.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    of_kind(catalog, Kind::Index)
        .filter(|(_, entry)| matches!(&entry.object, Object::Index(index) if !index.valid))
        .map(|(id, _)| {
            let repair = format!("REINDEX INDEX CONCURRENTLY {}", id.identity);
            Found::new(Severity::Error, &id.identity, "It is not valid: it costs writes, and no query uses it", repair)
        })
        .collect()
}
