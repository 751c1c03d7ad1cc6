//! `dbtool plan`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::migrations::{Author, Project, Task, Waiting, sound};
use crate::cli::render::{Sizes, plan};
use crate::cli::report::Report;
use crate::cli::saved::Saved;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::{Exit, Failure};
use crate::sql::Statement;

/// Plan what 'dbtool sync' would do, and save it for review
///
/// The plan is proven in a shadow, up and down. Saved to a file, it carries the fingerprints of the database and of the schema:
/// 'dbtool sync --plan FILE' runs it as it was reviewed, and refuses when either is no longer the one that it was made for.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool plan
  dbtool plan --env production -o plan.json
  dbtool sync --env production --plan plan.json")]
pub struct Args {
    /// Save the plan
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Use the plain statements, which lock tables for longer
    #[arg(long)]
    offline: bool,

    /// Exit with 1 when there is something to do
    #[arg(long)]
    exit_code: bool,
}

/// The answer: `{"target", "pending": ["VERSION_name"], "statements": [{"text", "hazards", "transaction"}], "written"?}`.
#[derive(Debug, Serialize)]
pub struct PlanReport {
    target: String,
    pending: Vec<String>,
    statements: Vec<Statement>,
    #[serde(skip)]
    sizes: Sizes,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<PathBuf>,
    #[serde(skip)]
    exit_code: bool,
}

/// Plans and proves, and saves what was planned.
pub async fn run(args: Args, context: &Context<'_>) -> Result<PlanReport> {
    let project = Project::open(context)?;
    sound(&project.folder)?;
    let mut database = project.look(&Waiting::default()).await?;
    project.mark_baselines(&mut database, true).await?;
    let tasks = if database.is_unrecorded() { Vec::new() } else { project.todo(&database)? };
    let pending: Vec<String> = tasks.iter().map(Task::title).collect();
    if !tasks.is_empty() {
        if args.output.is_some() {
            return Err(Failure::Refused {
                message: format!("{} has not had {}", project.name()?, pending.join(", ")),
                hint: format!("Apply it first: dbtool apply-safe{}", context.target_flags()),
            }
            .into());
        }
        database.live.managed = project.judge(&database, &tasks).await?.after;
    }
    let sides = engine::facing(context, database.live, &context.schema(), &project.scope).await?;
    let version = Author::version(&project.folder, &database.records);
    let form = engine::Form::of_migration(context, args.offline, &version);
    let found = engine::planned(&sides, form).await?;
    engine::prove(context, &sides, &project.scope, &found).await.context("The plan's proof in the shadow failed")?;
    let target = project.name()?;
    if let Some(file) = &args.output {
        Saved::new(target.clone(), &found, sides.original(), &sides.desired.managed, &project.scope).write(file)?;
    }
    sides.close().await;
    let (statements, sizes) = (found.up, found.sizes);
    Ok(PlanReport { target, pending, statements, sizes, written: args.output, exit_code: args.exit_code })
}

impl Report for PlanReport {
    fn human(&self, style: &Style) -> String {
        let pending = match self.pending.as_slice() {
            [] => String::new(),
            titles => format!("{}\n  {}\n\n", style.heading("Pending, to be applied first:"), titles.join("\n  ")),
        };
        let body = match self.statements.as_slice() {
            [] => format!("{} is in step with the schema: nothing to do\n", self.target),
            statements => plan(&self.target, statements, &self.sizes, style),
        };
        let written = self.written.as_ref().map(|file| format!("\nWrote {}\n", file.display()));
        pending + &body + &written.unwrap_or_default()
    }

    fn exit(&self) -> Exit {
        let nothing = self.statements.is_empty() && self.pending.is_empty();
        if self.exit_code && !nothing { Exit::Difference } else { Exit::Done }
    }
}
