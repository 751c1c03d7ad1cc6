//! What a kind may look at beside the object itself.

use super::{Kind, Object, ObjectId};
pub use crate::catalog::{Catalog, Entry};

/// The catalogs around an object: the one that it stands in and, for a change, the one that is left.
pub struct Context<'a> {
    /// The catalog that the object stands in: desired for creating and altering, current for dropping.
    pub catalog: &'a Catalog,
    /// The catalog that the database has before the change.
    pub current: &'a Catalog,
    /// The catalog that the database has after it.
    pub desired: &'a Catalog,
    /// Whether a part is brought by its parent rather than added afterwards.
    pub brought: &'a dyn Fn(&ObjectId) -> bool,
}

impl<'a> Context<'a> {
    /// The server's version, as in `server_version_num`.
    pub fn version(&self) -> u32 {
        self.catalog.version
    }

    /// The parent of an object; every part has one.
    pub fn parent(&self, id: &ObjectId) -> &'a ObjectId {
        self.catalog.entry(id).and_then(|e| e.parent.as_ref()).expect("the query of a part gives its parent's address")
    }

    /// The entry of an object's parent.
    pub fn parent_object(&self, id: &ObjectId) -> Option<&'a Object> {
        self.catalog.entry(self.parent(id)).map(|e| &e.object)
    }

    /// The parts of a kind that come with their parent, in their own order.
    pub fn parts(&self, id: &ObjectId, kind: Kind) -> Vec<(&'a ObjectId, &'a Entry)> {
        self.catalog.children(id).filter(|(part, _)| part.kind == kind && (self.brought)(part)).collect()
    }

    /// Whether the table is clustered on another of its indexes, which ends its being clustered on the one before.
    pub fn is_clustered(&self, table: &ObjectId) -> bool {
        self.catalog.children(table).any(|(_, entry)| match &entry.object {
            Object::Index(index) => index.clustered,
            Object::Constraint(constraint) => constraint.clustered,
            _ => false,
        })
    }

    /// The owner of an object, or of what it is part of.
    pub fn owner(&self, id: &ObjectId) -> &'a str {
        let entry = self.catalog.entry(id);
        let own = entry.and_then(|entry| entry.common.owner.as_deref());
        own.or_else(|| Some(self.owner(entry?.parent.as_ref()?))).unwrap_or(&self.current.user)
    }

    /// The tables that inherit from a table before the change.
    pub fn heirs(&self, table: &'a ObjectId) -> impl Iterator<Item = ObjectId> {
        self.current.heirs(table)
    }

    /// Whether the database had the object before.
    pub fn existed(&self, id: &ObjectId) -> bool {
        self.current.entry(id).is_some()
    }
}
