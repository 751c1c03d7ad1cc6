//! `dbtool migration repair`.

use std::cmp::Reverse;

use anyhow::{Context as _, Result};
use clap::ArgGroup;
use serde::Serialize;

use crate::catalog::Catalog;
use crate::cli::Context;
use crate::cli::engine;
use crate::cli::migrations::{Corrected, Correction, Database, Project, Waiting, folder, recorded, told};
use crate::cli::render::counted;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::{Exit, Failure};
use crate::migration::{Act, Progress, Record};

/// What can be mended, one at a time.
const WHAT: [&str; 8] = ["sum", "auto", "applied", "reverted", "checksum", "forget", "step_done", "step_undone"];

/// Mend the record of migrations, when it does not say what is so
///
/// Runs no migration: it changes what is recorded, in the database or in dbtool.sum. With --auto it finds out which migrations the database
/// has had by what it holds: the migrations are replayed in a shadow, one after the other, and each state is compared with the database.
#[derive(Debug, clap::Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(WHAT),
    after_help = "Examples:
  dbtool migration repair --sum
  dbtool migration repair --auto --env staging
  dbtool migration repair 20250102030405 --applied
  dbtool migration repair 20250102030405 --checksum"
)]
pub struct Args {
    /// The migration
    #[arg(value_name = "VERSION", required_unless_present_any = ["sum", "auto"])]
    version: Option<String>,

    /// Write dbtool.sum anew, from the files as they are
    #[arg(long)]
    sum: bool,

    /// Find out which migrations the database has had, and record them
    #[arg(long)]
    auto: bool,

    /// Record that the database has had VERSION
    #[arg(long)]
    applied: bool,

    /// Record that the database has not had VERSION, or no longer has it
    #[arg(long)]
    reverted: bool,

    /// Take the checksum and the text of VERSION from its file as it is now
    #[arg(long)]
    checksum: bool,

    /// Drop the record of VERSION, whose file is lost
    #[arg(long)]
    forget: bool,

    /// Record that the step in which VERSION was cut off took effect
    #[arg(long)]
    step_done: bool,

    /// Record that the step in which VERSION was cut off did not take effect
    #[arg(long)]
    step_undone: bool,
}

/// The answer: `{"outcome": "done" | "declined" | "nothing", "changes": ["…"], "remaining": ["…"]}`.
#[derive(Debug, Serialize)]
pub struct RepairReport {
    outcome: Corrected,
    changes: Vec<String>,
    /// What the database has beside what the recorded migrations make.
    remaining: Vec<String>,
}

/// Mends what was asked for.
pub async fn run(args: Args, context: &Context<'_>) -> Result<RepairReport> {
    if args.sum {
        let folder = folder(context)?;
        folder.write_sum()?;
        let count = counted(folder.migrations.len() as u64, "migration");
        let changes = vec![format!("dbtool.sum holds {count}")];
        return Ok(RepairReport { outcome: Corrected::Done, changes, remaining: vec![] });
    }
    let project = Project::open(context)?;
    let mut database = project.look(&Waiting::default()).await?;
    let (found, remaining) = match args.auto {
        true => by_content(&project, &database).await?,
        false => (vec![by_hand(&args, &project, &database)?], Vec::new()),
    };
    let changes: Vec<String> = found.iter().map(|change| change.words.clone()).collect();
    if changes.is_empty() {
        return Ok(RepairReport { outcome: Corrected::Nothing, changes, remaining });
    }
    if !project.is_wanted(&found)? {
        return Ok(RepairReport { outcome: Corrected::Declined, changes, remaining });
    }
    project.correct(&mut database, &found, Act::Repair).await?;
    if args.auto && remaining.is_empty() {
        project.note_state(&database).await?;
    }
    database.close().await;
    Ok(RepairReport { outcome: Corrected::Done, changes, remaining })
}

