//! The steps of a plan put together by what they belong to.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Section;
use crate::catalog::Catalog;
use crate::object::{Kind, Object, ObjectId};
use crate::plan::{Plan, Step};

/// The sections: each step joins the object that it belongs to as soon as what it needs is there.
pub fn arrange(catalog: &Catalog, plan: Plan) -> Vec<Section> {
    let steps: Vec<Step> = plan.steps;
    let places: HashMap<ObjectId, usize> = steps.iter().enumerate().map(|(i, step)| (step.id.clone(), i)).collect();
    let mut arranging = Arranging { catalog, steps: &steps, places, done: HashSet::new(), waiting: BTreeMap::new() };
    for (i, step) in steps.iter().enumerate() {
        let whole = owner_of(catalog, &step.id);
        if whole != step.id {
            arranging.waiting.entry(whole).or_default().push(i);
        }
    }
    let mut sections: Vec<Section> = Vec::new();
    for i in 0..steps.len() {
        for i in arranging.take(i) {
            let id = owner_of(catalog, &steps[i].id);
            let texts = steps[i].statements.iter().map(|statement| said(&statement.text, &steps[i].id, catalog));
            match sections.last_mut().filter(|section| section.id == id) {
                Some(section) => section.statements.extend(texts),
                None => sections.push(Section { id, of: None, statements: texts.collect() }),
            }
        }
    }
    sections
}

/// The statement of an index without the access method that every index has unless another is named, and without `ONLY` where there
/// is nothing else.
fn said(text: &str, id: &ObjectId, catalog: &Catalog) -> String {
    if id.kind != Kind::Index {
        return text.to_owned();
    }
    let text = text.replacen(" USING btree (", " (", 1);
    let parent = catalog.entry(id).and_then(|entry| entry.parent.as_ref());
    let of = |entry: &crate::catalog::Entry| match &entry.object {
        Object::Partition(partition) => parent.is_some_and(|parent| *parent.identity == *partition.of),
        _ => false,
    };
    let has_partitions = catalog.entries.iter().any(|(id, entry)| id.kind == Kind::Partition && of(entry));
    if has_partitions { text } else { text.replacen(" ON ONLY ", " ON ", 1) }
}

struct Arranging<'a> {
    catalog: &'a Catalog,
    steps: &'a [Step],
    places: HashMap<ObjectId, usize>,
    done: HashSet<usize>,
    /// The steps that belong to an object, in the plan's order.
    waiting: BTreeMap<ObjectId, Vec<usize>>,
}

impl Arranging<'_> {
    /// A step, unless it was taken before, and after it those of the same object that can come now.
    fn take(&mut self, i: usize) -> Vec<usize> {
        if !self.done.insert(i) {
            return Vec::new();
        }
        let mut taken = vec![i];
        let of_same = self.waiting.get(&self.steps[i].id).cloned().unwrap_or_default();
        for other in of_same {
            if !self.done.contains(&other) && self.is_ready(other) {
                self.done.insert(other);
                taken.push(other);
            }
        }
        taken
    }

    /// Whether a step can come before its place in the plan: it joins no two tables, and what it needs is there.
    fn is_ready(&self, i: usize) -> bool {
        let id = &self.steps[i].id;
        let Some(entry) = self.catalog.entry(id) else { return false };
        let partitioned = |table: &ObjectId| match self.catalog.entry(table).map(|entry| &entry.object) {
            Some(Object::Table(table)) => table.partition_key.is_some(),
            _ => false,
        };
        let of_partitions = entry.parent.as_ref().is_some_and(|table| {
            partitioned(table) || self.catalog.entry(&ObjectId::new(Kind::Partition, table.identity.clone())).is_some()
        });
        let joins = !entry.object.stands_on(id).is_empty();
        let holds_place = entry.object.occupies(id).is_some();
        !(joins || (of_partitions && holds_place)) && entry.needs.iter().all(|need| self.is_there(need))
    }

    /// Whether the step that brings an object is done.
    fn is_there(&self, id: &ObjectId) -> bool {
        let mut id = id;
        loop {
            if let Some(place) = self.places.get(id) {
                return self.done.contains(place);
            }
            match self.catalog.entry(id).and_then(|entry| entry.parent.as_ref()) {
                Some(parent) => id = parent,
                // Without a step of its own and without a parent it was there before.
                None => return true,
            }
        }
    }
}

/// The object that a person would write another one with: its outermost parent.
pub fn owner_of(catalog: &Catalog, id: &ObjectId) -> ObjectId {
    let mut whole = id;
    while let Some(parent) = catalog.entry(whole).and_then(|entry| entry.parent.as_ref()) {
        whole = parent;
    }
    match whole.kind {
        // An attachment has the name of what is attached.
        Kind::Partition => ObjectId::new(Kind::Table, whole.identity.clone()),
        _ => whole.clone(),
    }
}
