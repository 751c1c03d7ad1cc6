//! `dbtool archive`.

use anyhow::Result;
use serde::Serialize;

use crate::archive::{Held, list, purge, restore};
use crate::cli::protection::{consent, refuse_destruction};
use crate::cli::render::{ago, aligned, bytes, counted};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::{Exit, Failure};

/// Show, bring back or remove what migrations have dropped
///
/// With drops = "archive", the default, a dropped table or sequence is moved into the schema dbtool_archive, and the values of a
/// dropped or narrowed column are copied there. 'dbtool rollback' brings them back with all that belonged to them; this command
/// brings back one of them without rolling back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool archive list
  dbtool archive restore orders_20260102030405_1
  dbtool archive purge --older-than 30d --force")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what the archive holds, with sizes
    List,
    /// Bring something back: a table to where it was, values into their column
    Restore {
        /// Its name in the archive
        name: String,
    },
    /// Remove things from the archive for good; the migrations that put them there cannot be rolled back any more
    Purge(Purge),
}

#[derive(Debug, clap::Args)]
struct Purge {
    /// Their names in the archive
    #[arg(required_unless_present = "older_than", conflicts_with = "older_than")]
    names: Vec<String>,

    /// All that is older, as Postgres writes intervals: 30d, 2 weeks
    #[arg(long, value_name = "INTERVAL")]
    older_than: Option<String>,

    /// Remove without being asked
    #[arg(long, visible_alias = "allow-data-loss")]
    force: bool,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was listed.
    Listed,
    /// It was brought back.
    Restored,
    /// It was removed.
    Purged,
    /// The user did not want that.
    Declined,
}

/// The answer: `{"outcome": "listed" | "restored" | "purged" | "declined", "held": [{"name", "what", "version", "archived_at",
/// "archived_by", "bytes"}]}`.
#[derive(Debug, Serialize)]
pub struct ArchiveReport {
    outcome: Outcome,
    held: Vec<Held>,
}

/// Lists, brings back or removes.
pub async fn run(args: Args, context: &Context<'_>) -> Result<ArchiveReport> {
    let target = context.target()?;
    if matches!(args.command, Command::Purge(_)) {
        refuse_destruction(context, &target, "archive purge")?;
    }
    let session = engine::open(&target).await?;
    let report = match &args.command {
        Command::List => ArchiveReport { outcome: Outcome::Listed, held: list(&session, None).await? },
        Command::Restore { name } => {
            let held = named(list(&session, None).await?, std::slice::from_ref(name))?;
            let wanted = consent(context, &target, &format!("Bring {} back to {}?", held[0].what, target.name()?))?;
            if wanted {
                session.interruptible(restore(&session, &held[0])).await?;
            }
            ArchiveReport { outcome: if wanted { Outcome::Restored } else { Outcome::Declined }, held }
        }
        Command::Purge(args) => {
            let all = list(&session, args.older_than.as_deref()).await?;
            let held = if args.older_than.is_some() { all } else { named(all, &args.names)? };
            let wanted = held.is_empty() || args.force || asked(context, &held)?;
            for one in held.iter().filter(|_| wanted) {
                session.interruptible(purge(&session, one)).await?;
            }
            ArchiveReport { outcome: if wanted { Outcome::Purged } else { Outcome::Declined }, held }
        }
    };
    session.close().await;
    Ok(report)
}

/// Those of the names that are given.
fn named(all: Vec<Held>, names: &[String]) -> Result<Vec<Held>> {
    if let Some(unknown) = names.iter().find(|name| !all.iter().any(|held| held.name == **name)) {
        let message = format!("The archive holds nothing of the name {unknown}");
        return Err(Failure::Usage { message, hint: "See 'dbtool archive list'".to_owned() }.into());
    }
    Ok(all.into_iter().filter(|held| names.contains(&held.name)).collect())
}

/// Shows what would be removed and asks; `--yes` is no consent to the loss of data.
fn asked(context: &Context<'_>, held: &[Held]) -> Result<bool> {
    let question = format!("Remove {} for good?", counted(held.len() as u64, "thing"));
    if context.global.yes || !context.ui.can_ask() {
        let message = format!("Cannot proceed: would remove data. Use --force flag\n\n{}", lines(held));
        let hint = "See what it is with 'dbtool archive list', or accept the loss with --force".to_owned();
        return Err(Failure::Refused { message: message.trim_end().to_owned(), hint }.into());
    }
    context.ui.show(|_| lines(held));
    context.ui.confirm(&question, "--force")
}

/// One line for each thing: its name, what it was, how large it is, when and by which migration it came.
fn lines(held: &[Held]) -> String {
    let now = jiff::Timestamp::now();
    let about = |held: &Held| {
        let size = bytes(u64::try_from(held.bytes).unwrap_or_default());
        format!("{} ({size}, {}, migration {})", held.what, ago(held.archived_at, now), held.version)
    };
    let rows: Vec<_> = held.iter().map(|held| (format!("  {}", held.name), Some(about(held)))).collect();
    aligned(&rows).iter().map(|line| format!("{line}\n")).collect()
}

impl Report for ArchiveReport {
    fn human(&self, style: &Style) -> String {
        let things = counted(self.held.len() as u64, "thing");
        match self.outcome {
            Outcome::Listed if self.held.is_empty() => "The archive is empty\n".to_owned(),
            Outcome::Listed => lines(&self.held),
            Outcome::Restored => self.held.iter().map(|held| restored(held, style)).collect(),
            Outcome::Purged if self.held.is_empty() => "There is nothing to remove\n".to_owned(),
            Outcome::Purged => format!("{} {things}:\n{}", style.warning("Removed"), lines(&self.held)),
            Outcome::Declined => "Nothing was changed\n".to_owned(),
        }
    }

    fn exit(&self) -> Exit {
        if self.outcome == Outcome::Declined { Exit::Refused } else { Exit::Done }
    }
}

/// What came back, and what to do so that it stays.
fn restored(held: &Held, style: &Style) -> String {
    let rest = if held.what.starts_with("table ") {
        "Its rows, indexes and sequences are back; foreign keys, triggers and policies come with schema.sql.\n\
         Declare it in schema.sql, or the next sync moves it away again.\n"
    } else {
        ""
    };
    format!("{} {}\n{rest}", style.good("Brought back"), held.what)
}
