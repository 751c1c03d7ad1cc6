//! What is to be done to each object, and what that does to those that need it.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::dependents::Dependents;
use super::rivals::Rivals;
use crate::catalog::{Catalog, Entry};
use crate::object::{Alter, Context, ObjectId, WhenNeedReplaced};
use crate::sql::Statement;

/// What is done to one object.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It is only desired.
    Create,
    /// It is only there.
    Drop,
    /// It is changed in place, if it is not just its owner, privileges or comment that change.
    Alter(Vec<Statement>),
    /// It is changed while what needs it is taken down.
    AlterAround(Vec<Statement>),
    /// It is dropped and created.
    Rebuild,
    /// A new one is made beside the old one, which goes at the end.
    Replace {
        /// Puts the old one aside and makes the new one.
        begin: Vec<Statement>,
        /// Removes the old one.
        finish: Vec<Statement>,
    },
}

impl Action {
    /// Whether the object is dropped, for good or to be created again.
    pub fn drops(&self) -> bool {
        matches!(self, Action::Drop | Action::Rebuild)
    }

    /// Whether the object is created, for the first time or again.
    pub fn creates(&self) -> bool {
        matches!(self, Action::Create | Action::Rebuild)
    }

    /// Whether the object stays and is changed.
    pub fn changes(&self) -> bool {
        matches!(self, Action::Alter(_) | Action::AlterAround(_) | Action::Replace { .. })
    }
}

/// The action for each object that is not left alone, in the order of their identities.
pub type Actions = IndexMap<ObjectId, Action, FxBuildHasher>;

/// Decides what is done to each object.
pub fn decide(current: &Catalog, desired: &Catalog) -> Actions {
    let (dependents, rivals) = (Dependents::of(current), Rivals::of(current, desired));
    let mut decision = Decision { current, desired, dependents, rivals, actions: Actions::default() };
    decision.begin();
    decision.actions.sort_unstable_keys();
    decision.spread();
    decision.actions.sort_unstable_keys();
    decision.actions
}

struct Decision<'a> {
    current: &'a Catalog,
    desired: &'a Catalog,
    dependents: Dependents<'a>,
    rivals: Rivals<'a>,
    actions: Actions,
}

impl<'a> Decision<'a> {
    /// The actions that each object asks for by itself.
    fn begin(&mut self) {
        for (id, new) in &self.desired.entries {
            let action = match self.current.entry(id) {
                None => Action::Create,
                Some(old) if old.same(new) => continue,
                Some(old) => self.alter(id, old, new),
            };
            self.actions.insert(id.clone(), action);
        }
        let extra = self.current.entries.keys().filter(|id| self.desired.entry(id).is_none());
        self.actions.extend(extra.map(|id| (id.clone(), Action::Drop)));
        self.carriers();
    }

    /// What goes only with another (an attached index) has that one rebuilt without it.
    fn carriers(&mut self) {
        let dropped = self.actions.iter().filter(|(_, action)| **action == Action::Drop).map(|(id, _)| id);
        let follows = dropped.flat_map(|id| self.current.entry(id).map(|e| e.object.follows(id)).unwrap_or_default());
        let alone = follows.filter(|f| !f.comes && !self.actions.contains_key(&f.through));
        let carriers: Vec<ObjectId> = alone.map(|f| f.object).filter(|id| !self.actions.contains_key(id)).collect();
        self.actions.extend(carriers.into_iter().map(|id| (id, Action::Rebuild)));
    }

    /// How an object says that it is brought from old to new.
    fn alter(&self, id: &ObjectId, old: &Entry, new: &Entry) -> Action {
        if old.parent != new.parent {
            return Action::Rebuild;
        }
        if old.object == new.object {
            return Action::Alter(Vec::new());
        }
        match new.object.alter(&old.object, id, &self.context()) {
            Alter::InPlace(statements) => Action::Alter(statements),
            Alter::AroundDependents(statements) => Action::AlterAround(statements),
            Alter::Replace { begin, finish } => Action::Replace { begin, finish },
            Alter::Rebuild => Action::Rebuild,
        }
    }

