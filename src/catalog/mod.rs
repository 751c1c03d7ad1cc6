//! What a database is: its objects, what each is part of and what each needs.

mod in_use;
mod link;
mod read;
mod scope;
mod snapshot;
mod unmodelled;

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use crate::object::{Common, Kind, Object, ObjectId, Privilege};

pub use in_use::in_use;
pub use read::{read, read_in_snapshot};
pub use scope::{ARCHIVE, Scope, TABLES_OF_TOOLS};

/// Objects by identity, in the order of their identities: a database has some hundred thousand, each looked up many times.
pub type Entries = IndexMap<ObjectId, Entry, FxBuildHasher>;

/// All objects of a database, read in one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// The server's version, as in `server_version_num`.
    pub version: u32,
    /// The role that read it, and that would own what it creates.
    pub user: String,
    /// The objects that are managed or given, by identity.
    #[serde(with = "indexmap::map::serde_seq")]
    pub entries: Entries,
    /// What the database has and no kind knows, in words.
    pub unmodelled: Vec<String>,
    /// The objects by their parents; derived from the entries.
    #[serde(skip)]
    children: HashMap<ObjectId, Vec<ObjectId>, FxBuildHasher>,
}

/// An object with its place among the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The object itself.
    pub object: Object,
    /// Owner, privileges and comment.
    pub common: Common,
    /// What it is part of, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ObjectId>,
    /// Its place among the parts of its parent (`attnum`); no part of what it is.
    pub position: i32,
    /// What it depends on, its parent included.
    pub needs: BTreeSet<ObjectId>,
}

impl Entry {
    /// Whether both describe the same object; position and dependencies do not matter.
    pub fn same(&self, other: &Entry) -> bool {
        self.object == other.object && self.common == other.common
    }
}

impl Catalog {
    /// A catalog of entries.
    pub fn new(version: u32, user: String, mut entries: Entries, unmodelled: Vec<String>) -> Self {
        if !entries.keys().is_sorted() {
            entries.sort_unstable_keys();
        }
        let mut catalog = Self { version, user, entries, unmodelled, children: HashMap::default() };
        catalog.index_children();
        catalog
    }

    /// A catalog with nothing in it, of the same server.
    pub fn empty_like(&self) -> Self {
        Self::new(self.version, self.user.clone(), Entries::default(), Vec::new())
    }

    /// The same catalog with the entries of another, which go first.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let entries =
            self.entries.iter().chain(&other.entries).map(|(id, entry)| (id.clone(), entry.clone())).collect();
        Self::new(other.version, other.user.clone(), entries, Vec::new())
    }

    /// The entry of an object.
    pub fn entry(&self, id: &ObjectId) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The objects that have `id` as their parent, in their own order.
    pub fn children<'a>(&'a self, id: &ObjectId) -> impl Iterator<Item = (&'a ObjectId, &'a Entry)> + use<'a> {
        self.children.get(id).into_iter().flatten().filter_map(|child| self.entries.get_key_value(child))
    }

    /// The tables that inherit from a table.
    pub fn heirs<'a>(&'a self, table: &'a ObjectId) -> impl Iterator<Item = ObjectId> + use<'a> {
        self.of_kind(Kind::Inheritance).filter_map(|(_, entry)| match &entry.object {
            Object::Inheritance(inheritance) if inheritance.ancestor == *table.identity => {
                Some(ObjectId::new(Kind::Table, inheritance.child.as_str()))
            }
            _ => None,
        })
    }

    /// The tables that have their columns from a table: its heirs, or its partitions.
    pub fn joined_to<'a>(&'a self, table: &'a ObjectId) -> impl Iterator<Item = ObjectId> + use<'a> {
        let partitioned = matches!(self.entry(table).map(|entry| &entry.object),
            Some(Object::Table(table)) if table.partition_key.is_some());
        let partitions = self.of_kind(Kind::Partition).take_while(move |_| partitioned);
        let partitions = partitions.filter_map(|(id, entry)| match &entry.object {
            Object::Partition(partition) if partition.of == *table.identity => {
                Some(ObjectId::new(Kind::Table, id.identity.clone()))
            }
            _ => None,
        });
        self.heirs(table).chain(partitions)
    }

    /// The objects of a kind, in the order of their identities.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectId, &Entry)> {
        let all = self.entries.as_slice();
        let start = all.partition_point(|id, _| id.kind < kind);
        all[start..].iter().take_while(move |(id, _)| id.kind == kind)
    }

    /// The privileges that an object of `desired` gets by being created in this database, if they are not the built-in
    /// defaults: the default privileges of the connected role, as long as `desired` does not drop them, which comes first.
    pub fn initial_privileges(&self, id: &ObjectId, desired: &Catalog) -> Option<BTreeSet<Privilege>> {
        let grantable = id.kind.grantable()?;
        let letter = grantable.default_acl?;
        let schema = desired.entry(id)?.needs.iter().find(|need| need.kind == Kind::Schema).map(|id| &*id.identity);
        let in_force: Vec<_> = self
            .of_kind(Kind::DefaultPrivileges)
            .filter(|(id, _)| desired.entries.contains_key(*id))
            .filter_map(|(_, entry)| if let Object::DefaultPrivileges(of) = &entry.object { Some(of) } else { None })
            .filter(|of| of.letter == letter && of.role == self.user)
            .collect();
        let everywhere = in_force.iter().find(|of| of.schema.is_none());
        let there = in_force.iter().find(|of| of.schema.is_some() && of.schema.as_deref() == schema);
        if everywhere.is_none() && there.is_none() {
            return None;
        }
        let mut all = everywhere.map_or_else(|| grantable.built_in(self.version), |of| of.privileges.clone());
        all.extend(there.iter().flat_map(|of| of.privileges.iter().cloned()));
        let stronger = |p: &Privilege| Privilege { grantable: true, ..p.clone() };
        let weaker: BTreeSet<_> = all.iter().filter(|p| !p.grantable && all.contains(&stronger(p))).cloned().collect();
        all.retain(|privilege| !weaker.contains(privilege));
        Some(all)
    }

    /// Derives [`Self::children`] from the entries.
    fn index_children(&mut self) {
        self.children.clear();
        for (id, entry) in &self.entries {
            if let Some(parent) = &entry.parent {
                self.children.entry(parent.clone()).or_default().push(id.clone());
            }
        }
        let entries = &self.entries;
        for children in self.children.values_mut() {
            children.sort_by_cached_key(|id| entries[id].position);
        }
    }
}
