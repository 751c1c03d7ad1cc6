//! What a plan would lose, kept: tables move into a schema of their own, values are copied there, and the way back brings them home.

mod entry;
mod held;
mod key;
mod label;
mod rest;
mod table;
mod values;

use crate::catalog::{ARCHIVE, Catalog};
use crate::object::{Context, ObjectId, derived};
use crate::plan::{Phase, Plan, Step};
use crate::sql::{Hazard, Statement};

pub use held::{Held, list, purge, restore};

/// A plan and its way back in which nothing is lost that can be kept, under names made with `version`.
///
/// What has no primary key is kept by the rest of its row, and stays declared as data loss, as does what cannot be kept at all.
pub fn keep(up: Plan, down: Plan, current: &Catalog, desired: &Catalog, version: &str) -> (Plan, Plan) {
    let mut archive = Archive { current, desired, up, down, version, count: 0 };
    archive.keep_tables();
    archive.keep_columns();
    archive.keep_labels();
    if archive.count > 0 {
        archive.begin_and_end();
    }
    for plan in [&mut archive.up, &mut archive.down] {
        plan.steps.retain(|step| !step.statements.is_empty());
    }
    (archive.up, archive.down)
}

/// A plan that is being changed, and what it leads from and to.
struct Archive<'a> {
    current: &'a Catalog,
    desired: &'a Catalog,
    up: Plan,
    down: Plan,
    version: &'a str,
    /// How many names have been given.
    count: u32,
}

impl<'a> Archive<'a> {
    /// A name in the archive that no other migration gives, and this one not twice.
    fn name(&mut self, of: &str) -> String {
        self.count += 1;
        derived(of, &format!("_{}_{}", self.version, self.count))
    }

    /// What a kind may look at when an object of the state before is dropped, or made again.
    fn context(&self) -> Context<'a> {
        Context { catalog: self.current, current: self.current, desired: self.desired, brought: &|_| false }
    }

    /// Makes the archive before all else, and leaves none behind that is empty.
    fn begin_and_end(&mut self) {
        if let Some(first) = self.up.steps.iter_mut().find(|step| mentions(step, ARCHIVE)) {
            first.statements.splice(0..0, entry::begin());
        }
        if let Some(last) = self.down.steps.iter_mut().rfind(|step| mentions(step, ARCHIVE)) {
            last.statements.push(entry::end());
        }
    }
}

/// Whether a step does something with the archive.
fn mentions(step: &Step, archive: &str) -> bool {
    step.statements.iter().any(|statement| statement.text.contains(archive))
}

/// The step of an object.
fn step<'p>(plan: &'p mut Plan, phase: Phase, id: &ObjectId) -> Option<&'p mut Step> {
    plan.steps.iter_mut().find(|step| step.phase == phase && step.id == *id)
}

/// Whether there is a step of an object.
fn has_step(plan: &Plan, phase: Phase, id: &ObjectId) -> bool {
    plan.steps.iter().any(|step| step.phase == phase && step.id == *id)
}

/// Says of statements that would lose data where it is kept instead.
fn kept(statements: &mut [Statement], name: &str) {
    for hazard in statements.iter_mut().flat_map(|statement| &mut statement.hazards) {
        if let Hazard::DataLoss { what, relation, column } = hazard {
            let place = format!("{ARCHIVE}.{name}");
            *hazard = Hazard::Kept { what: what.clone(), relation: relation.clone(), column: column.clone(), place };
        }
    }
}

/// Statements as one text.
fn script(statements: &[Statement]) -> String {
    statements.iter().map(|statement| format!("{};\n", statement.text)).collect()
}

/// A statement of these words.
fn say(text: impl Into<String>) -> Statement {
    Statement::new(text)
}
