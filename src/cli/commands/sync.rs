//! `dbtool sync`.

mod renames;
mod report;

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};

use crate::catalog::Catalog;
use crate::cli::config::Target;
use crate::cli::migrations::{
    Author, Database, Project, Task, Waiting, describe, has_objects, is_strange, migration_name, refuse_loss, sound,
    told,
};
use crate::cli::protection::consent;
use crate::cli::render::{Comparison, counted, plan, refusal};
use crate::cli::saved::Saved;
use crate::cli::types;
use crate::cli::{Context, engine};
use crate::migration::{Act, Migration, Record, remove};
use crate::sql::Statement;

pub use report::{Outcome, SyncReport};

/// Bring the database to what schema.sql declares
///
/// Applies what is pending, plans what is still missing, shows the statements in order, each with what it endangers, asks, writes them as
/// a migration, applies it, and reads the database again: it says success only of what it has seen. A database that was changed by hand is
/// refused until the change is in a migration (--adopt-drift) or undone. Nothing that would lose data is done without --force.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool sync --dry-run
  dbtool sync --name add_career_stats
  dbtool sync --env staging --yes")]
pub struct Args {
    /// Show the plan and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Do all in the plain form, which locks tables for as long as it takes but cuts no transaction
    #[arg(long)]
    offline: bool,

    /// Do also what loses data
    #[arg(long, visible_alias = "allow-data-loss")]
    force: bool,

    /// The migration's name [default: made of what it does]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Take what was changed by hand into a migration of its own, and go on
    #[arg(long)]
    adopt_drift: bool,

    /// Run the plan that 'dbtool plan -o FILE' saved, and no other
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,

    #[command(flatten)]
    waiting: Waiting,
}

/// Applies what is pending, plans, shows, asks, writes, applies and reads again.
pub async fn run(args: Args, context: &Context<'_>) -> Result<SyncReport> {
    let mut project = Project::open(context)?;
    sound(&project.folder)?;
    let mut database = project.look(&args.waiting).await?;
    let strange = is_strange(&project, &database);
    let (mut pending, mut drift, mut adopted) = (Vec::new(), Vec::new(), None);
    if !strange {
        if !project.mark_baselines(&mut database, args.dry_run).await? {
            return Ok(SyncReport::declined(project.name()?));
        }
        // What was changed by hand is told from what the pending migrations do only while they are pending.
        match args.dry_run {
            true => drift = drifted(&project, &database).await?,
            false => adopted = adopt(&args, &mut project, &mut database).await?,
        }
        let tasks = project.todo(&database)?;
        pending = tasks.iter().map(Task::title).collect();
        if !tasks.is_empty() && !catch_up(&args, &project, &mut database, &tasks).await? {
            return Ok(SyncReport::declined(project.name()?));
        }
    }
    let scope = project.scope.clone();
    let sides = engine::facing(context, database.live, &context.schema(), &scope).await?;
    let baseline = needs_baseline(&project, sides.original(), &database.records);
    let first = Author::version(&project.folder, &database.records);
    // The baseline comes before, however long planning takes.
    let version = if baseline { Author::after(&first) } else { first.clone() };
    let form = engine::Form::of_migration(context, args.offline, &version);
    let mut found = engine::planned(&sides, form).await?;
    if let Some(file) = &args.plan {
        Saved::read(file)?.replace(&mut found, sides.original(), &sides.desired.managed, &scope)?;
    }
    if !args.dry_run && renames::declare(context, &found.comparison.suggestions)? {
        sides.close().await;
        return Box::pin(run(args, context)).await;
    }
    let mut report = SyncReport::new(project.name()?, pending, adopted);
    report.drift = drift;
    if let Some(outcome) = settled(&args, &found)? {
        sides.close().await;
        return Ok(report.with(outcome, found));
    }
    if strange {
        return Err(project.strange()?.into());
    }
    engine::prove(context, &sides, &scope, &found)
        .await
        .context("The plan was not applied, for its proof in the shadow failed")?;
    if !is_wanted(context, &project.target, &found)? {
        return Ok(report.with(Outcome::Declined, found));
    }
    let original = sides.original().clone();
    let engine::Sides { mut current, mut desired, .. } = sides;
    current.managed = original;
    database = Database::of(current, database.records, database.locked);
    let migration = apply(&args, &mut project, &mut database, &desired.managed, [&first, &version], &found).await?;
    report.migration = Some(migration.title());
    scope.align(&database.live.managed, &mut desired.managed);
    let now = engine::Sides::of(database.live, desired);
    let remaining = engine::comparison(&now)?;
    now.close().await;
    let outcome = if remaining.is_equal() { Outcome::Applied } else { Outcome::StillDifferent };
    types::regenerate(context, &context.schema()).await.context("The types were not written")?;
    report.remaining = (!remaining.is_equal()).then_some(remaining);
    Ok(report.with(outcome, found))
}

/// Applies what is pending, or, on a dry run, goes on as if it were; whether the user wanted it.
async fn catch_up(args: &Args, project: &Project<'_>, database: &mut Database, tasks: &[Task]) -> Result<bool> {
    let judged = project.judge(database, tasks).await?;
    if args.dry_run {
        database.live.managed = judged.after;
        return Ok(true);
    }
    refuse_loss(database, &judged.losses, args.force).await?;
    let name = project.name()?;
    let list: String = tasks.iter().map(|task| format!("  {}\n", task.title())).collect();
    project.context.ui.show(|style| format!("{}\n{list}\n", style.heading(&format!("Pending on {name}:"))));
    let question = format!("Apply {} to {name} first?", counted(tasks.len() as u64, "pending migration"));
    if !consent(project.context, &project.target, &question)? {
        return Ok(false);
    }
    project.begin(database).await?;
    project.carry(database, tasks).await?;
    project.look_again(database).await?;
    project.note_state(database).await?;
    Ok(true)
}

