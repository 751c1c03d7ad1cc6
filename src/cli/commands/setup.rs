//! `dbtool setup`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::{parsed, seed, sync};
use crate::cli::config::{Endpoint, Origin};
use crate::cli::options::Global;
use crate::cli::render::counted;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::ui::Ui;
use crate::cli::{Context, engine, seeds};
use crate::failure::{Exit, Failure};

/// Do all that a fresh clone needs: start the local Postgres, bring it to schema.sql, seed it, and look that all is well
///
/// May be run again at any time: what is done already is found to be done. With --env or --url it sets that database up instead.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool setup
  dbtool setup --no-seed")]
pub struct Args {
    /// Leave the database without its seeds
    #[arg(long)]
    no_seed: bool,
}

/// The answer: `{"target", "steps": [{"step", "done"}]}`.
#[derive(Debug, Serialize)]
pub struct SetupReport {
    target: String,
    steps: Vec<Step>,
}

/// A step, and what became of it.
#[derive(Debug, Serialize)]
struct Step {
    step: &'static str,
    done: String,
}

/// Goes through the steps; the first that fails ends it.
pub async fn run(args: Args, context: &Context<'_>) -> Result<SetupReport> {
    let target = context.target().context("start")?;
    let name = target.name()?;
    let mut report = SetupReport { target: name.clone(), steps: Vec::new() };
    report.did(context, "start", format!("{name} answers"));
    let global = Global { yes: context.global.yes || target.origin == Origin::Local, ..context.global.clone() };
    let agreed =
        Context { ui: &Ui::of_process(&global), config: context.config.clone(), global, sources: Default::default() };
    let synced = sync::run(parsed(&[])?, &agreed).await.context("apply")?;
    report.did(context, "apply", synced.human(&Style::plain()).lines().next().unwrap_or_default().to_owned());
    let files = seeds::files(context)?;
    if !args.no_seed && !files.is_empty() {
        let seeded = seed::run(parsed(&[])?, &agreed).await.context("seed")?;
        report.did(context, "seed", seeded.human(&Style::plain()).trim_end().to_owned());
    }
    let compared = engine::compare(context, &Endpoint::Database(target), &context.schema()).await.context("verify")?;
    if !compared.is_equal() {
        let message = format!("{name} differs from the schema in {}", counted(compared.entries.len() as u64, "object"));
        return Err(Failure::Refused { message, hint: "See 'dbtool diff'".to_owned() }.into());
    }
    report.did(context, "verify", format!("{name} is in step with the schema"));
    Ok(report)
}

impl SetupReport {
    /// Remembers a step, and shows it as it is done.
    fn did(&mut self, context: &Context<'_>, step: &'static str, done: String) {
        context.ui.note(&format!("✓ {step}: {done}"));
        self.steps.push(Step { step, done });
    }
}

impl Report for SetupReport {
    fn human(&self, style: &Style) -> String {
        format!("{} {}\n", style.good("Set up"), self.target)
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
