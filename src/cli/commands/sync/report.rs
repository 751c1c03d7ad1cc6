//! What `sync` answers.

use serde::Serialize;

use super::Remaining;
use crate::cli::engine;
use crate::cli::render::{Sizes, counted, details, plan};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;
use crate::sql::Statement;

/// What became of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There was nothing to do.
    InSync,
    /// The plan was only to be shown.
    Planned,
    /// The user did not want it.
    Declined,
    /// It was applied, and nothing differs any more.
    Applied,
    /// It was applied, and something still differs.
    StillDifferent,
}

/// The answer: `{"outcome": "in_sync" | "planned" | "declined" | "applied" | "still_different", "target", "pending": ["VERSION_name"],
/// "drift"?: ["…"], "adopted"?, "migration"?, "statements": [{"text", "hazards", "transaction"}], "remaining"?: comparison}`.
#[derive(Debug, Serialize)]
pub struct SyncReport {
    outcome: Outcome,
    target: String,
    /// The migrations that were applied first, or would be.
    pending: Vec<String>,
    /// What was changed by hand, told on a dry run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) drift: Vec<String>,
    /// The migration that took in what was changed by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    adopted: Option<String>,
    /// The migration that was written and applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) migration: Option<String>,
    statements: Vec<Statement>,
    #[serde(skip)]
    sizes: Sizes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remaining: Remaining,
}

impl SyncReport {
    pub(super) fn new(target: String, pending: Vec<String>, adopted: Option<String>) -> Self {
        let (statements, sizes) = (Vec::new(), Sizes::new());
        let (drift, migration, remaining) = (Vec::new(), None, None);
        Self { outcome: Outcome::InSync, target, pending, drift, adopted, migration, statements, sizes, remaining }
    }

    pub(super) fn declined(target: String) -> Self {
        Self { outcome: Outcome::Declined, ..Self::new(target, Vec::new(), None) }
    }

    pub(super) fn with(self, outcome: Outcome, plan: engine::Plan) -> Self {
        Self { outcome, statements: plan.up, sizes: plan.sizes, ..self }
    }

    /// What was done before the plan, or would be.
    fn before(&self, style: &Style) -> String {
        let pending = match (self.pending.as_slice(), self.outcome) {
            ([], _) => String::new(),
            (titles, Outcome::Planned) => {
                format!("{}\n  {}\n\n", style.heading("Pending, to be applied first:"), titles.join("\n  "))
            }
            (titles, _) => format!("{} {}\n", style.good("Applied"), titles.join(", ")),
        };
        let drift = match self.drift.as_slice() {
            [] => String::new(),
            list => format!(
                "{}\n  - {}\n\
                 'dbtool sync --adopt-drift' takes that into a migration of its own first; without it, sync refuses.\n\n",
                style.warning(&format!(
                    "{} was changed by hand, and differs from what its migrations make:",
                    self.target
                )),
                list.join("\n  - ")
            ),
        };
        let adopted = self.adopted.as_ref().map(|title| format!("Recorded what was changed by hand as {title}\n"));
        pending + &drift + &adopted.unwrap_or_default()
    }
}

impl Report for SyncReport {
    fn human(&self, style: &Style) -> String {
        let target = &self.target;
        let statements = counted(self.statements.len() as u64, "statement");
        let migration = self.migration.as_ref().map(|title| format!(" as {title}")).unwrap_or_default();
        let rest = match (self.outcome, &self.remaining) {
            (Outcome::InSync, _) => format!("{target} is in step with the schema: nothing to do\n"),
            (Outcome::Planned, _) => {
                plan(target, &self.statements, &self.sizes, style) + "\nNothing was changed (--dry-run)\n"
            }
            (Outcome::Declined, _) => "Nothing was changed\n".to_owned(),
            (Outcome::Applied, _) => {
                format!(
                    "{} {statements}{migration}; {target} was read again and is in step with the schema\n",
                    style.good("Applied")
                )
            }
            (Outcome::StillDifferent, remaining) => {
                let rest = remaining.as_ref().map(|comparison| details(comparison, style)).unwrap_or_default();
                format!("Ran {statements}{migration}, but {target} {}:\n\n{rest}", style.error("still differs"))
            }
        };
        self.before(style) + &rest
    }

    fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::InSync | Outcome::Planned | Outcome::Applied => Exit::Done,
            Outcome::Declined => Exit::Refused,
            Outcome::StillDifferent => Exit::Difference,
        }
    }
}
