//! Two catalogs to the ordered statements that turn one into the other; pure, with no database.

mod action;
mod bearer;
mod compare;
mod dependents;
mod emit;
mod online;
mod order;
mod rivals;
mod tidy;

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;

use crate::catalog::Catalog;
use crate::object::ObjectId;
use crate::sql::Statement;

pub use compare::{Attribute, Change, Difference, compare};
pub use online::InUse;

/// The ordered steps from one catalog to another.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Plan {
    /// The steps, in the order in which they run.
    pub steps: Vec<Step>,
}

/// What is done to one object at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The object.
    pub id: ObjectId,
    /// Whether it is taken down, made or changed, or its replacement finished.
    pub phase: Phase,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// The moments in an object's change at which a step can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What an object will need is made ready beside what is there.
    Prepare,
    /// The object is dropped.
    Drop,
    /// The object is created, altered, converted, or its replacement begun.
    Make,
    /// What a replacement left aside is removed.
    Finish,
    /// What was made without a look at the rows is validated.
    Validate,
}

impl Plan {
    /// All statements in order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.steps.iter().flat_map(|step| &step.statements)
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.statements().next().is_none()
    }
}

/// The plan from `current` to `desired`; with the arguments exchanged it is the way back.
///
/// # Errors
/// Dependencies that form a cycle, which is a fault of dbtool's own.
pub fn plan(current: &Catalog, desired: &Catalog) -> Result<Plan> {
    sparing(current, desired, &|_| false)
}

/// The same plan, sparing the relations that are in use: indexes are built concurrently, rows are read under weak locks.
///
/// # Errors
/// As [`plan`].
pub fn sparing(current: &Catalog, desired: &Catalog, in_use: InUse) -> Result<Plan> {
    planned(current, desired, |change| change.spare(in_use))
}

/// The same plan, where creating a table brings the constraints in `folded` as well.
///
/// # Errors
/// Dependencies that form a cycle: a constraint was folded whose table comes before what the constraint needs.
pub fn folding(current: &Catalog, desired: &Catalog, folded: BTreeSet<ObjectId>) -> Result<Plan> {
    planned(current, desired, |change| change.fold(folded))
}

fn planned(current: &Catalog, desired: &Catalog, prepare: impl FnOnce(&mut bearer::Change)) -> Result<Plan> {
    let actions = action::decide(current, desired);
    let mut change = bearer::Change::new(current, desired, &actions);
    prepare(&mut change);
    let mut plan = order::order(&change, emit::steps(&change))?;
    tidy::tidy(&mut plan, current);
    Ok(plan)
}

/// The statements that create one object of a catalog, with semicolons; none when its parent's creation brings it.
pub fn create(catalog: &Catalog, id: &ObjectId) -> Option<String> {
    let entry = catalog.entry(id).filter(|_| !id.kind.is_part())?;
    let brought = |id: &ObjectId| id.kind.is_part();
    let nothing = catalog.empty_like();
    let context = crate::object::Context { catalog, current: &nothing, desired: catalog, brought: &brought };
    let statements = entry.object.without_secrets().create(id, &context);
    Some(statements.iter().map(|statement| format!("{};\n", statement.text)).collect())
}
