//! `dbtool status`.

use anyhow::Result;
use serde::Serialize;

use crate::cli::config::Endpoint;
use crate::cli::render::{Comparison, next_steps, summary};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::Exit;

/// Tell whether the database is in step with schema.sql
///
/// Lists what is missing in the database, extra in it, or different, each with its place in schema.sql. What belongs to a
/// missing or extra object is counted with it. `dbtool diff` shows the same in detail.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool status
  dbtool status --env production --exit-code")]
pub struct Args {
    /// Exit with 1 when anything differs
    #[arg(long)]
    exit_code: bool,
}

/// The answer; its JSON is that of a [`Comparison`].
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct StatusReport {
    comparison: Comparison,
    #[serde(skip)]
    exit_code: bool,
    #[serde(skip)]
    target_flags: String,
}

/// Compares the target with what is declared.
pub async fn run(args: Args, context: &Context<'_>) -> Result<StatusReport> {
    let current = Endpoint::Database(context.target()?);
    let comparison = engine::compare(context, &current, &context.schema()).await?;
    Ok(StatusReport { comparison, exit_code: args.exit_code, target_flags: context.target_flags() })
}

impl Report for StatusReport {
    fn human(&self, style: &Style) -> String {
        summary(&self.comparison, style) + &next_steps(&self.comparison, &self.target_flags)
    }

    fn exit(&self) -> Exit {
        if self.exit_code && !self.comparison.is_equal() { Exit::Difference } else { Exit::Done }
    }
}
