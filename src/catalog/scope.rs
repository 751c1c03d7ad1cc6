//! What of a database is managed.

use rustc_hash::FxHashMap;
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
    /// The extensions that a platform brings; all others are the project's, in whatever schema they are.
    pub extensions: Vec<String>,
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

/// The schemas of a platform on whose tables projects have policies.
const WITH_POLICIES: [&str; 3] = ["storage", "realtime", "auth"];

impl Default for Scope {
    fn default() -> Self {
        Self {
            schemas: Vec::new(),
            exclude_schemas: Vec::new(),
            extensions: Vec::new(),
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

    /// Whether an object that is part of nothing belongs to dbtool.
    fn is_own(&self, whole: &ObjectId, schema: &str) -> bool {
        let of_ledger = || ["schema_migrations", "migration_log"].contains(&own_name(whole));
        OF_TOOLS.contains(&schema)
            || (schema == self.ledger && (schema != "public" || (whole.kind == Kind::Table && of_ledger())))
    }

    /// Whether an object that is part of nothing is another tool's table in a schema of the application.
    fn is_left(&self, whole: &ObjectId, schema: &str) -> bool {
        whole.kind == Kind::Table
            && self.leaves_tools
            && TABLES_OF_TOOLS.contains(&own_name(whole))
            && !self.is_own(whole, schema)
    }

    /// Notes at each schema which tables of other tools are left alone in it.
    fn note_left(&self, catalog: &mut Catalog) {
        let tables = catalog.entries.keys().filter(|id| id.kind == Kind::Table);
        let left = tables.filter(|id| schema_of(catalog, id).is_some_and(|schema| self.is_left(id, &schema)));
        for table in left.cloned().collect::<Vec<_>>() {
            let needs = catalog.entry(&table).map(|entry| entry.needs.clone()).unwrap_or_default();
            for schema in needs.iter().filter(|need| need.kind == Kind::Schema) {
                if let Some(Object::Schema(schema)) = catalog.entries.get_mut(schema).map(|entry| &mut entry.object) {
                    schema.of_tools.0.push(table.identity.to_string());
                }
            }
        }
    }

    /// Whose an object that is part of nothing is, and whose its parts are.
    fn holder(&self, catalog: &Catalog, whole: &ObjectId) -> Holder {
        if !self.roles && whole.kind.is_of_server() {
            return Holder::Nobody;
        }
        match schema_of(catalog, whole) {
            Some(schema) if self.is_own(whole, &schema) || self.is_left(whole, &schema) => Holder::Nobody,
            _ if whole.kind == Kind::Extension && !self.extensions.is_empty() => {
                let is_brought = self.extensions.iter().any(|name| *name == unquoted(&whole.identity));
                if is_brought { Holder::Given } else { Holder::Managed }
            }
            Some(schema) if !self.covers(&schema) => Holder::Given,
            _ => Holder::Managed,
        }
    }

    /// A catalog split into what is managed and what is given; what dbtool keeps for itself is neither.
    ///
    /// Nor are roles when they are not managed: they are the server's.
    pub fn split(&self, mut catalog: Catalog) -> (Catalog, Catalog) {
        self.note_left(&mut catalog);
        let mut known: FxHashMap<&ObjectId, Holder> = FxHashMap::default();
        let holder = |id| {
            let whole = whole(&catalog, id);
            let holder = *known.entry(whole).or_insert_with(|| self.holder(&catalog, whole));
            let of_privileges = matches!(id.kind, Kind::DefaultPrivileges | Kind::MemberPrivileges);
            let left = of_privileges && !self.privileges && holder == Holder::Managed;
            match holder {
                Holder::Managed if left => Holder::Given,
                Holder::Given if self.is_on_platform(&catalog, id) => Holder::Managed,
                holder => holder,
            }
        };
        let holders: Vec<Holder> = catalog.entries.keys().map(holder).collect();
        let mut at = holders.iter();
        let outside = |_: &ObjectId, _: &mut Entry| at.next() != Some(&Holder::Managed);
        let outside: Vec<_> = catalog.entries.extract_if(.., outside).collect();
        let theirs = holders.iter().filter(|holder| **holder != Holder::Managed);
        let given = outside.into_iter().zip(theirs).filter(|(_, holder)| **holder == Holder::Given);
        let given =
            Catalog::new(catalog.version, catalog.user.clone(), given.map(|(entry, _)| entry).collect(), vec![]);
        catalog.index_children();
        (catalog, given)
    }

    /// Whether an object is what a project has on a table of its platform.
    fn is_on_platform(&self, catalog: &Catalog, id: &ObjectId) -> bool {
        let schema = |id: &ObjectId| schema_of(catalog, id);
        match id.kind {
            _ if self.extensions.is_empty() => false,
            // The platform's own triggers call functions of its own.
            Kind::Trigger => catalog.entry(id).is_some_and(|entry| {
                let mut functions = entry.needs.iter().filter(|need| need.kind == Kind::Function);
                functions.any(|need| schema(need).is_some_and(|schema| self.covers(&schema)))
            }),
            // It has no policies.
            Kind::Policy => schema(id).is_some_and(|schema| WITH_POLICIES.contains(&schema.as_str())),
            _ => false,
        }
    }

    /// What of a catalog is kept in the archive.
    pub fn archived(&self, catalog: &Catalog) -> Catalog {
        let is = |id: &ObjectId| schema_of(catalog, whole(catalog, id)).is_some_and(|schema| schema == ARCHIVE);
        let entries = catalog.entries.iter().filter(|(id, _)| is(id)).map(|(id, entry)| (id.clone(), entry.clone()));
        Catalog::new(catalog.version, catalog.user.clone(), entries.collect(), Vec::new())
    }

    /// Gives `desired` what it leaves open: owners and privileges out of scope, versions of extensions that no one named, and
    /// what broken off work left behind (an invalid index, a partition half-way detached), which no one declares.
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
            match (&mut entry.object, now.map(|now| &now.object)) {
                (Object::Extension(extension), Some(Object::Extension(installed)))
                    if extension.version.is_none() || installed.version.is_none() =>
                {
                    extension.version.clone_from(&installed.version);
                }
                (Object::Index(index), Some(Object::Index(there))) if !index.valid => index.valid = there.valid,
                (Object::Partition(partition), Some(Object::Partition(there))) if partition.detaching => {
                    partition.detaching = there.detaching;
                }
                _ => {}
            }
        }
    }
}

