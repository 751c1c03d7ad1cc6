//! `dbtool status`.

use anyhow::Result;
use serde::Serialize;

use crate::cli::config::Endpoint;
use crate::cli::migrations::folder;
use crate::cli::render::{Comparison, next_steps, summary};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine, local};
use crate::database::{Session, server};
use crate::failure::Exit;
use crate::migration::{Ledger, State, standings, title};

/// Tell whether the database is in step with schema.sql
///
/// Lists what is missing in the database, extra in it, or different, each with its place in schema.sql. What belongs to a
/// missing or extra object is counted with it. `dbtool diff` shows the same in detail. Migrations that the database has not had are listed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool status
  dbtool status --env production --exit-code
  dbtool status --local")]
pub struct Args {
    /// Exit with 1 when anything differs, or is pending
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
    Database(Box<DatabaseStatus>),
    /// `--local`: the [`server::State`].
    Local(server::State),
}

/// How the database stands to what is declared; its JSON is that of a [`Comparison`], with `"pending"?: ["VERSION_name"]`.
#[derive(Debug, Serialize)]
pub struct DatabaseStatus {
    #[serde(flatten)]
    comparison: Comparison,
    /// The migrations in the folder that the database has not had, or not to the end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pending: Vec<String>,
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
    let sides = engine::both(context, &current, &context.schema()).await?;
    let comparison = engine::comparison(&sides)?;
    let pending = match &sides.current.session {
        Some(session) => pending(context, session).await?,
        None => Vec::new(),
    };
    sides.close().await;
    let (exit_code, target_flags) = (args.exit_code, context.target_flags());
    Ok(StatusReport::Database(Box::new(DatabaseStatus { comparison, pending, exit_code, target_flags })))
}

/// The migrations in the folder that a database has not had, or not to the end.
async fn pending(context: &Context<'_>, session: &Session) -> Result<Vec<String>> {
    let folder = folder(context)?;
    if folder.migrations.is_empty() {
        return Ok(Vec::new());
    }
    let records = Ledger::new(&context.config.file.migrations.ledger).records(session).await?;
    let all = standings(&folder.migrations, &records);
    let open = all.iter().filter_map(|standing| match standing.state {
        State::Pending | State::OutOfOrder => Some(title(standing.version, standing.name)),
        State::Interrupted => Some(format!("{} (cut off)", title(standing.version, standing.name))),
        State::Applied | State::Changed | State::Missing | State::Replaced => None,
    });
    Ok(open.collect())
}

impl DatabaseStatus {
    fn is_in_step(&self) -> bool {
        self.comparison.is_equal() && self.pending.is_empty()
    }

    /// The pending migrations, and the command that applies them.
    fn pending(&self, style: &Style) -> String {
        if self.pending.is_empty() {
            return String::new();
        }
        let list: String = self.pending.iter().map(|title| format!("  - {title}\n")).collect();
        let heading = style.heading(&format!("Pending migrations: {}", self.pending.len()));
        format!("\n{heading}\n{list}\nRun 'dbtool apply-safe{}' to apply them\n", self.target_flags)
    }
}

impl Report for StatusReport {
    fn human(&self, style: &Style) -> String {
        match self {
            StatusReport::Database(status) => {
                summary(&status.comparison, style)
                    + &status.pending(style)
                    + &next_steps(&status.comparison, &status.target_flags)
            }
            StatusReport::Local(state) => local_state(state, style),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            StatusReport::Database(status) if status.exit_code && !status.is_in_step() => Exit::Difference,
            StatusReport::Database(_) | StatusReport::Local(_) => Exit::Done,
        }
    }
}

fn local_state(state: &server::State, style: &Style) -> String {
    let line = match (&state.url, state.major) {
        (Some(url), _) => format!("{}: {url}", style.good("runs")),
        (None, Some(_)) => format!("is {}; 'dbtool start' starts it", style.warning("stopped")),
        (None, None) => "has not been started yet; 'dbtool start' makes and starts it".to_owned(),
    };
    let data = state.major.map(|major| format!("Data:     PostgreSQL {major} in {}\n", state.home.display()));
    format!("The local Postgres {line}\n{}", data.unwrap_or_default())
}
