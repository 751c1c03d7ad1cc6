//! Who may do what, role by role.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Grant;
use super::name::plain;
use crate::catalog::{Catalog, Entry};
use crate::object::{Grantee, Kind, ObjectId, Privilege, privilege_word};

/// The privileges on an object, those on its columns after them.
pub(super) fn grants(id: &ObjectId, entry: &Entry, catalog: &Catalog) -> Vec<Grant> {
    let Some(grantable) = id.kind.grantable() else { return Vec::new() };
    let owner = entry.common.owner.as_deref().unwrap_or_default();
    let in_force = entry.common.privileges.clone().unwrap_or_else(|| grantable.built_in(catalog.version));
    let all = grantable.built_in(catalog.version).iter().filter(|p| p.grantee == Grantee::Owner).count();
    let mut grants = by_role(&in_force, owner, None, all);
    for (part, column) in catalog.children(id).filter(|(part, _)| part.kind == Kind::Column) {
        if let Some(privileges) = &column.common.privileges {
            grants.extend(by_role(privileges, owner, Some(plain(part.name_in(id))), usize::MAX));
        }
    }
    grants
}

/// One grant for each role; whoever has `all` privileges has "ALL".
fn by_role(privileges: &BTreeSet<Privilege>, owner: &str, column: Option<String>, all: usize) -> Vec<Grant> {
    let mut roles: BTreeMap<&Grantee, Vec<&Privilege>> = BTreeMap::new();
    for privilege in privileges {
        roles.entry(&privilege.grantee).or_default().push(privilege);
    }
    let grant = |(grantee, privileges): (&Grantee, Vec<&Privilege>)| Grant {
        role: match grantee {
            Grantee::Owner => owner.to_owned(),
            Grantee::Public => "PUBLIC".to_owned(),
            Grantee::Role(name) => name.clone(),
        },
        owner: *grantee == Grantee::Owner,
        column: column.clone(),
        privileges: if privileges.len() >= all && privileges.iter().all(|p| !p.grantable) {
            vec!["ALL".to_owned()]
        } else {
            privileges.into_iter().map(words).collect()
        },
    };
    roles.into_iter().map(grant).collect()
}

fn words(privilege: &Privilege) -> String {
    let option = if privilege.grantable { " WITH GRANT OPTION" } else { "" };
    format!("{}{option}", privilege_word(privilege.letter))
}
