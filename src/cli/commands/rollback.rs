//! `dbtool rollback`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::apply_safe::shown;
use crate::archive;
use crate::catalog::Catalog;
use crate::cli::migrations::{Database, Project, Task, Waiting, refuse_loss, told};
use crate::cli::protection::consent;
use crate::cli::render::{counted, script};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::{Exit, Failure};
use crate::migration::{Migration, Progress, Record, Script};

/// Take back the last migration, or all after VERSION
///
/// Runs the ways down that were recorded when the migrations were applied, the last first. They are shown, and tried in a shadow first;
/// what would lose rows is refused without --force. One that stopped half-way up is taken back from where it stands. Afterwards the database is read again and compared with what it was before.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool rollback --dry-run
  dbtool rollback --steps 2
  dbtool rollback 20250102030405")]
pub struct Args {
    /// The version to go back to: it stays, those after it are taken back
    #[arg(value_name = "VERSION", conflicts_with = "steps")]
    version: Option<String>,

    /// How many migrations to take back
    #[arg(long, value_name = "N", default_value_t = 1)]
    steps: usize,

    /// Show the statements and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Do also what loses data
    #[arg(long, visible_alias = "allow-data-loss")]
    force: bool,

    /// Where a migration has no way down, use the one that dbtool can derive
    #[arg(long)]
    derive: bool,

    #[command(flatten)]
    waiting: Waiting,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Nothing,
    Planned,
    Declined,
    RolledBack,
    Unexpected,
}

/// The answer: `{"outcome": "nothing" | "planned" | "declined" | "rolled_back" | "unexpected", "target", "migrations": ["VERSION_name"],
/// "statements": ["…"], "unexpected"?: ["…"]}`.
#[derive(Debug, Serialize)]
pub struct RollbackReport {
    outcome: Outcome,
    target: String,
    migrations: Vec<String>,
    statements: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unexpected: Vec<String>,
}

/// Shows, tries, asks, takes back and reads again.
pub async fn run(args: Args, context: &Context<'_>) -> Result<RollbackReport> {
    let project = Project::open(context)?;
    let mut database = project.look(&args.waiting).await?;
    let chosen = chosen(&args, &database.records)?;
    let tasks = tasks(&args, &project, &database, &chosen).await?;
    let report = |outcome, unexpected| -> Result<RollbackReport> {
        let migrations = tasks.iter().map(Task::title).collect();
        let statements = tasks.iter().flat_map(|task| &task.script.statements).map(|s| s.text.clone()).collect();
        Ok(RollbackReport { outcome, target: project.name()?, migrations, statements, unexpected })
    };
    if tasks.is_empty() {
        database.close().await;
        return report(Outcome::Nothing, Vec::new());
    }
    let name = project.name()?;
    for task in &tasks {
        context.ui.show(|style| format!("{}\n", shown(task, &name, style)));
    }
    let judged = project.judge(&database, &tasks).await?;
    if args.dry_run {
        database.close().await;
        return report(Outcome::Planned, Vec::new());
    }
    refuse_loss(&database, &judged.losses, args.force).await?;
    let question = format!("Take back {} on {name}?", counted(tasks.len() as u64, "migration"));
    if !consent(context, &project.target, &question)? {
        return report(Outcome::Declined, Vec::new());
    }
    let unexpected = take_back(&project, &mut database, &tasks, &judged.after).await?;
    database.close().await;
    let outcome = if unexpected.is_empty() { Outcome::RolledBack } else { Outcome::Unexpected };
    report(outcome, unexpected)
}

/// Carries the tasks out and reads the database again: what is not as it was before the migrations.
async fn take_back(
    project: &Project<'_>,
    database: &mut Database,
    tasks: &[Task],
    expected: &Catalog,
) -> Result<Vec<String>> {
    project.begin(database).await?;
    project.carry(database, tasks).await?;
    project.look_again(database).await?;
    let live = &database.live.managed;
    let was = database.records.last().and_then(|record| record.fingerprint.clone());
    if was.is_some_and(|was| was == live.fingerprint(&project.scope)) {
        return Ok(Vec::new());
    }
    let unexpected = engine::differences(live, expected, &project.scope);
    Ok(unexpected.iter().map(told).collect())
}

