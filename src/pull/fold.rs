//! Which constraints stand inside their tables: all but those that must wait for another table.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::catalog::Catalog;
use crate::object::{Constraint, Kind, Object, ObjectId};

/// The constraints that `CREATE TABLE` can bring, without any table having to come before itself.
pub fn folded(catalog: &Catalog) -> BTreeSet<ObjectId> {
    let mut folding = Folding { catalog, after: HashMap::new(), dependents: HashMap::new(), folded: BTreeSet::new() };
    folding.begin();
    let candidates = catalog.entries.iter().filter_map(|(id, entry)| match &entry.object {
        Object::Constraint(constraint) if constraint.can_be_in_table() && !to_partitioned(constraint, catalog) => {
            Some((id, constraint.contype == "f"))
        }
        _ => None,
    });
    let (foreign, own): (Vec<_>, Vec<_>) = candidates.partition(|(_, foreign)| *foreign);
    for (id, _) in own.into_iter().chain(foreign) {
        folding.fold(id);
    }
    folding.folded
}

/// Whether a foreign key references a partitioned table, whose key is valid only when every partition has its part of it.
fn to_partitioned(constraint: &Constraint, catalog: &Catalog) -> bool {
    let table = constraint.references.0.as_ref().map(|table| ObjectId::new(Kind::Table, table.as_str()));
    let entry = table.and_then(|table| catalog.entry(&table));
    matches!(entry.map(|entry| &entry.object), Some(Object::Table(table)) if table.partition_key.is_some())
}

struct Folding<'a> {
    catalog: &'a Catalog,
    /// What each object, taken with all that it brings, comes after.
    after: HashMap<&'a ObjectId, Vec<&'a ObjectId>>,
    /// The objects that need each object.
    dependents: HashMap<&'a ObjectId, Vec<&'a ObjectId>>,
    folded: BTreeSet<ObjectId>,
}

impl<'a> Folding<'a> {
    /// What is needed when nothing is folded: parts count for their parents.
    fn begin(&mut self) {
        for (id, entry) in &self.catalog.entries {
            let bringer = self.bringer(id);
            for need in &entry.needs {
                self.dependents.entry(need).or_default().push(id);
                let need = self.bringer(need);
                if need != bringer {
                    self.after.entry(bringer).or_default().push(need);
                }
            }
        }
    }

    /// The object whose creation brings this one.
    fn bringer(&self, id: &'a ObjectId) -> &'a ObjectId {
        let mut id = id;
        while id.kind.is_part() || self.folded.contains(id) {
            let Some(parent) = self.catalog.entry(id).and_then(|entry| entry.parent.as_ref()) else { break };
            id = parent;
        }
        id
    }

    /// Folds a constraint into its table, unless something that it needs comes after the table.
    fn fold(&mut self, id: &'a ObjectId) {
        let Some(entry) = self.catalog.entry(id) else { return };
        let Some(table) = entry.parent.as_ref().filter(|parent| parent.kind == Kind::Table) else { return };
        let needs: Vec<&ObjectId> =
            entry.needs.iter().map(|need| self.bringer(need)).filter(|need| *need != table && *need != id).collect();
        if needs.iter().any(|need| self.leads_to(need, table)) {
            return;
        }
        self.after.entry(table).or_default().extend(needs);
        self.folded.insert(id.clone());
        // What comes after the constraint comes after the table from now on.
        for waiting in self.dependents.get(id).cloned().unwrap_or_default() {
            let waiting = self.bringer(waiting);
            if waiting != table {
                self.after.entry(waiting).or_default().push(table);
            }
        }
    }

    /// Whether one object comes, in the end, after another.
    fn leads_to(&self, from: &'a ObjectId, to: &ObjectId) -> bool {
        let mut open = vec![from];
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id) {
                open.extend(self.after.get(id).into_iter().flatten());
            }
        }
        false
    }
}