/// Whose an object is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// The schema's that is declared.
    Managed,
    /// Somebody else's, for the schema to refer to.
    Given,
    /// Nobody's who is asked: a tool's, or the server's.
    Nobody,
}

impl Kind {
    /// Whether objects of this kind are the server's and not a database's.
    fn is_of_server(self) -> bool {
        matches!(self, Self::Role | Self::RoleMembership | Self::RoleSetting)
    }
}

impl Catalog {
    /// The same catalog without the server's roles.
    pub fn without_roles(mut self) -> Self {
        self.entries.retain(|id, _| !id.kind.is_of_server());
        self
    }

    /// A digest of what is managed, with the server's major version before it: equal catalogs have equal ones.
    ///
    /// What the scope leaves open is left out: owners, privileges, the versions of extensions, and what was left half done.
    pub fn fingerprint(&self, scope: &Scope) -> String {
        let mut hash = Sha256::new();
        for (id, entry) in &self.entries {
            let mut object = entry.object.clone();
            let mut common = entry.common.clone();
            common.owner = common.owner.filter(|_| scope.owners);
            common.privileges = common.privileges.filter(|_| scope.privileges);
            match &mut object {
                Object::Extension(extension) => extension.version = None,
                Object::Index(index) => index.valid = true,
                Object::Partition(partition) => partition.detaching = false,
                _ => {}
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

/// The last part of an object's name.
fn own_name(id: &ObjectId) -> &str {
    id.identity.rsplit('.').next().unwrap_or_default()
}

/// The plain name of the schema that an object is in, or of its outermost parent's; none for what is in no schema.
fn schema_of(catalog: &Catalog, id: &ObjectId) -> Option<String> {
    let whole = whole(catalog, id);
    let schema = match whole.kind {
        Kind::Schema => whole,
        // It has no schema of its own, but that of the indexes that it ties.
        Kind::IndexAttachment => {
            let is_end = |need: &&ObjectId| matches!(need.kind, Kind::Index | Kind::Constraint);
            return schema_of(catalog, catalog.entry(whole)?.needs.iter().find(is_end)?);
        }
        _ => catalog.entry(whole)?.needs.iter().find(|need| need.kind == Kind::Schema)?,
    };
    Some(unquoted(&schema.identity))
}
