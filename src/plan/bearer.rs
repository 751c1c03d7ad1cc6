//! Which step brings an object, and which takes it away: often its parent's.

use std::cell::RefCell;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Phase;
use super::action::{Action, Actions};
use super::online::{InUse, Spared};
use crate::catalog::Catalog;
use crate::object::{Context, Kind, Object, ObjectId, WhenNeedReplaced};

/// A step: a phase of an object.
pub type Key = (Phase, ObjectId);

/// Two catalogs with what is done to each object.
pub struct Change<'a> {
    /// What the database has.
    pub current: &'a Catalog,
    /// What it is to have.
    pub desired: &'a Catalog,
    /// What is done to each object.
    pub actions: &'a Actions,
    /// What is done otherwise than the plain way, for the sake of tables in use.
    pub spared: Spared,
    /// The constraints that creating their table brings.
    folded: BTreeSet<ObjectId>,
    /// The objects that the change of another drops or creates, each with that other one.
    adopted: FxHashMap<ObjectId, ObjectId>,
    takers: Known<Option<Key>>,
    makers: Known<Option<Key>>,
    brought: Known<bool>,
}

/// What was found out of objects: each is asked after by all that need it.
struct Known<T>(RefCell<FxHashMap<ObjectId, T>>);

impl<T: Clone> Known<T> {
    fn new() -> Self {
        Self(RefCell::default())
    }

    fn get(&self, id: &ObjectId, find: impl FnOnce() -> T) -> T {
        if let Some(known) = self.0.borrow().get(id) {
            return known.clone();
        }
        let found = find();
        self.0.borrow_mut().insert(id.clone(), found.clone());
        found
    }
}

impl<'a> Change<'a> {
    /// Two catalogs with what is done to each object.
    pub fn new(current: &'a Catalog, desired: &'a Catalog, actions: &'a Actions) -> Self {
        let context = Context { catalog: desired, current, desired, brought: &|_| true };
        let adopted = actions.iter().filter(|(_, action)| action.changes()).flat_map(|(id, _)| {
            let both = current.entry(id).zip(desired.entry(id));
            let adopts = both.map(|(old, new)| new.object.adopts(&old.object, id, &context)).unwrap_or_default();
            adopts.into_iter().map(|adopted| (adopted, id.clone()))
        });
        let adopted = adopted.collect();
        let (takers, makers, brought) = (Known::new(), Known::new(), Known::new());
        let (spared, folded) = (Spared::default(), BTreeSet::new());
        Self { current, desired, actions, spared, folded, adopted, takers, makers, brought }
    }

    /// Has the creation of tables bring these constraints.
    pub fn fold(&mut self, folded: BTreeSet<ObjectId>) {
        self.folded = folded;
        (self.makers, self.brought) = (Known::new(), Known::new());
    }

    /// Spares the relations that are in use.
    pub fn spare(&mut self, in_use: InUse) {
        self.spared = Spared::of(self, in_use);
    }

    /// The objects that the change of `id` drops or creates.
    pub fn adopted_by(&self, id: &ObjectId) -> impl Iterator<Item = &ObjectId> {
        self.adopted.iter().filter(move |(_, adopter)| *adopter == id).map(|(adopted, _)| adopted)
    }

    /// The objects that come with what is made of others, by the step that makes those; what is part of what it comes with is left out.
    pub fn followers(&self) -> FxHashMap<Key, Vec<&ObjectId>> {
        let mut followers: FxHashMap<Key, Vec<&ObjectId>> = FxHashMap::default();
        let alone = |id: &&ObjectId| !self.adopted.contains_key(*id) && !self.brought(id);
        for id in self.actions.iter().filter(|(_, action)| action.creates()).map(|(id, _)| id).filter(alone) {
            if let Some(key) = self.made_by(id).filter(|(_, maker)| maker != id) {
                followers.entry(key).or_default().push(id);
            }
        }
        followers
    }

    /// The step of the object whose change drops or creates this one.
    fn adopter(&self, id: &ObjectId) -> Option<Key> {
        Some((Phase::Make, self.adopted.get(id)?.clone()))
    }

    /// The step that takes an object away, if it goes.
    pub fn taken_by(&self, id: &ObjectId) -> Option<Key> {
        self.takers.get(id, || self.taker(id))
    }

    fn taker(&self, id: &ObjectId) -> Option<Key> {
        if !self.actions.get(id)?.drops() {
            return None;
        }
        if let Some(adopter) = self.adopter(id) {
            return Some(adopter);
        }
        if let Some(moved) = self.moved_out(id) {
            return Some(moved);
        }
        let entry = self.current.entry(id)?;
        let parent = entry.parent.as_ref();
        match parent.and_then(|parent| self.actions.get(parent)) {
            Some(Action::Replace { .. }) if id.kind.is_part() => Some((Phase::Make, parent?.clone())),
            Some(action) if action.drops() && !(entry.object.ties() && self.tied_to_dropped(&entry.needs, parent?)) => {
                self.taken_by(parent?)
            }
            _ => {
                let with = entry.object.follows(id).into_iter().find(|follows| {
                    !self.actions.contains_key(&follows.through)
                        && self.actions.get(&follows.object).is_some_and(Action::drops)
                });
                with.map_or_else(|| Some((Phase::Drop, id.clone())), |with| self.taken_by(&with.object))
            }
        }
    }

