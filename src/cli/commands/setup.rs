//! `dbtool setup`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::{apply_safe, parsed, seed, sync, verify};
use crate::cli::config::{Endpoint, Origin};
use crate::cli::options::Global;
use crate::cli::render::counted;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::ui::Ui;
use crate::cli::{Context, engine, migrations, seeds, types};
use crate::failure::{Exit, Failure};

/// Do all that a fresh clone needs: start the local Postgres, bring it to schema.sql, seed it, write types, and verify
///
/// Where schema.sql declares nothing yet, the migrations are applied. The types are those that dbtool.toml names, if it names any.
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

/// The answer: `{"target", "steps": [{"step", "done"}], "checks": […]}`, the checks as `verify` answers them.
#[derive(Debug, Serialize)]
pub struct SetupReport {
    target: String,
    steps: Vec<Step>,
    #[serde(flatten)]
    verified: Option<verify::VerifyReport>,
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
    let mut report = SetupReport { target: name.clone(), steps: Vec::new(), verified: None };
    report.did(context, "start", &format!("{name} answers"));
    let global = Global { yes: context.global.yes || target.origin == Origin::Local, ..context.global.clone() };
    let agreed =
        Context { ui: &Ui::of_process(&global), config: context.config.clone(), global, sources: Default::default() };
    let declared = engine::declares(context)?;
    if declared || migrations::folder(context)?.migrations.is_empty() {
        report.did_all(context, "apply", &sync::run(parsed(&[])?, &agreed).await.context("apply")?)?;
    } else {
        // What a local database holds is made by its seeds: nobody misses a backup of it.
        let flags: &[&str] = if target.origin == Origin::Local { &["--no-backup"] } else { &[] };
        report.did_all(context, "apply", &apply_safe::run(parsed(flags)?, &agreed).await.context("apply")?)?;
    }
    let files = seeds::files(context)?;
    if !args.no_seed && !files.is_empty() {
        report.did_all(context, "seed", &seed::run(parsed(&[])?, &agreed).await.context("seed")?)?;
    }
    let source = if declared { context.schema() } else { Endpoint::Database(target.clone()) };
    for outcome in types::regenerate(context, &source).await.context("types")? {
        report.did(context, "types", &outcome.human(&Style::plain()));
    }
    if !declared {
        report.did(
            context,
            "verify",
            "schema.sql declares nothing to verify; 'dbtool pull' writes what the database has",
        );
        return Ok(report);
    }
    let compared = engine::compare(context, &Endpoint::Database(target), &context.schema()).await.context("verify")?;
    if !compared.is_equal() {
        let message = format!("{name} differs from the schema in {}", counted(compared.entries.len() as u64, "object"));
        return Err(Failure::Refused { message, hint: "See 'dbtool diff'".to_owned() }.into());
    }
    let verified = verify::run(parsed(&[])?, context).await.context("verify")?;
    report.did(context, "verify", &format!("{name} is in step with the schema"));
    report.verified = Some(verified);
    Ok(report)
}

impl SetupReport {
    /// Remembers a step by the first line of its report, and shows it as it is done; what was not done ends the set-up.
    fn did_all(&mut self, context: &Context<'_>, step: &'static str, report: &impl Report) -> Result<()> {
        let told = report.human(&Style::plain());
        anyhow::ensure!(report.exit() == Exit::Done, "{step}: {}", told.trim_end());
        self.did(context, step, &told);
        Ok(())
    }

    fn did(&mut self, context: &Context<'_>, step: &'static str, told: &str) {
        let done = told.lines().next().unwrap_or_default().trim_end_matches(':').to_owned();
        context.ui.note(&format!("✓ {step}: {done}"));
        self.steps.push(Step { step, done });
    }
}

impl Report for SetupReport {
    fn human(&self, style: &Style) -> String {
        let checks = self.verified.as_ref().map(|verified| verified.human(style)).unwrap_or_default();
        match self.exit() {
            Exit::Done => format!("{checks}{} {}\n", style.good("Set up"), self.target),
            _ => format!("{checks}{} is set up, but {}\n", self.target, style.error("not all checks passed")),
        }
    }

    fn exit(&self) -> Exit {
        self.verified.as_ref().map_or(Exit::Done, Report::exit)
    }
}
