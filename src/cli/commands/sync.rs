//! `dbtool sync`.

use anyhow::{Context as _, Result, anyhow};
use serde::Serialize;

use crate::cli::config::{Endpoint, Target};
use crate::cli::protection::consent;
use crate::cli::render::{Comparison, Sizes, counted, details, plan, refusal};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::Exit;
use crate::sql::Statement;

/// Bring the database to what schema.sql declares
///
/// Shows the statements in order, each with what it endangers, asks, applies them, and reads the database again: it says success only
/// of what it has seen. Nothing that would lose data is done without --force.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool sync --dry-run
  dbtool sync --env staging --yes")]
pub struct Args {
    /// Show the plan and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Do all in the plain form, which locks tables for as long as it takes but cuts no transaction
    #[arg(long)]
    offline: bool,

    /// Do also what loses data
    #[arg(long, visible_alias = "allow-data-loss")]
    force: bool,
}

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

/// The answer: `{"outcome": "in_sync" | "planned" | "declined" | "applied" | "still_different", "target",
/// "statements": [{"text", "hazards", "transaction"}], "remaining"?: comparison}`.
#[derive(Debug, Serialize)]
pub struct SyncReport {
    outcome: Outcome,
    target: String,
    statements: Vec<Statement>,
    #[serde(skip)]
    sizes: Sizes,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<Comparison>,
}

/// Plans, shows, asks, applies and reads again.
pub async fn run(args: Args, context: &Context<'_>) -> Result<SyncReport> {
    let target = context.target()?;
    let version = jiff::Timestamp::now().strftime("%Y%m%d%H%M%S").to_string();
    let form = engine::Form::of_migration(context, args.offline, &version);
    let found = engine::plan(context, &Endpoint::Database(target.clone()), &context.schema(), form).await?;
    if let Some(outcome) = settled(&args, &found)? {
        return Ok(report(found, outcome, None));
    }
    engine::prove(context, &Endpoint::Database(target.clone()), &context.schema(), &found)
        .await
        .context("The plan was not applied, for its proof in the shadow failed")?;
    if !is_wanted(context, &target, &found)? {
        return Ok(report(found, Outcome::Declined, None));
    }
    let after = engine::apply(context, &target, &found).await?;
    let outcome = if after.is_equal() { Outcome::Applied } else { Outcome::StillDifferent };
    let remaining = (!after.is_equal()).then_some(after);
    Ok(report(found, outcome, remaining))
}

/// The outcome that needs no question, if there is one; a refusal if the plan may not be applied.
fn settled(args: &Args, plan: &engine::Plan) -> Result<Option<Outcome>> {
    if plan.up.is_empty() && !plan.comparison.is_equal() {
        let differences = plan.comparison.entries.iter().map(|entry| entry.difference.title.as_str());
        return Err(anyhow!("no statement was found for: {}", differences.collect::<Vec<_>>().join(", ")));
    }
    if plan.up.is_empty() {
        return Ok(Some(Outcome::InSync));
    }
    if args.dry_run {
        return Ok(Some(Outcome::Planned));
    }
    match refusal(&plan.up, &plan.sizes).filter(|_| !args.force) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(None),
    }
}

/// Shows the plan and asks.
fn is_wanted(context: &Context<'_>, target: &Target, found: &engine::Plan) -> Result<bool> {
    let name = found.comparison.current.name();
    context.ui.show(|style| plan(name, &found.up, &found.sizes, style) + "\n");
    let question = format!("Apply {} to {name}?", counted(found.up.len() as u64, "statement"));
    consent(context, target, &question)
}

fn report(plan: engine::Plan, outcome: Outcome, remaining: Option<Comparison>) -> SyncReport {
    let target = plan.comparison.current.name().to_owned();
    SyncReport { outcome, target, statements: plan.up, sizes: plan.sizes, remaining }
}

impl Report for SyncReport {
    fn human(&self, style: &Style) -> String {
        let target = &self.target;
        let statements = counted(self.statements.len() as u64, "statement");
        match (self.outcome, &self.remaining) {
            (Outcome::InSync, _) => format!("{target} is in step with the schema: nothing to do\n"),
            (Outcome::Planned, _) => {
                plan(target, &self.statements, &self.sizes, style) + "\nNothing was changed (--dry-run)\n"
            }
            (Outcome::Declined, _) => "Nothing was changed\n".to_owned(),
            (Outcome::Applied, _) => {
                format!(
                    "{} {statements}; {target} was read again and is in step with the schema\n",
                    style.good("Applied")
                )
            }
            (Outcome::StillDifferent, remaining) => {
                let rest = remaining.as_ref().map(|comparison| details(comparison, style)).unwrap_or_default();
                format!("Ran {statements}, but {target} {}:\n\n{rest}", style.error("still differs"))
            }
        }
    }

    fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::InSync | Outcome::Planned | Outcome::Applied => Exit::Done,
            Outcome::Declined => Exit::Refused,
            Outcome::StillDifferent => Exit::Difference,
        }
    }
}

#[cfg(test)]
mod tests;
