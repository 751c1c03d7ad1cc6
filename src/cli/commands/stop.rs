//! `dbtool stop`.

use anyhow::Result;
use serde::Serialize;

use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, local};
use crate::failure::Exit;

/// Stop the project's own Postgres
///
/// Its data stays for the next 'dbtool start', unless --remove-data is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool stop
  dbtool stop --remove-data")]
pub struct Args {
    /// Remove all its data as well, after a question
    #[arg(long)]
    remove_data: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is stopped.
    Stopped,
    /// It did not run.
    DidNotRun,
    /// It is stopped, and its data is gone.
    Removed,
    /// The user did not want that.
    Declined,
}

/// The answer: `{"outcome": "stopped" | "did_not_run" | "removed" | "declined"}`.
#[derive(Debug, Serialize)]
pub struct StopReport {
    outcome: Outcome,
}

/// Stops it, and removes its data if that is wanted.
pub fn run(args: Args, context: &Context<'_>) -> Result<StopReport> {
    let server = local::server(&context.config)?;
    let outcome = if !args.remove_data {
        if server.stop()? { Outcome::Stopped } else { Outcome::DidNotRun }
    } else if context.ui.confirm("Remove the local Postgres with all its data?", "--yes")? {
        server.remove()?;
        Outcome::Removed
    } else {
        Outcome::Declined
    };
    Ok(StopReport { outcome })
}

impl Report for StopReport {
    fn human(&self, style: &Style) -> String {
        match self.outcome {
            Outcome::Stopped => format!("{} the local Postgres\n", style.good("Stopped")),
            Outcome::DidNotRun => "The local Postgres did not run\n".to_owned(),
            Outcome::Removed => "Removed the local Postgres with all its data\n".to_owned(),
            Outcome::Declined => "Nothing was changed\n".to_owned(),
        }
    }

    fn exit(&self) -> Exit {
        if self.outcome == Outcome::Declined { Exit::Refused } else { Exit::Done }
    }
}
