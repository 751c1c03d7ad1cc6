//! What of a database is managed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Catalog, Entry};
use crate::object::{Kind, Object, ObjectId, without_soft};
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
    /// The schema of dbtool's ledger.
    pub ledger: String,
    /// Whether the tables of other tools of migration are left alone; not where the schema declares them.
    pub leaves_tools: bool,
}

/// The schemas that hold what tools of migration keep for themselves.
const OF_TOOLS: [&str; 3] = ["dbtool", ARCHIVE, "supabase_migrations"];

/// The tables that such tools, dbtool among them, keep beside the application's.
pub const TABLES_OF_TOOLS: [&str; 2] = ["schema_migrations", "ar_internal_metadata"];

impl Default for Scope {
    fn default() -> Self {
        Self {
            schemas: Vec::new(),
            exclude_schemas: Vec::new(),
            privileges: true,
            roles: false,
            owners: false,
            ledger: "dbtool".to_owned(),
            leaves_tools: true,
        }
    }
}

impl Scope {
    /// Whether a schema, by its plain name, is managed.
    pub fn covers(&self, schema: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == schema);
        (self.schemas.is_empty() || named(&self.schemas)) && !named(&self.exclude_schemas)
    }

    /// Whether an object belongs to dbtool, or to another tool of migrations.
    fn of_tools(&self, catalog: &Catalog, id: &ObjectId) -> bool {
        let whole = whole(catalog, id);
        let Some(schema) = schema_of(catalog, whole) else { return false };
        if OF_TOOLS.contains(&schema.as_str()) || (schema == self.ledger && schema != "public") {
            return true;
        }
        let name = whole.identity.rsplit('.').next().unwrap_or_default();
        let own = schema == self.ledger && ["schema_migrations", "migration_log"].contains(&name);
        whole.kind == Kind::Table && (own || (self.leaves_tools && TABLES_OF_TOOLS.contains(&name)))
    }

    /// A catalog split into what is managed and what is given; what dbtool keeps for itself is neither.
    ///
    /// Nor are roles when they are not managed: they are the server's.
    pub fn split(&self, mut catalog: Catalog) -> (Catalog, Catalog) {
        let of_tools: Vec<ObjectId> =
            catalog.entries.keys().filter(|id| self.of_tools(&catalog, id)).cloned().collect();
        for id in &of_tools {
            catalog.entries.remove(id);
        }
        if !self.roles {
            catalog = catalog.without_roles();
        }
        let inside = |id: &ObjectId| {
            let of_privileges = matches!(id.kind, Kind::DefaultPrivileges | Kind::MemberPrivileges);
            (self.privileges || !of_privileges) && schema_of(&catalog, id).is_none_or(|schema| self.covers(&schema))
        };
        let managed: Vec<bool> = catalog.entries.keys().map(inside).collect();
        let mut halves: (BTreeMap<ObjectId, Entry>, BTreeMap<ObjectId, Entry>) = Default::default();
        for ((id, entry), managed) in catalog.entries.into_iter().zip(managed) {
            let half = if managed { &mut halves.0 } else { &mut halves.1 };
            half.insert(id, entry);
        }
        let (version, user) = (catalog.version, catalog.user);
        let given = Catalog::new(version, user.clone(), halves.1, Vec::new());
        (Catalog::new(version, user, halves.0, catalog.unmodelled), given)
    }

    /// What of a catalog is kept in the archive.
    pub fn archived(&self, catalog: &Catalog) -> Catalog {
        let is = |id: &ObjectId| schema_of(catalog, whole(catalog, id)).is_some_and(|schema| schema == ARCHIVE);
        let entries = catalog.entries.iter().filter(|(id, _)| is(id)).map(|(id, entry)| (id.clone(), entry.clone()));
        Catalog::new(catalog.version, catalog.user.clone(), entries.collect(), Vec::new())
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

impl Catalog {
    /// The same catalog without the server's roles.
    pub fn without_roles(mut self) -> Self {
        let of_roles = |kind| matches!(kind, Kind::Role | Kind::RoleMembership | Kind::RoleSetting);
        self.entries.retain(|id, _| !of_roles(id.kind));
        self
    }

    /// A digest of what is managed, with the server's major version before it: equal catalogs have equal ones.
    ///
    /// What the scope leaves open is left out: owners, privileges, and the versions of extensions.
    pub fn fingerprint(&self, scope: &Scope) -> String {
        let mut hash = Sha256::new();
        for (id, entry) in &self.entries {
            let mut object = entry.object.clone();
            let mut common = entry.common.clone();
            common.owner = common.owner.filter(|_| scope.owners);
            common.privileges = common.privileges.filter(|_| scope.privileges);
            if let Object::Extension(extension) = &mut object {
                extension.version = None;
            }
            let whole = without_soft(|| serde_json::to_vec(&(id, object, common))).expect("an object is plain data");
            hash.update((whole.len() as u64).to_le_bytes());
            hash.update(&whole);
        }
        let digest: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("pg{}:{digest}", self.version / 10_000)
    }
}

/// What an object is part of, in the end: itself when it is part of nothing.
fn whole<'a>(catalog: &'a Catalog, id: &'a ObjectId) -> &'a ObjectId {
    let mut whole = id;
    while let Some(parent) = catalog.entry(whole).and_then(|entry| entry.parent.as_ref()) {
        whole = parent;
    }
    whole
}

/// The plain name of the schema that an object is in, or of its outermost parent's; none for what is in no schema.
fn schema_of(catalog: &Catalog, id: &ObjectId) -> Option<String> {
    let whole = whole(catalog, id);
    let schema = match whole.kind {
        Kind::Schema => whole,
        _ => catalog.entry(whole)?.needs.iter().find(|need| need.kind == Kind::Schema)?,
    };
    Some(unquoted(&schema.identity))
}
