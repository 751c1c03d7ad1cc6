//! `dbtool diff`.

use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use crate::cli::config::{Endpoint, Secret};
use crate::cli::render::{Comparison, details, script};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::Exit;
use crate::sql::Statement;
use crate::whole;

/// Show every difference in detail, or the SQL that removes it
///
/// Compares the database with schema.sql, object by object and attribute by attribute: `-` is what the database has, `+` what is
/// declared. With --from and --to any two sides are compared: each is a URL, an environment of dbtool.toml, a schema file or folder,
/// or a snapshot that --snapshot saved. Nothing is changed, whatever the flags.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool diff --env staging
  dbtool diff --sql > change.sql
  dbtool diff --from staging --to production
  dbtool diff --from postgres://localhost/app --to schema.sql --up up.sql --down down.sql")]
pub struct Args {
    /// The side that is to change: URL, environment, schema file or folder, or snapshot [default: the database]
    #[arg(long, value_name = "SIDE")]
    from: Option<Secret>,

    /// The side that is right: URL, environment, schema file or folder, or snapshot [default: schema.sql]
    #[arg(long, value_name = "SIDE")]
    to: Option<Secret>,

    /// Print the SQL that would be run instead of the differences
    #[arg(long)]
    sql: bool,

    /// Exit with 1 when anything differs
    #[arg(long)]
    exit_code: bool,

    /// Save what the side that is to change has, for a later --from or --to
    #[arg(long, value_name = "FILE", conflicts_with_all = ["to", "sql", "up", "down", "exit_code"])]
    snapshot: Option<PathBuf>,

    /// Write the SQL that brings --from to --to
    #[arg(long, value_name = "FILE", conflicts_with = "sql")]
    up: Option<PathBuf>,

    /// Write the SQL that brings it back
    #[arg(long, value_name = "FILE", conflicts_with = "sql")]
    down: Option<PathBuf>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// The differences; the JSON is that of a [`Comparison`].
    Differences(Box<Comparison>),
    /// `--sql`: `{"statements": [{"text", "hazards", "transaction"}]}`.
    Sql {
        /// The statements in order.
        statements: Vec<Statement>,
    },
    /// `--up`, `--down`, `--snapshot`: `{"written": ["up.sql"]}`.
    Written {
        /// The files that were written.
        written: Vec<PathBuf>,
        /// Whether the sides differ, if they were compared.
        #[serde(skip)]
        differs: bool,
    },
}

/// The answer with the exit code that was asked for.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct DiffReport {
    answer: Answer,
    #[serde(skip)]
    exit_code: bool,
}

/// Compares two sides, and writes what was asked for.
pub async fn run(args: Args, context: &Context<'_>) -> Result<DiffReport> {
    Ok(DiffReport { answer: answer(&args, context).await?, exit_code: args.exit_code })
}

async fn answer(args: &Args, context: &Context<'_>) -> Result<Answer> {
    let current = match &args.from {
        Some(from) => context.endpoint("--from", from.expose())?,
        None => Endpoint::Database(context.target()?),
    };
    if let Some(file) = &args.snapshot {
        engine::snapshot(context, &current, file).await?;
        return Ok(Answer::Written { written: vec![file.clone()], differs: false });
    }
    let desired = match &args.to {
        Some(to) => context.endpoint("--to", to.expose())?,
        None => context.schema(),
    };
    if !args.sql && args.up.is_none() && args.down.is_none() {
        return Ok(Answer::Differences(Box::new(engine::compare(context, &current, &desired).await?)));
    }
    let plan = engine::plan(context, &current, &desired, engine::Form::default()).await?;
    if args.sql { Ok(Answer::Sql { statements: plan.up }) } else { write_scripts(args, &plan) }
}

/// Writes the scripts that were asked for.
fn write_scripts(args: &Args, plan: &engine::Plan) -> Result<Answer> {
    let mut written = Vec::new();
    for (file, statements) in [(&args.up, &plan.up), (&args.down, &plan.down)] {
        if let Some(file) = file {
            whole::write_text(file, &script(statements))?;
            written.push(file.clone());
        }
    }
    Ok(Answer::Written { written, differs: !plan.comparison.is_equal() })
}

impl Report for DiffReport {
    fn human(&self, style: &Style) -> String {
        match &self.answer {
            Answer::Differences(comparison) => details(comparison, style),
            Answer::Sql { statements } => script(statements),
            Answer::Written { written, .. } => {
                written.iter().map(|file| format!("Wrote {}\n", file.display())).collect()
            }
        }
    }

    fn exit(&self) -> Exit {
        let differs = match &self.answer {
            Answer::Differences(comparison) => !comparison.is_equal(),
            Answer::Sql { statements } => !statements.is_empty(),
            Answer::Written { differs, .. } => *differs,
        };
        if self.exit_code && differs { Exit::Difference } else { Exit::Done }
    }
}
