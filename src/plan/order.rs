//! One graph of all steps, and the order that comes of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use anyhow::{Result, bail};
use rustc_hash::FxHashMap;

use super::action::Action;
use super::bearer::{Change, Key};
use super::dependents::Dependents;
use super::rivals::Rivals;
use super::{Phase, Plan, Step};
use crate::catalog::{Catalog, Entry};
use crate::object::{Kind, ObjectId, WhenNeedReplaced};
use crate::sql::Statement;

/// Puts the steps in an order in which each finds what it needs.
///
/// # Errors
/// A cycle, named by its members.
pub fn order(change: &Change, steps: BTreeMap<Key, Vec<Statement>>) -> Result<Plan> {
    let mut graph = Graph::new(steps.keys());
    graph.connect(change);
    let order = graph.sorted(change)?;
    let mut steps = steps;
    let steps = order.into_iter().filter_map(|key| {
        let statements = steps.remove(&key)?;
        Some(Step { phase: key.0, id: key.1, statements })
    });
    Ok(Plan { steps: steps.filter(|step| !step.statements.is_empty()).collect() })
}

/// The step after which what a step takes away is there no more: a part that is put aside with its parent goes with it at the end.
fn put_aside(taken: &Key) -> Key {
    match taken {
        (Phase::Make, whole) => (Phase::Finish, whole.clone()),
        other => other.clone(),
    }
}

/// Where a step stands when nothing else decides: by its wave, and before what is done apart; then what is prepared, then drops
/// from the last kind to the first, then what is made.
type Rank = (u32, bool, Phase, Reverse<Option<Kind>>, Option<Kind>, ObjectId);

/// The wave of what comes after all else.
const LAST: u32 = u32::MAX / 2;

struct Graph {
    keys: Vec<Key>,
    index: FxHashMap<Key, usize>,
    after: Vec<Vec<usize>>,
    before: Vec<usize>,
}

