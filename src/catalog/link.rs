//! From `pg_depend` to what each object needs, resolved in memory.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::ObjectId;

/// An object's address: catalog, row and, for a column, its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The oid of the catalog (`classid`).
    pub class: u32,
    /// The oid of the row (`objid`).
    pub object: u32,
    /// The column's number, or 0 (`objsubid`).
    pub sub: i32,
}

/// The `sub` of a type's shell, which has no address of its own in the catalogs.
const SHELL: i32 = -1;

impl Address {
    /// The address of the shell of the type at this address.
    fn shell(self) -> Self {
        Self { sub: SHELL, ..self }
    }
}

/// A row of `pg_depend`.
#[derive(Clone, Copy, Debug)]
pub struct Dependency {
    /// What depends.
    pub of: Address,
    /// What it depends on.
    pub on: Address,
    /// `deptype` ("pg_depend" in the chapter "System Catalogs").
    pub kind: char,
}

/// All dependencies of a database.
pub struct Dependencies {
    rows: Vec<Dependency>,
    /// What an address is a part of (dependency types `i`, `a`, `P`): where to go on from an address that is no object.
    whole: FxHashMap<Address, Address>,
    extension: FxHashMap<Address, Address>,
}

impl Dependencies {
    /// Takes the rows of `pg_depend`.
    pub fn new(rows: impl Iterator<Item = Dependency>) -> Self {
        let rows: Vec<_> = rows.collect();
        let mut whole = FxHashMap::default();
        let mut extension = FxHashMap::default();
        for row in &rows {
            match row.kind {
                'e' => drop(extension.insert(row.of, row.on)),
                'i' => drop(whole.insert(row.of, row.on)),
                _ => {}
            }
        }
        for kinds in ["P", "aS"] {
            for row in rows.iter().filter(|row| kinds.contains(row.kind)) {
                whole.entry(row.of).or_insert(row.on);
            }
        }
        Self { rows, whole, extension }
    }

    /// Whether the address, or what it is a part of, belongs to an extension.
    pub fn of_extension(&self, address: Address) -> bool {
        self.extension.contains_key(&Address { sub: 0, ..address })
    }

    /// What each object needs.
    pub fn needs(&self, ids: &FxHashMap<Address, ObjectId>) -> FxHashMap<ObjectId, BTreeSet<ObjectId>> {
        let mut needs: FxHashMap<ObjectId, BTreeSet<ObjectId>> = FxHashMap::default();
        let makers = self.makers(ids);
        // What a partition has from its partitioned table (`P`) is that one's, and needs nothing of the partition's.
        let clones: FxHashSet<Address> = self.rows.iter().filter(|row| row.kind == 'P').map(|row| row.of).collect();
        let own = |row: &&Dependency| !clones.contains(&row.of) || ids.contains_key(&row.of);
        for row in self.rows.iter().filter(own) {
            let on = if makers.contains(&(row.on, row.of)) { row.on.shell() } else { row.on };
            if let (Some(of), Some(on)) = (self.resolve(row.of, ids), self.resolve(on, ids))
                && of != on
                && !of.kind.apart().contains(row.kind)
            {
                needs.entry(of.clone()).or_default().insert(on.clone());
            }
        }
        needs
    }

    /// The types that begin as shells, each with what it needs: functions that need the type in their turn need only its shell.
    fn makers(&self, ids: &FxHashMap<Address, ObjectId>) -> FxHashSet<(Address, Address)> {
        let shells: FxHashSet<Address> = ids.keys().filter(|address| address.sub == SHELL).copied().collect();
        self.rows.iter().filter(|row| shells.contains(&row.of.shell())).map(|row| (row.of, row.on)).collect()
    }

    /// The addresses that belong to no extension and lead to no known object.
    pub fn unknown(&self, ids: &FxHashMap<Address, ObjectId>) -> BTreeSet<Address> {
        let of = self.rows.iter().map(|row| Address { sub: 0, ..row.of });
        let unknown = of.filter(|address| !self.of_extension(*address) && self.resolve(*address, ids).is_none());
        unknown.collect()
    }

    /// The object at an address: itself, its extension, the whole relation, or what it is a part of.
    fn resolve<'a>(&self, address: Address, ids: &'a FxHashMap<Address, ObjectId>) -> Option<&'a ObjectId> {
        let mut seen = FxHashSet::default();
        let mut at = address;
        loop {
            let relation = Address { sub: 0, ..at };
            if let Some(id) = ids.get(&at).or_else(|| ids.get(&relation)) {
                return Some(id);
            }
            if !seen.insert(at) {
                return None;
            }
            at =
                *self.extension.get(&relation).or_else(|| self.whole.get(&at)).or_else(|| self.whole.get(&relation))?;
        }
    }
}
