//! The statements of each step.

use std::collections::BTreeMap;

use super::Phase;
use super::action::Action;
use super::bearer::{Change, Key};
use crate::catalog::Entry;
use crate::object::{Common, Context, Kind, ObjectId, WhenNeedReplaced};
use crate::sql::Statement;

/// The statements of every step, by step.
pub fn steps(change: &Change) -> BTreeMap<Key, Vec<Statement>> {
    let mut steps = BTreeMap::new();
    let followers = change.followers();
    for (id, action) in change.actions {
        let drop = (Phase::Drop, id.clone());
        if change.taken_by(id).as_ref() == Some(&drop) {
            steps.insert(drop, take(change, id));
        }
        if let Some(online) = change.spared.made.get(id) {
            let apart = [(Phase::Prepare, &online.prepare), (Phase::Validate, &online.validate)];
            let apart = apart.into_iter().filter(|(_, statements)| !statements.is_empty());
            steps.extend(apart.map(|(phase, statements)| ((phase, id.clone()), statements.clone())));
        }
        let make = (Phase::Make, id.clone());
        if change.made_by(id).as_ref() == Some(&make) {
            let mut statements = self::make(change, id, action);
            for follower in followers.get(&make).into_iter().flatten() {
                if let Some(entry) = change.desired.entry(follower) {
                    settle(change, follower, entry, &change.context(&|_| true), &mut statements);
                }
            }
            steps.insert(make, statements);
        }
        if let Action::Replace { finish, .. } = action {
            steps.insert((Phase::Finish, id.clone()), finish.clone());
        }
    }
    steps
}

/// The statements that take an object down.
fn take(change: &Change, id: &ObjectId) -> Vec<Statement> {
    let context =
        Context { catalog: change.current, current: change.current, desired: change.desired, brought: &|_| false };
    let aside = change.superseded_by(id).map(|_| ObjectId::new(id.kind, id.aside().0));
    let name = aside.as_ref().unwrap_or(id);
    if let Some(statements) = change.spared.dropped.get(id) {
        return statements.clone();
    }
    change.current.entry(id).map(|entry| entry.object.drop(name, &context)).unwrap_or_default()
}

/// The statements that create, change or replace an object.
fn make(change: &Change, id: &ObjectId, action: &Action) -> Vec<Statement> {
    let brought = |id: &ObjectId| change.brought(id);
    let context = change.context(&brought);
    let Some(new) = change.desired.entry(id) else { return Vec::new() };
    let old = change.current.entry(id);
    let spared = change.spared.made.get(id).map(|online| online.make.clone());
    let mut statements = match action {
        _ if spared.is_some() => spared.unwrap_or_default(),
        Action::Create | Action::Rebuild => [supersede(change, id), new.object.create(id, &context)].concat(),
        Action::Alter(statements) => statements.clone(),
        Action::AlterAround(statements) => [apart(change, id, new, &context), statements.clone()].concat(),
        Action::Replace { begin, .. } => begin.clone(),
        Action::Drop => Vec::new(),
    };
    match (action, old) {
        (Action::Alter(_) | Action::AlterAround(_), Some(old)) => {
            statements.extend(new.common.alter(&old.common, id, &context));
        }
        _ => settle(change, id, new, &context, &mut statements),
    }
    for (adopted, entry) in change.adopted_by(id).filter_map(|adopted| Some((adopted, change.desired.entry(adopted)?)))
    {
        settle(change, adopted, entry, &context, &mut statements);
    }
    statements
}

/// What is done to an object whose table is parted from those that it follows, where those do not bring it.
fn apart(change: &Change, id: &ObjectId, new: &Entry, context: &Context) -> Vec<Statement> {
    let Some(old) = change.current.entry(id) else { return Vec::new() };
    let parted = old.object.ancestry(id).iter().all(|follows| change.actions.contains_key(&follows.through));
    if parted { new.object.apart(&old.object, id, context) } else { Vec::new() }
}

/// Puts aside the type of another kind whose name the object takes.
fn supersede(change: &Change, id: &ObjectId) -> Vec<Statement> {
    if change.desired.entry(id).is_none_or(|new| new.object.when_need_replaced() != WhenNeedReplaced::Replace) {
        return Vec::new();
    }
    let others = Kind::ALL.iter().map(|kind| ObjectId::new(*kind, id.identity.clone()));
    let old = others.filter(|other| change.superseded_by(other).as_ref() == Some(id));
    old.map(|old| Statement::new(format!("ALTER {} {} RENAME TO {}", old.kind.keyword(), old.identity, old.aside().1)))
        .collect()
}

/// What follows the creation of an object: settings, owner, privileges and comment, its own and those of the parts that came with it.
fn settle(change: &Change, id: &ObjectId, new: &Entry, context: &Context, statements: &mut Vec<Statement>) {
    statements.extend(new.object.settle(id, context));
    statements.extend(new.common.alter(&initial(change, id), id, context));
    for (part, entry) in change.desired.children(id).filter(|(part, _)| change.brought(part)) {
        settle(change, part, entry, context, statements);
    }
}

/// Owner and privileges that an object has right after its creation.
fn initial(change: &Change, id: &ObjectId) -> Common {
    let owner = id.kind.is_owned().then(|| change.current.user.clone());
    Common { owner, privileges: change.current.initial_privileges(id, change.desired), comment: None }
}
