//! `dbtool status`.

use anyhow::Result;
use serde::Serialize;

use crate::cli::config::Endpoint;
use crate::cli::render::{Comparison, next_steps, summary};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine, local};
use crate::database::server::State;
use crate::failure::Exit;

/// Tell whether the database is in step with schema.sql
///
/// Lists what is missing in the database, extra in it, or different, each with its place in schema.sql. What belongs to a
/// missing or extra object is counted with it. `dbtool diff` shows the same in detail.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool status
  dbtool status --env production --exit-code
  dbtool status --local")]
pub struct Args {
    /// Exit with 1 when anything differs
    #[arg(long)]
    exit_code: bool,

    /// Tell how the project's own Postgres is instead, without starting it
    #[arg(long, conflicts_with = "exit_code")]
    local: bool,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum StatusReport {
    /// How the database stands to what is declared.
    Database(DatabaseStatus),
    /// `--local`: the [`State`].
    Local(State),
}

/// How the database stands to what is declared; its JSON is that of a [`Comparison`].
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct DatabaseStatus {
    comparison: Comparison,
    #[serde(skip)]
    exit_code: bool,
    #[serde(skip)]
    target_flags: String,
}

/// Compares the target with what is declared.
pub async fn run(args: Args, context: &Context<'_>) -> Result<StatusReport> {
    if args.local {
        return Ok(StatusReport::Local(local::server(&context.config)?.state()));
    }
    let current = Endpoint::Database(context.target()?);
    let comparison = engine::compare(context, &current, &context.schema()).await?;
    let (exit_code, target_flags) = (args.exit_code, context.target_flags());
    Ok(StatusReport::Database(DatabaseStatus { comparison, exit_code, target_flags }))
}

impl Report for StatusReport {
    fn human(&self, style: &Style) -> String {
        match self {
            StatusReport::Database(status) => {
                summary(&status.comparison, style) + &next_steps(&status.comparison, &status.target_flags)
            }
            StatusReport::Local(state) => local_state(state, style),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            StatusReport::Database(status) if status.exit_code && !status.comparison.is_equal() => Exit::Difference,
            StatusReport::Database(_) | StatusReport::Local(_) => Exit::Done,
        }
    }
}

fn local_state(state: &State, style: &Style) -> String {
    let line = match (&state.url, state.major) {
        (Some(url), _) => format!("{}: {url}", style.good("runs")),
        (None, Some(_)) => format!("is {}; 'dbtool start' starts it", style.warning("stopped")),
        (None, None) => "has not been started yet; 'dbtool start' makes and starts it".to_owned(),
    };
    let data = state.major.map(|major| format!("Data:     PostgreSQL {major} in {}\n", state.home.display()));
    format!("The local Postgres {line}\n{}", data.unwrap_or_default())
}
