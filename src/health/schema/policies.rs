//! Policies without row security, and row security without policies.

use super::super::{Found, Severity};
use super::of_kind;
use crate::catalog::Catalog;
use crate::object::{Kind, Object};

/// Tables with policies that do nothing, for row security is off.
pub fn without_effect(catalog: &Catalog) -> Vec<Found> {
    let message = "It has policies, but row security is off: they have no effect";
    tables(catalog, false, true)
        .map(|table| {
            Found::new(Severity::Error, table, message, format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        })
        .collect()
}

/// Tables of which nobody but the owner sees a row.
pub fn missing(catalog: &Catalog) -> Vec<Found> {
    let message = "Row security is on, and there is no policy: nobody but the owner sees a row";
    let policy = |table: &str| format!("CREATE POLICY name ON {table} FOR SELECT TO role USING (condition)");
    tables(catalog, true, false).map(|table| Found::new(Severity::Note, table, message, policy(table))).collect()
}

/// The tables whose row security is so, with policies or without.
fn tables(catalog: &Catalog, security: bool, policies: bool) -> impl Iterator<Item = &str> {
    of_kind(catalog, Kind::Table)
        .filter(move |(_, entry)| matches!(&entry.object, Object::Table(table) if table.row_security == security))
        .filter(move |(id, _)| catalog.children(id).any(|(id, _)| id.kind == Kind::Policy) == policies)
        .map(|(id, _)| &*id.identity)
}
