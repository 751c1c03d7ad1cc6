//! `dbtool migration import`.

use anyhow::Result;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::engine;
use crate::cli::migrations::{Corrected, Correction, Database, Project, Waiting, recorded, sound, told};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::{Exit, Failure};
use crate::migration::{Act, Migration, Other};

/// Take over what another tool of migrations has recorded
///
/// Finds the table schema_migrations of golang-migrate, dbmate, Rails or Supabase, and records in dbtool's own ledger, with their checksums,
/// those of its versions that have a file in the folder of migrations ([migrations] folder). No migration is run, and the other tool's table
/// stays as it is. Its files need no change: NNN_name.up.sql and .down.sql, NNN_name.sql, and NNN_name.sql with '-- migrate:up' and
/// '-- migrate:down' are read as they are. Rails' migrations are no SQL: begin with a baseline instead ('dbtool sync' writes one).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool migration import --dry-run
  dbtool migration import --env staging --yes")]
pub struct Args {
    /// Show what would be recorded and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// The answer: `{"outcome": "nothing" | "planned" | "declined" | "done", "ledgers": ["SCHEMA.schema_migrations (TOOL)"], "changes": ["…"],
/// "without_file": ["VERSION"], "remaining": ["…"]}`.
#[derive(Debug, Serialize)]
pub struct ImportReport {
    outcome: Corrected,
    ledgers: Vec<String>,
    changes: Vec<String>,
    without_file: Vec<String>,
    /// What the database has beside what the recorded migrations make.
    remaining: Vec<String>,
}

/// Finds, shows, asks and records.
pub async fn run(args: Args, context: &Context<'_>) -> Result<ImportReport> {
    let project = Project::open(context)?;
    sound(&project.folder)?;
    let mut database = project.look(&Waiting::default()).await?;
    let mut ledgers = project.ledger.recorded(database.session()).await?;
    // A platform's services keep records of their own.
    ledgers.retain(|ledger| ledger.of == Other::Supabase || project.scope.covers(&ledger.schema));
    if ledgers.is_empty() {
        return Err(nothing_there(&project.name()?).into());
    }
    let is_had = |m: &&Migration| ledgers.iter().any(|ledger| ledger.has(m)) || is_recorded(&database, m);
    let had: Vec<Migration> = project.folder.migrations.iter().filter(is_had).cloned().collect();
    let fresh = had.iter().filter(|migration| !is_recorded(&database, migration));
    let corrections = fresh.map(Correction::applied).collect::<Result<Vec<_>>>()?;
    let mut report = ImportReport {
        outcome: Corrected::Nothing,
        ledgers: ledgers.iter().map(|of| format!("{}.schema_migrations ({})", of.schema, of.of)).collect(),
        changes: corrections.iter().map(|correction| correction.words.clone()).collect(),
        without_file: ledgers.iter().flat_map(|ledger| ledger.without(&project.folder.migrations)).collect(),
        remaining: Vec::new(),
    };
    if corrections.is_empty() {
        return Ok(report);
    }
    report.remaining = remaining(&project, &database, &had).await;
    report.outcome = if args.dry_run {
        Corrected::Planned
    } else if project.is_wanted(&corrections)? {
        project.correct(&mut database, &corrections, Act::Import).await?;
        if report.remaining.is_empty() {
            project.note_state(&database).await?;
        }
        project.folder.write_sum()?;
        Corrected::Done
    } else {
        Corrected::Declined
    };
    database.close().await;
    Ok(report)
}

fn is_recorded(database: &Database, migration: &Migration) -> bool {
    database.records.iter().any(|record| record.version == migration.version)
}

/// What the database has beside what the migrations make; a word in its place where they cannot be replayed.
async fn remaining(project: &Project<'_>, database: &Database, had: &[Migration]) -> Vec<String> {
    match engine::replay(project.context, had, Some(&database.live), &project.scope).await {
        Ok(state) => engine::differences(&database.live.managed, &state, &project.scope).iter().map(told).collect(),
        Err(error) => {
            project.context.ui.warn(&format!("The migrations cannot be replayed from nothing: {error:#}"));
            vec!["it could not be compared".to_owned()]
        }
    }
}

fn nothing_there(name: &str) -> Failure {
    Failure::Usage {
        message: format!("{name} has no table in which another tool recorded migrations"),
        hint: "Find out by what it holds which migrations it has had: dbtool migration repair --auto".to_owned(),
    }
}

impl Report for ImportReport {
    fn human(&self, style: &Style) -> String {
        let list = |head: &str, lines: &[String]| match lines {
            [] => String::new(),
            lines => format!("\n{head}\n  - {}\n", lines.join("\n  - ")),
        };
        let done = match self.outcome {
            Corrected::Nothing => "Every version that has a file is recorded already\n".to_owned(),
            outcome => recorded(outcome, &self.changes, style),
        };
        format!("Found {}\n{done}", self.ledgers.join(", "))
            + &list("These versions have no file in the folder of migrations, and are left out:", &self.without_file)
            + &list("The database differs from what these migrations make:", &self.remaining)
    }

    fn exit(&self) -> Exit {
        match self.outcome {
            Corrected::Declined => Exit::Refused,
            Corrected::Nothing | Corrected::Planned | Corrected::Done => Exit::Done,
        }
    }
}