    /// The step that takes away a partition whose rows go over to the replacement of the whole: the end of that replacement.
    fn moved_out(&self, id: &ObjectId) -> Option<Key> {
        let (joint, entry) = self.current.children(id).find(|(_, entry)| entry.object.receives_rows())?;
        let whole = entry.object.stands_on(joint).into_iter().find(|table| table.identity != id.identity)?;
        match self.actions.get(&whole)? {
            Action::Replace { .. } => Some((Phase::Finish, whole)),
            _ => self.taken_by(&whole).filter(|(phase, _)| *phase == Phase::Finish),
        }
    }

    /// The step that brings or changes an object, if one does.
    pub fn made_by(&self, id: &ObjectId) -> Option<Key> {
        self.makers.get(id, || self.maker(id))
    }

    fn maker(&self, id: &ObjectId) -> Option<Key> {
        let action = self.actions.get(id)?;
        if action.changes() {
            return Some((Phase::Make, id.clone()));
        }
        if !action.creates() {
            return None;
        }
        if let Some(adopter) = self.adopter(id) {
            return Some(adopter);
        }
        let entry = self.desired.entry(id)?;
        if self.brought(id) {
            return self.made_by(entry.parent.as_ref()?);
        }
        for follows in entry.object.follows(id).into_iter().filter(|follows| follows.comes) {
            let comes = self.actions.get(&follows.object).is_some_and(Action::creates);
            match self.actions.get(&follows.through) {
                None if comes => return self.made_by(&follows.object),
                Some(_) if follows.joins => {
                    return self.made_by(if comes { &follows.object } else { &follows.through });
                }
                Some(_) if self.brought(&follows.through) => return self.made_by(entry.parent.as_ref()?),
                _ => {}
            }
        }
        Some((Phase::Make, id.clone()))
    }

    /// Whether it must not be there before the rows of its replaced table are moved.
    pub fn waits_for_rows(&self, id: &ObjectId) -> bool {
        let Some(entry) = self.desired.entry(id).filter(|entry| entry.object.minds_rows()) else { return false };
        let replaced = |parent| matches!(self.actions.get(parent), Some(Action::Replace { .. }));
        entry.parent.as_ref().is_some_and(replaced)
    }

    /// Whether creating its parent brings the object: it is a part of what is created, and needs nothing that needs that.
    pub fn brought(&self, id: &ObjectId) -> bool {
        self.brought.get(id, || self.is_brought(id))
    }

    fn is_brought(&self, id: &ObjectId) -> bool {
        let is_folded = self.folded.contains(id);
        let Some(entry) = self.desired.entry(id).filter(|_| id.kind.is_part() || is_folded) else { return false };
        let Some(parent) = &entry.parent else { return false };
        let comes = |id: &ObjectId| match self.actions.get(id) {
            Some(Action::Replace { .. }) => true,
            Some(action) => action.creates(),
            None => false,
        };
        comes(parent) && comes(id) && (is_folded || !self.leads_back(id, parent))
    }

    /// Whether something that `part` needs, other than through its parent, needs the outermost parent.
    fn leads_back(&self, part: &ObjectId, parent: &ObjectId) -> bool {
        let mut whole = parent;
        while let Some(above) =
            self.desired.entry(whole).filter(|_| whole.kind.is_part()).and_then(|e| e.parent.as_ref())
        {
            whole = above;
        }
        let of_whole = |id: &ObjectId| {
            id == whole || self.desired.entry(id).is_some_and(|e| id.kind.is_part() && e.parent.as_ref() == Some(whole))
        };
        let needs = |id: &ObjectId| self.desired.entry(id).map(|e| &e.needs).into_iter().flatten();
        let mut open: Vec<&ObjectId> = needs(part).filter(|need| !of_whole(need)).collect();
        let mut seen: FxHashSet<&ObjectId> = FxHashSet::default();
        while let Some(id) = open.pop() {
            if of_whole(id) {
                return true;
            }
            if seen.insert(id) {
                open.extend(needs(id));
            }
        }
        false
    }

    /// Whether anything outside the parent that is needed goes as well.
    fn tied_to_dropped(&self, needs: &BTreeSet<ObjectId>, parent: &ObjectId) -> bool {
        let parent_of = |id: &ObjectId| self.current.entry(id).and_then(|e| e.parent.clone());
        needs.iter().any(|need| {
            need != parent
                && parent_of(need).as_ref() != Some(parent)
                && self.actions.get(need).is_some_and(Action::drops)
        })
    }

    /// Whether a type goes while one of another kind takes its name: it waits aside until its values are converted.
    pub fn superseded_by(&self, id: &ObjectId) -> Option<ObjectId> {
        let is_type = |object: &Object| object.when_need_replaced() == WhenNeedReplaced::Replace;
        self.current.entry(id).filter(|old| is_type(&old.object) && self.actions.get(id) == Some(&Action::Drop))?;
        let others = Kind::ALL.iter().map(|kind| ObjectId::new(*kind, id.identity.clone()));
        let mut new = others.filter(|other| self.actions.get(other) == Some(&Action::Create));
        new.find(|other| self.desired.entry(other).is_some_and(|new| is_type(&new.object)))
    }

    /// What a kind may look at when its object is made.
    pub fn context<'b>(&'b self, brought: &'b dyn Fn(&ObjectId) -> bool) -> Context<'b> {
        Context { catalog: self.desired, current: self.current, desired: self.desired, brought }
    }
}
