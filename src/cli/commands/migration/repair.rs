//! `dbtool migration repair`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::Context;
use crate::cli::engine;
use crate::cli::migrations::{Database, Project, Task, Waiting, folder, told};
use crate::cli::protection::consent;
use crate::cli::render::counted;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::{Exit, Failure};
use crate::migration::{Act, Progress, Record};

/// Mend the record of migrations, when it does not say what is so
///
/// Runs no migration: it changes what is recorded, in the database or in dbtool.sum. With --auto it finds out which migrations the database
/// has had by what it holds: the migrations are replayed in a shadow, one after the other, and each state is compared with the database.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool migration repair --sum
  dbtool migration repair --auto --env staging
  dbtool migration repair 20250102030405 --applied
  dbtool migration repair 20250102030405 --checksum")]
#[group(id = "what", required = true, multiple = false, args = ["sum", "auto", "applied", "reverted", "checksum", "forget", "step_done", "step_undone"])]
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
    outcome: &'static str,
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
        return Ok(RepairReport {
            outcome: "done",
            changes: vec![format!("dbtool.sum holds {count}")],
            remaining: vec![],
        });
    }
    let project = Project::open(context)?;
    let mut database = project.look(&Waiting::default()).await?;
    let (found, remaining) = match args.auto {
        true => by_content(&project, &database).await?,
        false => (vec![by_hand(&args, &project, &database)?], Vec::new()),
    };
    let changes: Vec<String> = found.iter().map(|change| change.words.clone()).collect();
    if changes.is_empty() {
        return Ok(RepairReport { outcome: "nothing", changes, remaining });
    }
    let name = project.name()?;
    let list: String = changes.iter().map(|change| format!("  - {change}\n")).collect();
    context.ui.show(|style| format!("{}\n{list}\n", style.heading(&format!("To be recorded on {name}:"))));
    if !consent(context, &project.target, "Record that? No migration is run.")? {
        return Ok(RepairReport { outcome: "declined", changes, remaining });
    }
    project.begin(&mut database).await?;
    record(&project, &database, &found).await?;
    project.look_again(&mut database).await?;
    if remaining.is_empty() {
        project.note_state(&database).await?;
    }
    database.close().await;
    Ok(RepairReport { outcome: "done", changes, remaining })
}

/// A change of the record.
struct Correction {
    words: String,
    /// What is to be recorded; nothing for a record that is dropped.
    record: Result<Record, (String, String)>,
}

/// Writes the corrections, and a line in the log for each.
async fn record(project: &Project<'_>, database: &Database, corrections: &[Correction]) -> Result<()> {
    let (session, ledger, who) = (database.session(), &project.ledger, &project.who);
    for Correction { words, record } in corrections {
        let (version, name) = match record {
            Ok(record) => {
                ledger.save(session, record).await?;
                (&record.version, &record.name)
            }
            Err((version, name)) => {
                ledger.forget(session, version).await?;
                (version, name)
            }
        };
        ledger.note(session, who, Act::Repair, (version, name), "done", Some(words), None).await?;
    }
    Ok(())
}

/// The correction that the user names.
fn by_hand(args: &Args, project: &Project<'_>, database: &Database) -> Result<Correction> {
    let version = args.version.as_deref().unwrap_or_default();
    let file = project.folder.find(version);
    let known = database.records.iter().find(|record| record.version == file.map_or(version, |file| &file.version));
    let need_file = || file.ok_or_else(|| unknown(version, "is not among the files", "dbtool migration list"));
    let need_record = || known.ok_or_else(|| unknown(version, "is not recorded", "dbtool migration list"));
    let from_file = || -> Result<Record> {
        let fresh = Task::up(need_file()?)?.record;
        let applied_at = known.map(|known| known.applied_at.clone()).unwrap_or_default();
        Ok(Record { progress: Progress::Applied, fingerprint: None, applied_at, ..fresh })
    };
    let (what, record) = if args.applied {
        ("as applied", Ok(from_file()?))
    } else if args.checksum {
        need_record()?;
        ("with the text that its file has now", Ok(from_file()?))
    } else if args.reverted || args.forget {
        let known = need_record()?;
        ("no longer", Err((known.version.clone(), known.name.clone())))
    } else {
        ("with its step settled", Ok(settled(need_record()?, args.step_done)?))
    };
    let title = match &record {
        Ok(record) => format!("{}_{}", record.version, record.name),
        Err((version, name)) => format!("{version}_{name}"),
    };
    Ok(Correction { words: format!("{title} is recorded {what}"), record })
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
    let (live, all) = (&database.live.managed, &project.folder.migrations);
    let mut best: Option<(usize, Vec<String>)> = None;
    for count in (0..=all.len()).rev() {
        let state = engine::replay(project.context, &all[..count], Some(&database.live), &project.scope)
            .await
            .context("The migrations cannot be replayed")?;
        let differences = engine::differences(live, &state, &project.scope);
        let is_better = best.as_ref().is_none_or(|(_, found)| differences.len() < found.len());
        if is_better {
            best = Some((count, differences.iter().map(told).collect()));
        }
        if differences.is_empty() {
            break;
        }
    }
    let (count, remaining) = best.unwrap_or_default();
    let mut corrections = Vec::new();
    for migration in &all[..count] {
        let known = database.records.iter().find(|record| record.version == migration.version);
        if known.is_none_or(|known| known.checksum != migration.up.checksum() || known.progress != Progress::Applied) {
            let record = Record { progress: Progress::Applied, fingerprint: None, ..Task::up(migration)?.record };
            corrections.push(Correction {
                words: format!("{} is recorded as applied", migration.title()),
                record: Ok(record),
            });
        }
    }
    for record in &database.records {
        if !all[..count].iter().any(|migration| migration.version == record.version) {
            let of = (record.version.clone(), record.name.clone());
            corrections.push(Correction { words: format!("{}_{} is recorded no longer", of.0, of.1), record: Err(of) });
        }
    }
    Ok((corrections, remaining))
}

fn unknown(version: &str, why: &str, see: &str) -> anyhow::Error {
    Failure::Usage { message: format!("{version} {why}"), hint: format!("See what there is: {see}") }.into()
}

impl Report for RepairReport {
    fn human(&self, style: &Style) -> String {
        let list: String = self.changes.iter().map(|change| format!("  - {change}\n")).collect();
        let head = match self.outcome {
            "nothing" => "The record says what the database has: nothing to mend\n".to_owned(),
            "declined" => "Nothing was changed\n".to_owned(),
            _ => format!("{}\n{list}", style.good("Recorded")),
        };
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
            "declined" => Exit::Refused,
            _ => Exit::Done,
        }
    }
}
