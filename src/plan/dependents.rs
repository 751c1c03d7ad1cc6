//! Who needs whom, turned round.

use rustc_hash::FxHashMap;

use crate::catalog::Catalog;
use crate::object::ObjectId;

/// For each object of a catalog, the objects that need it.
pub struct Dependents<'a>(FxHashMap<&'a ObjectId, Vec<&'a ObjectId>>);

impl<'a> Dependents<'a> {
    /// The dependents of all objects of a catalog.
    pub fn of(catalog: &'a Catalog) -> Self {
        let mut map: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for (id, entry) in &catalog.entries {
            for need in &entry.needs {
                map.entry(need).or_default().push(id);
            }
        }
        Self(map)
    }

    /// The objects that need `id`.
    pub fn get(&self, id: &ObjectId) -> &[&'a ObjectId] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }
}