/// The correction that the user names.
fn by_hand(args: &Args, project: &Project<'_>, database: &Database) -> Result<Correction> {
    let version = args.version.as_deref().unwrap_or_default();
    let file = project.folder.find(version);
    let known = database.records.iter().find(|record| record.version == file.map_or(version, |file| &file.version));
    let need_file = || file.ok_or_else(|| unknown(version, "is not among the files", "dbtool migration list"));
    let need_record = || known.ok_or_else(|| unknown(version, "is not recorded", "dbtool migration list"));
    if args.reverted || args.forget {
        return Ok(Correction::dropped(need_record()?));
    }
    if args.applied {
        return Correction::applied(need_file()?);
    }
    if args.checksum {
        need_record()?;
        let correction = Correction::applied(need_file()?)?;
        let words = format!("{} is recorded with the text that its file has now", correction.record.title());
        return Ok(Correction { words, ..correction });
    }
    let record = settled(need_record()?, args.step_done)?;
    Ok(Correction { words: format!("{} is recorded with its step settled", record.title()), record, is_kept: true })
}

/// A record whose step, in which it was cut off, is known to be done or not.
fn settled(record: &Record, is_done: bool) -> Result<Record> {
    let next = |done: usize| if is_done { done + 1 } else { done };
    let progress = match record.progress {
        Progress::Up { done, begun: true } => Progress::Up { done: next(done), begun: false },
        Progress::Down { done, begun: true } => Progress::Down { done: next(done), begun: false },
        _ => return Err(unknown(&record.version, "was not cut off in a step", "dbtool migration list")),
    };
    Ok(Record { progress, ..record.clone() })
}

/// The migrations that the database has had by what it holds, and what it has beside them.
async fn by_content(project: &Project<'_>, database: &Database) -> Result<(Vec<Correction>, Vec<String>)> {
    let all = &project.folder.migrations;
    let (count, remaining) = nearest(project, database).await.context("The migrations cannot be replayed")?;
    let mut corrections = Vec::new();
    for migration in &all[..count] {
        let known = database.records.iter().find(|record| record.version == migration.version);
        if known.is_none_or(|known| known.checksum != migration.up.checksum() || known.progress != Progress::Applied) {
            corrections.push(Correction::applied(migration)?);
        }
    }
    let is_had = |record: &&Record| all[..count].iter().any(|migration| migration.version == record.version);
    corrections.extend(database.records.iter().filter(|record| !is_had(record)).map(Correction::dropped));
    Ok((corrections, remaining))
}

/// How many migrations lead nearest to what the database has, the most where several do, and what still differs.
async fn nearest(project: &Project<'_>, database: &Database) -> Result<(usize, Vec<String>)> {
    let (live, all, scope) = (&database.live, &project.folder.migrations, &project.scope);
    let differing = |state: &Catalog| {
        let differences = engine::differences(&live.managed, state, scope);
        differences.iter().map(told).collect::<Vec<_>>()
    };
    let mut best = (all.len(), differing(&engine::replay(project.context, all, Some(live), scope).await?));
    if best.1.is_empty() {
        return Ok(best);
    }
    let stage = engine::blank(project.context, Some(live), scope).await?;
    for (count, next) in all.iter().enumerate() {
        let remaining = differing(&stage.read().await?);
        if (remaining.len(), Reverse(count)) < (best.1.len(), Reverse(best.0)) {
            best = (count, remaining);
        }
        engine::play(&stage, next).await?;
    }
    stage.close().await?;
    Ok(best)
}

fn unknown(version: &str, why: &str, see: &str) -> anyhow::Error {
    Failure::Usage { message: format!("{version} {why}"), hint: format!("See what there is: {see}") }.into()
}

impl Report for RepairReport {
    fn human(&self, style: &Style) -> String {
        let head = recorded(self.outcome, &self.changes, style);
        let remaining: String = self.remaining.iter().map(|what| format!("  - {what}\n")).collect();
        let rest = match remaining.is_empty() {
            true => String::new(),
            false => format!(
                "\nNo state of the migrations is exactly what the database has; this differs from the nearest:\n{remaining}"
            ),
        };
        head + &rest
    }

    fn exit(&self) -> Exit {
        match self.outcome {
            Corrected::Declined => Exit::Refused,
            _ => Exit::Done,
        }
    }
}