/// How the database has drifted from its migrations.
async fn drifted(project: &Project<'_>, database: &Database) -> Result<Vec<String>> {
    let drift = project.drift(database).await?;
    Ok(drift.map(|drift| drift.differences.iter().map(told).collect()).unwrap_or_default())
}

/// Refuses a database that has drifted from its migrations, or writes the drift as a migration that it has had.
async fn adopt(args: &Args, project: &mut Project<'_>, database: &mut Database) -> Result<Option<String>> {
    let Some(drift) = project.drift(database).await? else { return Ok(None) };
    let (name, flags) = (project.name()?, project.context.target_flags());
    if !args.adopt_drift {
        return Err(drift.refusal(&name, &flags).into());
    }
    let live = database.live.managed.clone();
    let what = format!("take in what was changed by hand in {name}");
    let question = format!("Record {} as a migration?", counted(drift.differences.len() as u64, "change"));
    if !consent(project.context, &project.target, &question)? {
        return Err(drift.refusal(&name, &flags).into());
    }
    project.begin(database).await?;
    let version = Author::version_of_the_past(&project.folder, &database.records);
    let migration = had(project, database, (&version, "adopt_drift", &what), &drift.expected, &live, true).await?;
    Ok(Some(migration.title()))
}

/// Writes a migration that the database has had already, and records it.
async fn had(
    project: &mut Project<'_>,
    database: &mut Database,
    (version, name, what): (&str, &str, &str),
    from: &Catalog,
    to: &Catalog,
    has_down: bool,
) -> Result<Migration> {
    let mut aligned = from.clone();
    project.scope.align(to, &mut aligned);
    let way = |from: &Catalog, to: &Catalog| -> Result<Vec<Statement>> {
        Ok(crate::plan::plan(from, to)?.statements().cloned().collect())
    };
    let (up, down) = (way(&aligned, to)?, way(to, &aligned)?);
    let author = Author {
        name,
        what,
        from: aligned.fingerprint(&project.scope),
        to: to.fingerprint(&project.scope),
        up: &up,
        down: has_down.then_some(&down),
    };
    let migration = author.write(&mut project.folder, version)?;
    project.record(database.session(), &migration).await?;
    let of = (migration.version.as_str(), migration.name.as_str());
    let Project { ledger, who, .. } = project;
    ledger.note(database.session(), who, Act::Repair, of, "done", Some("recorded; the database had it"), None).await?;
    database.records = ledger.records(database.session()).await?;
    Ok(migration)
}

/// The outcome that needs no question, if there is one; a refusal if the plan may not be applied.
fn settled(args: &Args, plan: &engine::Plan) -> Result<Option<Outcome>> {
    if plan.up.is_empty() && !plan.comparison.is_equal() {
        let differences = plan.comparison.entries.iter().map(|entry| entry.difference.title.as_str());
        return Err(anyhow!("no statement was found for: {}", differences.collect::<Vec<_>>().join(", ")));
    }
    if plan.up.is_empty() {
        return Ok(Some(Outcome::InSync));
    }
    if args.dry_run {
        return Ok(Some(Outcome::Planned));
    }
    match refusal(&plan.up, &plan.sizes).filter(|_| !args.force) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(None),
    }
}

/// Shows the plan and asks.
fn is_wanted(context: &Context<'_>, target: &Target, found: &engine::Plan) -> Result<bool> {
    let name = found.comparison.current.name();
    context.ui.show(|style| plan(name, &found.up, &found.sizes, style) + "\n");
    let question = format!("Apply {} to {name}?", counted(found.up.len() as u64, "statement"));
    consent(context, target, &question)
}

/// Whether what the database has is to become the first migration.
fn needs_baseline(project: &Project<'_>, original: &Catalog, records: &[Record]) -> bool {
    project.folder.migrations.is_empty() && records.is_empty() && has_objects(original)
}

/// Writes the migration, applies it and reads the database again.
///
/// A database with objects and a project without migrations get a baseline before it: what the database had.
async fn apply(
    args: &Args,
    project: &mut Project<'_>,
    database: &mut Database,
    desired: &Catalog,
    [first, version]: [&str; 2],
    found: &engine::Plan,
) -> Result<Migration> {
    project.begin(database).await?;
    let original = database.live.managed.clone();
    if needs_baseline(project, &original, &database.records) {
        let blank = engine::replay(project.context, &[], Some(&database.live), &project.scope).await?;
        let what = format!("what {} had before its first migration", project.name()?);
        let baseline = had(project, database, (first, "baseline", &what), &blank, &original, false).await?;
        project.context.ui.note(&format!("Wrote {} and recorded it: what the database had", baseline.up.shown()));
    }
    let name = args.name.as_deref().map_or_else(|| migration_name(&found.comparison), Author::named);
    let what = describe(&found.comparison);
    let (from, to) = (original.fingerprint(&project.scope), desired.fingerprint(&project.scope));
    let migration = Author::of(found, &name, &what, from, to).write(&mut project.folder, version)?;
    let task = Task::up(&migration)?;
    if let Err(error) = project.carry(database, &[task]).await {
        // What has left no trace in the database is not to be tried again by the next run.
        let records = project.ledger.records(database.session()).await;
        if records.is_ok_and(|records| records.iter().all(|record| record.version != migration.version)) {
            remove(&mut project.folder, &migration.version)?;
            return Err(error.context("Nothing was changed"));
        }
        return Err(error);
    }
    project.look_again(database).await?;
    project.note_state(database).await?;
    Ok(migration)
}

/// What still differs, told by the answer.
pub(super) type Remaining = Option<Comparison>;

#[cfg(test)]
mod tests;