impl Graph {
    fn new<'a>(keys: impl Iterator<Item = &'a Key>) -> Self {
        let keys: Vec<Key> = keys.cloned().collect();
        let index = keys.iter().cloned().enumerate().map(|(i, key)| (key, i)).collect();
        let (after, before) = (vec![Vec::new(); keys.len()], vec![0; keys.len()]);
        Self { keys, index, after, before }
    }

    /// Says that one step comes before another; steps that there are not, and a step itself, do not count.
    fn edge(&mut self, first: Option<&Key>, then: Option<&Key>) {
        let (Some(first), Some(then)) = (first, then) else { return };
        if first == then {
            return;
        }
        if let (Some(&a), Some(&b)) = (self.index.get(first), self.index.get(then)) {
            self.after[a].push(b);
            self.before[b] += 1;
        }
    }

    /// What is prepared comes after what it needs, and before the old object goes and the new one takes it over.
    fn prepare(&mut self, change: &Change, id: &ObjectId, taken: Option<&Key>, made: Option<&Key>) {
        let prepare = (Phase::Prepare, id.clone());
        if !self.index.contains_key(&prepare) {
            return;
        }
        self.edge(Some(&prepare), taken);
        self.edge(Some(&prepare), made);
        let entry = change.desired.entry(id);
        for need in entry.map(|entry| &entry.needs).into_iter().flatten() {
            let in_place = matches!(change.actions.get(need), Some(Action::Alter(_)));
            let whole = need.kind.is_part() || entry.is_some_and(|entry| entry.parent.as_ref() == Some(need));
            let apart =
                entry.is_some_and(|entry| entry.object.follows(id).iter().any(|follows| follows.object == *need));
            if !(apart || in_place && whole) {
                self.edge(change.made_by(need).as_ref(), Some(&prepare));
            }
        }
    }

    /// All edges: a create takes them from the desired catalog only, a drop from the current one, a change from both.
    fn connect(&mut self, change: &Change) {
        let (current, desired) = (Dependents::of(change.current), Dependents::of(change.desired));
        for (id, action) in change.actions {
            let (taken, made) = (change.taken_by(id), change.made_by(id));
            self.edge(taken.as_ref(), made.as_ref());
            let needs = change.desired.entry(id).map(|e| &e.needs).into_iter().flatten();
            let apart = change.desired.entry(id).map(|e| e.object.follows(id)).unwrap_or_default();
            let apart: Vec<ObjectId> = apart.into_iter().filter(|f| !f.comes).map(|f| f.object).collect();
            for need in needs.filter(|need| !apart.contains(need)) {
                self.edge(change.made_by(need).as_ref(), made.as_ref());
            }
            for dependent in current.get(id) {
                self.around_current(change, id, action, dependent, taken.as_ref(), made.as_ref());
            }
            self.joints(change, id, &current, taken.as_ref(), made.as_ref());
            self.ancestry(change, id, taken.as_ref(), made.as_ref());
            self.completed(change, id, &desired, made.as_ref());
            self.prepare(change, id, taken.as_ref(), made.as_ref());
            self.finish(change, id, &current, &desired);
        }
        self.names(change);
        self.bounds(change);
        self.rivals(change, &desired);
        let validated: Vec<Key> = self.keys.iter().filter(|key| key.0 == Phase::Validate).cloned().collect();
        for key in validated {
            self.edge(change.made_by(&key.1).as_ref(), Some(&key));
        }
    }

    /// What needs an object now goes, or is changed, before the object goes, and goes before the object is changed.
    fn around_current(
        &mut self,
        change: &Change,
        id: &ObjectId,
        action: &Action,
        dependent: &ObjectId,
        taken: Option<&Key>,
        made: Option<&Key>,
    ) {
        let follows = change.current.entry(dependent).map(|e| e.object.follows(dependent)).unwrap_or_default();
        if follows.iter().any(|follows| follows.object == *id) {
            return;
        }
        let dependent_taken = change.taken_by(dependent);
        if dependent_taken.as_ref() != taken {
            self.edge(dependent_taken.as_ref().map(put_aside).as_ref(), taken);
        }
        let waits_aside =
            matches!((action, &dependent_taken), (Action::Replace { .. }, Some((Phase::Make | Phase::Finish, _))));
        // What ties an object to another, or is a type of its own, does not stand in the way of a change in place.
        let apart = change
            .current
            .entry(dependent)
            .is_some_and(|entry| entry.object.ties() || entry.object.when_need_replaced() == WhenNeedReplaced::Replace);
        if action.changes() && !waits_aside && !(apart && matches!(action, Action::Alter(_))) {
            self.edge(dependent_taken.as_ref(), made);
        }
        let gone = change.desired.entry(id).is_none();
        if gone && change.actions.get(dependent).is_some_and(Action::changes) {
            self.edge(change.made_by(dependent).as_ref(), taken);
            self.edge(Some(&(Phase::Finish, dependent.clone())), taken);
        }
    }

    /// What joins two tables comes after all that belongs to them, and goes before any of it changes.
    fn joints(
        &mut self,
        change: &Change,
        id: &ObjectId,
        current: &Dependents,
        taken: Option<&Key>,
        made: Option<&Key>,
    ) {
        let tables = |catalog: &Catalog| catalog.entry(id).map(|e| e.object.stands_on(id)).unwrap_or_default();
        let ties = |id: &ObjectId| change.current.entry(id).is_some_and(|entry| entry.object.ties());
        let of = |id: &ObjectId, table: &ObjectId| {
            change.current.entry(id).is_some_and(|e| e.parent.as_ref() == Some(table))
        };
        let joins =
            |part: &ObjectId, entry: &Entry| !entry.object.stands_on(part).is_empty() || entry.needs.contains(id);
        let own = (Phase::Make, id.clone());
        for table in tables(change.desired).into_iter().filter(|_| made == Some(&own)) {
            let brought = |part: &ObjectId, entry: &Entry| {
                entry.object.follows(part).iter().any(|follows| follows.joins && follows.through == *id)
            };
            let apart = |(part, entry): &(&ObjectId, &Entry)| !joins(part, entry) && !brought(part, entry);
            for (part, entry) in change.desired.children(&table).filter(apart) {
                // An index of the whole that is there before would make one of its own on what is joined; and what minds rows waits
                // until they are moved.
                let of_whole = table.identity != id.identity && entry.object.occupies(part).is_some();
                if of_whole || change.waits_for_rows(part) {
                    self.edge(made, change.made_by(part).as_ref());
                } else {
                    self.edge(change.made_by(part).as_ref(), made);
                }
            }
        }
        // What goes with one of its tables leaves the other belongings of that table as they are.
        let parted = |table: &ObjectId| matches!(taken, Some((Phase::Drop, gone)) if gone != table);
        for table in tables(change.current).into_iter().filter(parted) {
            for (part, _) in change.current.children(&table).filter(|(part, entry)| !joins(part, entry)) {
                // A reference to the whole goes before rows are parted from it.
                for &other in current.get(part).iter().filter(|other| ties(other) && !of(other, &table)) {
                    let own = change.taken_by(other).filter(|step| *step == (Phase::Drop, other.clone()));
                    self.edge(own.as_ref(), taken);
                }
                self.edge(taken, change.taken_by(part).as_ref());
                if change.actions.get(part).is_some_and(Action::changes) {
                    self.edge(taken, change.made_by(part).as_ref());
                }
            }
            // A foreign key that a table had as a partition stays with it, or gives up its name.
            for (part, _) in change.desired.children(&table).filter(|(_, entry)| entry.object.ties()) {
                self.edge(taken, change.made_by(part).as_ref());
            }
        }
    }

    /// What relies on an object that comes in parts waits for all of them.
    fn completed(&mut self, change: &Change, id: &ObjectId, desired: &Dependents, made: Option<&Key>) {
        let completes = |id: &ObjectId| change.desired.entry(id).and_then(|entry| entry.object.completes());
        let Some(whole) = completes(id) else { return };
        for dependent in desired.get(&whole).iter().filter(|dependent| completes(dependent).as_ref() != Some(&whole)) {
            let relies =
                completes(dependent).is_some() || change.desired.entry(dependent).is_some_and(|e| e.object.ties());
            if relies {
                self.edge(made, change.made_by(dependent).as_ref());
            }
        }
    }

    /// What a table declares of itself and inherits as well goes after what it is inherited from, and is made before that.
    fn ancestry(&mut self, change: &Change, id: &ObjectId, taken: Option<&Key>, made: Option<&Key>) {
        let of = |catalog: &Catalog| match catalog.entry(id).map(|e| &e.object) {
            Some(object) if object.follows(id).is_empty() => object.ancestry(id),
            _ => Vec::new(),
        };
        for above in of(change.current).into_iter().filter(|above| !change.actions.contains_key(&above.through)) {
            self.edge(change.taken_by(&above.object).as_ref(), taken);
        }
        for above in of(change.desired) {
            let creates = |id: &ObjectId| change.actions.get(id).is_some_and(Action::creates);
            let above_made = change.made_by(&above.object).filter(|(_, maker)| *maker == above.object);
            if creates(id) && creates(&above.object) {
                self.edge(made, above_made.as_ref());
            }
        }
    }

    /// A replacement is finished when nothing needs the old object any more and the new one has received its rows.
    fn finish(&mut self, change: &Change, id: &ObjectId, current: &Dependents, desired: &Dependents) {
        let finish = (Phase::Finish, id.clone());
        if !self.index.contains_key(&finish) {
            return;
        }
        self.edge(Some(&(Phase::Make, id.clone())), Some(&finish));
        for dependent in current.get(id) {
            if change.actions.get(*dependent).is_some_and(Action::changes) {
                self.edge(change.made_by(dependent).as_ref(), Some(&finish));
            }
            self.edge(Some(&(Phase::Finish, (*dependent).clone())), Some(&finish));
            self.edge(change.taken_by(dependent).as_ref().map(put_aside).as_ref(), Some(&finish));
        }
        let parts = change.desired.children(id).map(|(part, _)| part);
        for other in std::iter::once(id).chain(parts).flat_map(|whole| desired.get(whole)) {
            let made = change.made_by(other).filter(|_| change.actions.get(*other).is_some_and(Action::creates));
            let Some(entry) = change.desired.entry(other) else { continue };
            if entry.object.receives_rows() {
                self.edge(made.as_ref(), Some(&finish));
            } else if entry.object.minds_rows() {
                self.edge(Some(&finish), made.as_ref());
            }
        }
    }

    /// A routine goes before anything calls another of its name, which might mean either.
    fn rivals(&mut self, change: &Change, desired: &Dependents) {
        let rivals = Rivals::of(change.current, change.desired);
        let dropped = change.actions.iter().filter(|(_, action)| **action == Action::Drop).map(|(id, _)| id);
        for id in dropped.filter(|id| change.superseded_by(id).is_none()) {
            for dependent in rivals.to(id).iter().flat_map(|rival| desired.get(rival)) {
                self.edge(change.taken_by(id).as_ref(), change.made_by(dependent).as_ref());
            }
        }
    }

    /// A name is given up before another object takes it.
    fn names(&mut self, change: &Change) {
        let mut holders: FxHashMap<String, Vec<&ObjectId>> = FxHashMap::default();
        for (id, _) in change.actions.iter().filter(|(_, action)| action.drops()) {
            let name = change.current.entry(id).and_then(|e| e.object.occupies(id));
            holders.entry(name.unwrap_or_default()).or_default().push(id);
        }
        holders.remove("");
        for (id, _) in change.actions.iter().filter(|(_, action)| action.creates()) {
            let Some(name) = change.desired.entry(id).and_then(|e| e.object.occupies(id)) else { continue };
            for holder in holders.get(&name).into_iter().flatten() {
                let (taken, made) = (change.taken_by(holder), change.made_by(id));
                if change.superseded_by(holder).as_ref() == Some(id) {
                    self.edge(made.as_ref(), taken.as_ref());
                } else {
                    self.edge(taken.as_ref(), made.as_ref());
                    self.edge(taken.as_ref().filter(|_| *holder != id), Some(&(Phase::Prepare, id.clone())));
                }
            }
        }
    }

    /// What holds a share of a whole's rows is parted from it before another takes a share: their bounds may overlap.
    fn bounds(&mut self, change: &Change) {
        let whole = |catalog: &Catalog, id: &ObjectId| {
            let object = catalog.entry(id).map(|entry| &entry.object).filter(|object| object.receives_rows())?;
            object.stands_on(id).into_iter().find(|table| table.identity != id.identity)
        };
        let mut parted: FxHashMap<ObjectId, Vec<Key>> = FxHashMap::default();
        for (id, _) in change.actions.iter().filter(|(_, action)| action.drops()) {
            if let (Some(whole), Some(taken @ (Phase::Drop, _))) = (whole(change.current, id), change.taken_by(id)) {
                parted.entry(whole).or_default().push(taken);
            }
        }
        for (id, _) in change.actions.iter().filter(|(_, action)| action.creates()) {
            let Some(whole) = whole(change.desired, id) else { continue };
            for taken in parted.get(&whole).into_iter().flatten() {
                self.edge(Some(taken), change.made_by(id).as_ref());
            }
        }
    }

    /// The steps that are done apart from the transaction of the rest, so that they are best done one after the other.
    fn apart(&self, change: &Change) -> Vec<bool> {
        let apart = self.keys.iter().zip(&self.before).map(|((phase, id), before)| match phase {
            Phase::Prepare => *before > 0,
            Phase::Drop => change.spared.dropped.contains_key(id),
            Phase::Make | Phase::Finish => false,
            Phase::Validate => true,
        });
        apart.collect()
    }

    /// The steps in order: of those that may come next, always the one with the lowest rank.
    fn sorted(mut self, change: &Change) -> Result<Vec<Key>> {
        let apart = self.apart(change);
        let mut waves: Vec<u32> =
            self.keys.iter().map(|(phase, _)| u32::from(*phase == Phase::Validate) * LAST).collect();
        let rank = |i: usize, (phase, id): &Key, wave: u32| -> Reverse<(Rank, usize)> {
            let kind = Some(id.kind);
            let (down, up) = if *phase == Phase::Drop { (kind, None) } else { (None, kind) };
            Reverse(((wave, apart[i], *phase, Reverse(down), up, id.clone()), i))
        };
        let first = (0..self.keys.len()).filter(|&i| self.before[i] == 0);
        let mut heap: BinaryHeap<_> = first.map(|i| rank(i, &self.keys[i], waves[i])).collect();
        let mut order = Vec::with_capacity(self.keys.len());
        while let Some(Reverse((_, i))) = heap.pop() {
            order.push(self.keys[i].clone());
            for &j in &self.after[i] {
                waves[j] = waves[j].max(waves[i] + u32::from(apart[i]));
                self.before[j] -= 1;
                if self.before[j] == 0 {
                    heap.push(rank(j, &self.keys[j], waves[j]));
                }
            }
        }
        if order.len() < self.keys.len() {
            bail!("dependencies form a cycle, which is a fault of dbtool's own: {}", self.cycle());
        }
        Ok(order)
    }

    /// One cycle among the steps that are left when none can come next, each named before the one that waits for it.
    fn cycle(&self) -> String {
        let mut waits_for = vec![Vec::new(); self.keys.len()];
        for (i, after) in self.after.iter().enumerate() {
            after.iter().for_each(|&j| waits_for[j].push(i));
        }
        let left = |i: &usize| self.before[*i] > 0;
        let mut path: Vec<usize> = (0..self.keys.len()).find(left).into_iter().collect();
        while let Some(before) = path.last().and_then(|&last| waits_for[last].iter().copied().find(left)) {
            if let Some(start) = path.iter().position(|&i| i == before) {
                path.drain(..start);
                break;
            }
            path.push(before);
        }
        let name = |i: usize| format!("{:?} {}", self.keys[i].0, self.keys[i].1);
        path.into_iter().rev().map(name).collect::<Vec<_>>().join(" → ")
    }
}
