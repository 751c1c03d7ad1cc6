//! `dbtool apply-safe`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::migrations::{Database, Project, Task, Waiting, is_strange, refuse_loss, sound, told};
use crate::cli::protection::consent;
use crate::cli::render::{Sizes, counted, plan};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, backup, engine};
use crate::failure::Exit;
use crate::migration::Way;

/// Apply the migrations that the database has not had
///
/// Each is tried first on a copy of what the database has, in a shadow: what would lose data is refused without --force, whether it was
/// generated or written by hand. Then they are applied in order, and the database is read again and compared with what was seen in the shadow.
/// What an earlier run left unfinished is finished first. A backup is taken before anything is changed, unless --no-backup is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool apply-safe --dry-run
  dbtool apply-safe --env production --yes --confirm production")]
pub struct Args {
    /// Show what is pending and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Do also what loses data
    #[arg(long, visible_alias = "allow-data-loss")]
    force: bool,

    /// Take no backup first
    #[arg(long)]
    no_backup: bool,

    #[command(flatten)]
    waiting: Waiting,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    UpToDate,
    Pending,
    Declined,
    Applied,
    Unexpected,
}

/// The answer: `{"outcome": "up_to_date" | "pending" | "declined" | "applied" | "unexpected", "target", "migrations": ["VERSION_name"],
/// "unexpected"?: ["…"]}`.
#[derive(Debug, Serialize)]
pub struct ApplyReport {
    outcome: Outcome,
    target: String,
    migrations: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unexpected: Vec<String>,
}

/// Tries, shows, asks, applies and reads again.
pub async fn run(args: Args, context: &Context<'_>) -> Result<ApplyReport> {
    let project = Project::open(context)?;
    sound(&project.folder)?;
    let mut database = project.look(&args.waiting).await?;
    if is_strange(&project, &database) {
        return Err(project.strange()?.into());
    }
    let is_marked = project.mark_baselines(&mut database, args.dry_run).await?;
    let tasks = project.todo(&database)?;
    let report = |outcome, unexpected| -> Result<ApplyReport> {
        let migrations = tasks.iter().map(Task::title).collect();
        Ok(ApplyReport { outcome, target: project.name()?, migrations, unexpected })
    };
    if !is_marked {
        return report(Outcome::Declined, Vec::new());
    }
    if tasks.is_empty() {
        database.close().await;
        return report(Outcome::UpToDate, Vec::new());
    }
    let drift = project.drift(&database).await?;
    if let Some(drift) = &drift {
        let list: String = drift.differences.iter().map(|difference| format!("\n  - {}", told(difference))).collect();
        context.ui.warn(&format!("{} was changed by hand since its last migration:{list}", project.name()?));
    }
    let judged = project.judge(&database, &tasks).await?;
    let name = project.name()?;
    for task in &tasks {
        context.ui.show(|style| format!("{}\n", shown(task, &name, style)));
    }
    if args.dry_run {
        return report(Outcome::Pending, Vec::new());
    }
    refuse_loss(&database, &judged.losses, args.force).await?;
    let question = format!("Apply {} to {name}?", counted(tasks.len() as u64, "migration"));
    if !consent(context, &project.target, &question)? {
        return report(Outcome::Declined, Vec::new());
    }
    if !args.no_backup {
        let taken = backup::take(context, &project.target, backup::Choice::default())
            .await
            .context("Nothing was applied, for no backup could be taken (--no-backup goes on without one)")?;
        context.ui.note(&format!("Backed up to {}", taken.path.display()));
    }
    let unexpected = apply(&project, &mut database, &tasks, &judged.after).await?;
    if drift.is_none() {
        // With it, what the database is now is not what its migrations make.
        project.note_state(&database).await?;
    }
    database.close().await;
    let outcome = if unexpected.is_empty() { Outcome::Applied } else { Outcome::Unexpected };
    report(outcome, unexpected)
}

/// Carries the tasks out and reads the database again: what is not as it was in the shadow.
async fn apply(
    project: &Project<'_>,
    database: &mut Database,
    tasks: &[Task],
    expected: &crate::catalog::Catalog,
) -> Result<Vec<String>> {
    project.begin(database).await?;
    project.carry(database, tasks).await?;
    project.look_again(database).await?;
    let unexpected = engine::differences(&database.live.managed, expected, &project.scope);
    Ok(unexpected.iter().map(told).collect())
}

/// A task with its statements.
pub(super) fn shown(task: &Task, target: &str, style: &Style) -> String {
    let way = match task.way {
        Way::Up => "",
        Way::Down => " (back)",
    };
    format!("{}{way}\n{}", style.heading(&task.title()), plan(target, &task.script.statements, &Sizes::new(), style))
}

impl Report for ApplyReport {
    fn human(&self, style: &Style) -> String {
        let (target, titles) = (&self.target, self.migrations.join("\n  "));
        match self.outcome {
            Outcome::UpToDate => format!("{target} has had every migration: nothing to do\n"),
            Outcome::Pending => {
                format!("{}\n  {titles}\n\nNothing was changed (--dry-run)\n", style.heading("Pending:"))
            }
            Outcome::Declined => "Nothing was changed\n".to_owned(),
            Outcome::Applied => format!(
                "{} to {target}, which was read again and is as it was in the shadow:\n  {titles}\n",
                style.good("Applied")
            ),
            Outcome::Unexpected => format!(
                "Applied to {target}:\n  {titles}\nbut it {}:\n  - {}\n",
                style.error("is not as it was in the shadow"),
                self.unexpected.join("\n  - ")
            ),
        }
    }

    fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::UpToDate | Outcome::Pending | Outcome::Applied => Exit::Done,
            Outcome::Declined => Exit::Refused,
            Outcome::Unexpected => Exit::Difference,
        }
    }
}
