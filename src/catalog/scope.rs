//! What of a database is managed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Catalog, Entry};
use crate::object::{Kind, Object, ObjectId};
use crate::sql::unquoted;

/// The schema in which dbtool keeps what was dropped; it is never compared.
pub const ARCHIVE: &str = "dbtool_archive";

/// Which schemas and which attributes are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// The schemas in scope; all when empty.
    pub schemas: Vec<String>,
    /// The schemas out of scope although named or covered above.
    pub exclude_schemas: Vec<String>,
    /// Whether privileges are managed.
    pub privileges: bool,
    /// Whether roles are managed.
    pub roles: bool,
    /// Whether owners are managed.
    pub owners: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Self { schemas: Vec::new(), exclude_schemas: Vec::new(), privileges: true, roles: false, owners: false }
    }
}

impl Scope {
    /// Whether a schema, by its plain name, is managed.
    pub fn covers(&self, schema: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == schema);
        (self.schemas.is_empty() || named(&self.schemas)) && !named(&self.exclude_schemas)
    }

    /// A catalog split into what is managed and what is given; the archive is neither.
    pub fn split(&self, catalog: Catalog) -> (Catalog, Catalog) {
        let side = |id: &ObjectId| {
            let of_privileges = matches!(id.kind, Kind::DefaultPrivileges | Kind::MemberPrivileges);
            match schema_of(&catalog, id) {
                Some(schema) if schema == ARCHIVE => None,
                schema => Some((self.privileges || !of_privileges) && schema.is_none_or(|schema| self.covers(&schema))),
            }
        };
        let sides: Vec<Option<bool>> = catalog.entries.keys().map(side).collect();
        let mut halves: (BTreeMap<ObjectId, Entry>, BTreeMap<ObjectId, Entry>) = Default::default();
        for ((id, entry), side) in catalog.entries.into_iter().zip(sides) {
            let Some(managed) = side else { continue };
            let half = if managed { &mut halves.0 } else { &mut halves.1 };
            half.insert(id, entry);
        }
        let (version, user) = (catalog.version, catalog.user);
        let given = Catalog::new(version, user.clone(), halves.1, Vec::new());
        (Catalog::new(version, user, halves.0, catalog.unmodelled), given)
    }

    /// Gives `desired` what it leaves open: owners and privileges out of scope, versions of extensions that no one named.
    pub fn align(&self, current: &Catalog, desired: &mut Catalog) {
        for (id, entry) in &mut desired.entries {
            let now = current.entries.get(id);
            if !self.owners && entry.common.owner.is_some() {
                let owner = now.and_then(|now| now.common.owner.clone());
                entry.common.owner = Some(owner.unwrap_or_else(|| current.user.clone()));
            }
            if !self.privileges {
                entry.common.privileges = now.and_then(|now| now.common.privileges.clone());
            }
            if let (Object::Extension(extension), Some(Object::Extension(installed))) =
                (&mut entry.object, now.map(|now| &now.object))
                && extension.version.is_none()
            {
                extension.version.clone_from(&installed.version);
            }
        }
    }
}

/// The plain name of the schema that an object is in, or of its outermost parent's; none for what is in no schema.
fn schema_of(catalog: &Catalog, id: &ObjectId) -> Option<String> {
    let mut whole = id;
    while let Some(parent) = catalog.entry(whole).and_then(|entry| entry.parent.as_ref()) {
        whole = parent;
    }
    let schema = match whole.kind {
        Kind::Schema => whole,
        _ => catalog.entry(whole)?.needs.iter().find(|need| need.kind == Kind::Schema)?,
    };
    Some(unquoted(&schema.identity))
}
