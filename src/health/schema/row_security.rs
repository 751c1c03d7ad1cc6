//! Tables that anybody on the web can read or write, with no row security between.

use super::super::{Found, Severity};
use super::{exposed, of_kind};
use crate::catalog::Catalog;
use crate::object::{Kind, Object};

/// Tables granted to web roles or to everybody, with row security off.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    let mut found = Vec::new();
    for (id, entry) in of_kind(catalog, Kind::Table) {
        let open = matches!(&entry.object, Object::Table(table) if !table.row_security);
        let roles = exposed(entry, "arwd");
        if !open || roles.is_empty() {
            continue;
        }
        let severity = if roles.iter().any(|role| role != "PUBLIC") { Severity::Error } else { Severity::Warning };
        let message = format!("Row security is off, and {} can reach every row", roles.join(" and "));
        found.push(Found::new(
            severity,
            &id.identity,
            message,
            format!("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", id.identity),
        ));
    }
    found
}
