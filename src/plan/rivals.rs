//! What comes under the name of another that goes: a routine with other arguments, a type of another kind.

use std::collections::HashMap;

use crate::catalog::Catalog;
use crate::object::{Kind, ObjectId};

/// The routines and types that come, by their name without arguments.
pub struct Rivals<'a>(HashMap<&'a str, Vec<&'a ObjectId>>);

impl<'a> Rivals<'a> {
    /// Those that only `desired` has.
    pub fn of(current: &Catalog, desired: &'a Catalog) -> Self {
        let mut map: HashMap<_, Vec<_>> = HashMap::new();
        for id in desired.entries.keys().filter(|id| current.entry(id).is_none()) {
            if let Some(name) = name(id) {
                map.entry(name).or_default().push(id);
            }
        }
        Self(map)
    }

    /// Those that come under the name of one that goes.
    pub fn to(&self, id: &ObjectId) -> &[&'a ObjectId] {
        name(id).and_then(|name| self.0.get(name)).map_or(&[], Vec::as_slice)
    }
}

/// The name of a routine or type, with its schema and without its arguments.
fn name(id: &ObjectId) -> Option<&str> {
    match id.kind {
        Kind::Function | Kind::Procedure | Kind::Aggregate => id.identity.rsplit_once('(').map(|(name, _)| name),
        Kind::EnumType | Kind::Domain | Kind::Composite | Kind::Range => Some(&id.identity),
        _ => None,
    }
}