/// The records to take back, the last first.
fn chosen(args: &Args, records: &[Record]) -> Result<Vec<Record>> {
    let back: Vec<Record> = records.iter().rev().cloned().collect();
    let Some(version) = &args.version else { return Ok(back.into_iter().take(args.steps).collect()) };
    let is = |record: &Record| record.version == *version || record.title() == *version;
    match back.iter().position(is) {
        Some(at) => Ok(back.into_iter().take(at).collect()),
        None => Err(Failure::Usage {
            message: format!("The database has not had {version}"),
            hint: "See what it has had: dbtool migration list".to_owned(),
        }
        .into()),
    }
}

/// The ways down: as recorded, or as the folder has them, or derived.
async fn tasks(args: &Args, project: &Project<'_>, database: &Database, chosen: &[Record]) -> Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for record in chosen {
        let file = project.folder.find(&record.version).and_then(|migration| migration.down.as_ref());
        let path =
            file.map_or_else(|| format!("{}_{}.down.sql", record.version, record.name).into(), |f| f.path.clone());
        let text = match (&record.down, file) {
            (Some(text), _) if !record.is_half_up() => text.clone(),
            (None, Some(file)) if !record.is_half_up() => file.text.clone(),
            _ => derived(args, project, database, record, tasks.is_empty()).await?,
        };
        let mut task = Task::down(record, &Script::new(path, &text))?;
        if let Progress::Down { done, .. } = record.progress {
            (task.record, task.done) = (record.clone(), done);
        }
        tasks.push(task);
    }
    Ok(tasks)
}

/// The way down from what the database is now, which may be half of a migration, to what the migrations before this one make.
async fn derived(
    args: &Args,
    project: &Project<'_>,
    database: &Database,
    record: &Record,
    is_last: bool,
) -> Result<String> {
    if !is_last || !(args.derive || record.is_half_up()) {
        return Err(underivable(record, is_last).into());
    }
    let left = database.left_behind(record).await?;
    let earlier = database.records.iter().filter(|other| other.version != record.version);
    let earlier: Vec<Migration> = earlier.filter_map(|other| project.folder.find(&other.version).cloned()).collect();
    let mut before = engine::replay(project.context, &earlier, Some(&database.live), &project.scope)
        .await
        .context("No way down can be derived, for the migrations before it cannot be replayed")?;
    project.scope.align(&database.live.managed, &mut before);
    let recorded = record.down.as_ref().map(|down| format!("{left}{down}"));
    if let Some(down) = recorded
        && leads_to(project, database, &down, &before).await?
    {
        return Ok(down);
    }
    let statements: Vec<_> = crate::plan::plan(&database.live.managed, &before)?.statements().cloned().collect();
    for held in archive::list(database.session(), None).await?.iter().filter(|held| held.version == record.version) {
        project.context.ui.warn(&format!(
            "{} stays in the archive; bring it back with: dbtool archive restore {}",
            held.what, held.name
        ));
    }
    Ok(left + &script(&statements))
}

/// Whether a way down, of a migration of which only the end is missing, makes what was before; it brings back what is in the archive.
async fn leads_to(project: &Project<'_>, database: &Database, down: &str, before: &Catalog) -> Result<bool> {
    let script = Script::new("down.sql".into(), down).parse()?;
    let judged = engine::judge(project.context, &database.live, &[(script, 0, Vec::new())], &project.scope).await;
    Ok(judged.is_ok_and(|judged| engine::differences(&judged.after, before, &project.scope).is_empty()))
}

fn underivable(record: &Record, is_last: bool) -> Failure {
    let hint = match is_last {
        true => "Let dbtool derive one: add --derive (with --dry-run to see it), or write it",
        false => "Take back those after it first, then this one with --derive",
    };
    Failure::Refused { message: format!("{} has no way down", record.title()), hint: hint.to_owned() }
}

impl Report for RollbackReport {
    fn human(&self, style: &Style) -> String {
        let (target, titles) = (&self.target, self.migrations.join("\n  "));
        match self.outcome {
            Outcome::Nothing => format!("{target} has had no migration that could be taken back\n"),
            Outcome::Planned => "Nothing was changed (--dry-run)\n".to_owned(),
            Outcome::Declined => "Nothing was changed\n".to_owned(),
            Outcome::RolledBack => format!(
                "{} on {target}, which was read again and is as it was before:\n  {titles}\n",
                style.good("Taken back")
            ),
            Outcome::Unexpected => format!(
                "Taken back on {target}:\n  {titles}\nbut it {}:\n  - {}\n",
                style.error("is not as it was before"),
                self.unexpected.join("\n  - ")
            ),
        }
    }

    fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::Nothing | Outcome::Planned | Outcome::RolledBack => Exit::Done,
            Outcome::Declined => Exit::Refused,
            Outcome::Unexpected => Exit::Difference,
        }
    }
}
