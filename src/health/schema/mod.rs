//! Checks of a catalog: what a schema itself shows, without a running database.

mod definer;
mod duplicate_index;
mod foreign_key_index;
mod foreign_key_type;
mod invalid_index;
mod open_policy;
mod policies;
mod primary_key;
mod row_security;
mod unvalidated;
mod view_security;

use super::{Finding, Found};
use crate::catalog::{Catalog, Entry};
use crate::object::{Constraint, Grantee, Kind, Object, ObjectId};

/// A check: from a catalog to what is found.
type Check = fn(&Catalog) -> Vec<Found>;

/// The checks, those about who sees what first.
pub(super) const CHECKS: &[(&str, Check)] = &[
    ("row_security", row_security::check),
    ("unused_policies", policies::without_effect),
    ("missing_policies", policies::missing),
    ("open_policy", open_policy::check),
    ("view_security", view_security::check),
    ("definer_search_path", definer::search_path),
    ("definer_public", definer::public),
    ("primary_key", primary_key::check),
    ("foreign_key_index", foreign_key_index::check),
    ("foreign_key_type", foreign_key_type::check),
    ("invalid_index", invalid_index::check),
    ("duplicate_index", duplicate_index::check),
    ("unvalidated_constraint", unvalidated::check),
];

/// Runs all checks of a catalog.
pub fn schema(catalog: &Catalog) -> Vec<Finding> {
    let run = |(name, check): &(&'static str, Check)| {
        check(catalog).into_iter().map(|found| found.of(name)).collect::<Vec<_>>()
    };
    CHECKS.iter().flat_map(run).collect()
}

/// The roles that the platforms' web interfaces act as for anybody.
const WEB_ROLES: [&str; 2] = ["anon", "authenticated"];

/// The objects of a kind.
fn of_kind(catalog: &Catalog, kind: Kind) -> impl Iterator<Item = (&ObjectId, &Entry)> {
    catalog.entries.iter().filter(move |(id, _)| id.kind == kind)
}

/// The constraints with their identities.
fn constraints(catalog: &Catalog) -> impl Iterator<Item = (&ObjectId, &Constraint)> {
    of_kind(catalog, Kind::Constraint).filter_map(|(id, entry)| match &entry.object {
        Object::Constraint(constraint) => Some((id, constraint)),
        _ => None,
    })
}

/// Whether a table is a partition, about which its whole says all.
fn is_partition(catalog: &Catalog, table: &ObjectId) -> bool {
    catalog.children(table).any(|(id, _)| id.kind == Kind::Partition)
}

/// The web roles, and `PUBLIC`, that have one of the privileges in `letters`.
fn exposed(entry: &Entry, letters: &str) -> Vec<String> {
    let mut roles: Vec<String> = entry
        .common
        .privileges
        .iter()
        .flatten()
        .filter(|privilege| letters.contains(privilege.letter))
        .filter_map(|privilege| match &privilege.grantee {
            Grantee::Role(name) if WEB_ROLES.contains(&&**name) => Some(name.clone()),
            Grantee::Public => Some("PUBLIC".to_owned()),
            Grantee::Role(_) | Grantee::Owner => None,
        })
        .collect();
    roles.dedup();
    roles.sort();
    roles.dedup();
    roles
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        let names: Vec<_> = crate::health::names().collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }
}
