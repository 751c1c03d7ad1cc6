//! `dbtool seed`.

use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use crate::cli::config::Origin;
use crate::cli::protection::consent;
use crate::cli::render::counted;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, seeds};
use crate::failure::Exit;

/// Fill the database with the rows that it begins with
///
/// Runs the files that `seed` in dbtool.toml names (seed.sql when it names none), in order, in one transaction: all or nothing. COPY with
/// its rows in the file works, too. A seed that is to be run again is best written with ON CONFLICT DO NOTHING.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool seed
  dbtool seed --env staging --yes")]
pub struct Args {}

/// The answer: `{"seeded", "target", "files": […], "statements"}`.
#[derive(Debug, Serialize)]
pub struct SeedReport {
    seeded: bool,
    target: String,
    files: Vec<PathBuf>,
    statements: usize,
}

/// Asks, unless it is the local Postgres, and runs the files.
pub async fn run(_args: Args, context: &Context<'_>) -> Result<SeedReport> {
    let files = seeds::files(context)?;
    let target = context.target()?;
    let name = target.name()?;
    let mut report = SeedReport { seeded: false, target: name.clone(), files, statements: 0 };
    if report.files.is_empty() {
        return Ok(report);
    }
    let question = format!("Run {} on {name}?", counted(report.files.len() as u64, "seed file"));
    if target.origin == Origin::Local || consent(context, &target, &question)? {
        report.statements = seeds::run(context, &target, &report.files).await?;
        report.seeded = true;
    }
    Ok(report)
}

impl Report for SeedReport {
    fn human(&self, style: &Style) -> String {
        let Self { seeded, target, files, statements } = self;
        if files.is_empty() {
            return "There is nothing to seed: no seed.sql, and dbtool.toml names no seed\n".to_owned();
        }
        if !seeded {
            return "Nothing was changed\n".to_owned();
        }
        let from: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        format!(
            "{} {target} with {} of {}\n",
            style.good("Seeded"),
            counted(*statements as u64, "statement"),
            from.join(", ")
        )
    }

    fn exit(&self) -> Exit {
        if self.files.is_empty() || self.seeded { Exit::Done } else { Exit::Refused }
    }
}
