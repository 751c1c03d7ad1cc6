//! How a plan spares tables that are in use: what takes long is done beside their use, not under a lock that stops it.

use std::collections::BTreeMap;

use super::Phase;
use super::action::Action;
use super::bearer::{Change, Key};
use crate::catalog::Entry;
use crate::object::{Kind, ObjectId, Online};
use crate::sql::Statement;

/// Which relations are in use, by identity: those with rows, or all where that is not known.
pub type InUse<'a> = &'a dyn Fn(&str) -> bool;

/// How objects are made, changed and dropped otherwise than the plain way.
#[derive(Default)]
pub struct Spared {
    /// What is made or changed.
    pub made: BTreeMap<ObjectId, Online>,
    /// What is dropped.
    pub dropped: BTreeMap<ObjectId, Vec<Statement>>,
}

impl Spared {
    /// What of a change is done otherwise, on the tables that are in use and stay.
    pub fn of(change: &Change, in_use: InUse) -> Self {
        let mut spared = Self::default();
        let stays = |id: &ObjectId| {
            let action = change.actions.get(id);
            change.current.entry(id).is_some() && matches!(action, None | Some(Action::Alter(_)))
        };
        let spares = |entry: &Entry| entry.parent.as_ref().is_some_and(|on| stays(on) && in_use(&on.identity));
        for (id, action) in change.actions {
            let (old, new) = (change.current.entry(id), change.desired.entry(id));
            let by_itself = |step: Option<Key>, phase| step == Some((phase, id.clone()));
            let old = old.filter(|_| !action.drops() || by_itself(change.taken_by(id), Phase::Drop));
            let new = new.filter(|_| by_itself(change.made_by(id), Phase::Make));
            if let (Action::Drop, Some(old)) = (action, old.filter(|old| spares(old) && !shakes(change, id, old))) {
                spared.dropped.extend(old.object.drop_online(id).map(|statements| (id.clone(), statements)));
            }
            let Some(new) = new.filter(|new| spares(new)) else { continue };
            let old = match action {
                Action::Create | Action::Rebuild => None,
                Action::Alter(statements) if !statements.is_empty() => old.map(|old| &old.object),
                _ => continue,
            };
            let context = change.context(&|_| false);
            let form = new.object.online(old, id, &context);
            let together = *action == Action::Rebuild && (shakes(change, id, new) || waits(change, id, new));
            let form = form.filter(|form| form.prepare.is_empty() || !together);
            let form = form.filter(|form| form.validate.is_empty() || !is_joined(change, new));
            spared.made.extend(form.map(|form| (id.clone(), form)));
        }
        spared
    }
}

/// Whether its table is joined to one above it, for which checks must have been validated.
fn is_joined(change: &Change, entry: &Entry) -> bool {
    let parts = entry.parent.iter().flat_map(|table| change.desired.children(table));
    let mut joints = parts.filter(|(id, _)| matches!(id.kind, Kind::Inheritance | Kind::Partition));
    joints.any(|(id, _)| change.actions.get(id).is_some_and(Action::creates))
}

/// What is done to what an object needs, other than its table and what goes with that (the index that it is attached to).
fn actions_below<'a>(
    change: &'a Change,
    id: &ObjectId,
    entry: &'a Entry,
) -> impl Iterator<Item = (&'a ObjectId, &'a Action)> {
    let apart: Vec<ObjectId> = entry.object.follows(id).into_iter().map(|follows| follows.object).collect();
    let needs = entry.needs.iter().filter(move |need| Some(*need) != entry.parent.as_ref() && !apart.contains(need));
    needs.filter_map(|need| Some((need, change.actions.get(need)?)))
}

/// Whether something that an object needs goes or is changed with all that needs it: under a lock in any case.
fn shakes(change: &Change, id: &ObjectId, entry: &Entry) -> bool {
    actions_below(change, id, entry).any(|(_, action)| !matches!(action, Action::Create | Action::Alter(_)))
}

/// Whether something that an object needs is changed in place, for which the old object has to go first; columns do not mind.
fn waits(change: &Change, id: &ObjectId, entry: &Entry) -> bool {
    actions_below(change, id, entry).any(|(need, action)| action.changes() && !need.kind.is_part())
}