    /// The catalogs, for a kind to look at; what exists already is never brought by its parent.
    fn context(&self) -> Context<'a> {
        Context { catalog: self.desired, current: self.current, desired: self.desired, brought: &|_| true }
    }

    /// Spreads each action to the objects that need its object, until nothing changes any more.
    fn spread(&mut self) {
        let mut open: Vec<ObjectId> = self.actions.keys().cloned().collect();
        while let Some(id) = open.pop() {
            if let Some((parent, action)) = self.held_parent(&id) {
                self.actions.insert(parent.clone(), action);
                open.push(parent);
            }
            for part in self.brought_by_joining(&id) {
                self.actions.insert(part.clone(), Action::Rebuild);
                open.push(part);
            }
            for dependent in self.dependents.get(&id) {
                if let Some(action) = self.reaction(&id, dependent) {
                    self.actions.insert((*dependent).clone(), action);
                    open.push((*dependent).clone());
                }
            }
        }
    }

    /// The parent that must be made anew since a part that holds it does not just change in place.
    fn held_parent(&self, id: &ObjectId) -> Option<(ObjectId, Action)> {
        let entry = match self.actions.get(id)? {
            Action::AlterAround(_) | Action::Rebuild => self.current.entry(id)?,
            Action::Create => self.desired.entry(id)?,
            Action::Drop | Action::Alter(_) | Action::Replace { .. } => return None,
        };
        let parent = entry.parent.as_ref().filter(|_| entry.object.holds_parent(&self.context()))?;
        let (old, new) = (self.current.entry(parent)?, self.desired.entry(parent)?);
        if matches!(self.actions.get(parent), Some(Action::Rebuild | Action::Replace { .. })) {
            return None;
        }
        Some((parent.clone(), self.without_need(parent, old, new).unwrap_or(Action::Rebuild)))
    }

    /// What joining two tables brings, and would bring once more where the joined table has it already.
    fn brought_by_joining(&self, id: &ObjectId) -> Vec<ObjectId> {
        let joins = self.actions.get(id).is_some_and(Action::creates);
        let Some(joint) = self.desired.entry(id).filter(|_| joins) else { return Vec::new() };
        let tables = joint.object.stands_on(id);
        let parts = tables.iter().flat_map(|table| self.desired.children(table));
        let brought = parts.filter(|(part, entry)| {
            let again = self.current.entry(part).is_some() && self.actions.get(*part) != Some(&Action::Rebuild);
            again && entry.object.follows(part).iter().any(|follows| follows.joins && follows.through == *id)
        });
        brought.map(|(part, _)| part.clone()).collect()
    }

    /// What the action on `id` makes of an object that needs it, if that is not what is done to it already.
    fn reaction(&self, id: &ObjectId, dependent: &ObjectId) -> Option<Action> {
        let (old, new) = (self.current.entry(dependent)?, self.desired.entry(dependent)?);
        let planned = self.actions.get(dependent);
        if matches!(planned, Some(Action::Rebuild | Action::Replace { .. })) {
            return None;
        }
        match self.actions.get(id)? {
            Action::Create | Action::Alter(_) => None,
            Action::Drop if id.kind.is_outlived() => None,
            _ if old.object.follows(dependent).iter().any(|f| f.comes && f.object == *id) => None,
            Action::Drop if planned.is_some() && !self.needs_rival(id, new) => None,
            Action::Drop => self.without_need(dependent, old, new),
            Action::AlterAround(_) if old.object.follows_column() && planned.is_none() => None,
            Action::AlterAround(_) => self.without_need(dependent, old, new),
            Action::Rebuild | Action::Replace { .. } if old.parent.as_ref() == Some(id) && dependent.kind.is_part() => {
                Some(Action::Rebuild)
            }
            Action::Rebuild | Action::Replace { .. } => self.without_need(dependent, old, new),
        }
    }

    /// Whether an object is to need what comes under the name of what goes.
    fn needs_rival(&self, id: &ObjectId, new: &Entry) -> bool {
        self.rivals.to(id).iter().any(|rival| new.needs.contains(*rival))
    }

    /// What is done to an object whose need goes away or is exchanged for another.
    fn without_need(&self, id: &ObjectId, old: &Entry, new: &Entry) -> Option<Action> {
        match new.object.when_need_replaced() {
            WhenNeedReplaced::Rebuild => Some(Action::Rebuild),
            WhenNeedReplaced::Replace => match new.object.replace(&old.object, id, &self.context()) {
                Alter::Replace { begin, finish } => Some(Action::Replace { begin, finish }),
                _ => Some(Action::Rebuild),
            },
            WhenNeedReplaced::Convert => match self.actions.get(id) {
                Some(Action::AlterAround(_)) => None,
                Some(Action::Alter(changes)) => {
                    let converted = new.object.convert(id, &self.context());
                    Some(Action::AlterAround([converted, changes.clone()].concat()))
                }
                _ => Some(Action::AlterAround(new.object.convert(id, &self.context()))),
            },
            WhenNeedReplaced::Keep => None,
        }
    }
}
