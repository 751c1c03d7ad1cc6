//! `dbtool reset`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::{parsed, seed, sync};
use crate::catalog::Catalog;
use crate::cli::config::{Endpoint, Target};
use crate::cli::options::Global;
use crate::cli::protection::{consent, refuse_destruction};
use crate::cli::render::counted;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::ui::Ui;
use crate::cli::{Context, backup, engine};
use crate::database::Session;
use crate::failure::{Exit, Failure};
use crate::migration::Ledger;
use crate::object::{Kind, Object};
use crate::plan;
use crate::run;
use crate::sql::Statement;

/// Drop everything in the managed schemas and build the database anew, with its seeds
///
/// All rows are lost. It says how many, takes a backup first, and asks; without a terminal --force is the answer, and --yes is not. A
/// protected database is refused, whatever flags are given. All that is dropped is dropped in one transaction.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool reset
  dbtool reset --force --no-backup --no-seed")]
pub struct Args {
    /// Lose the rows without being asked
    #[arg(long, alias = "allow-data-loss")]
    force: bool,

    /// Take no backup first
    #[arg(long)]
    no_backup: bool,

    /// Leave the database without its seeds
    #[arg(long)]
    no_seed: bool,
}

/// The answer: `{"reset", "target", "dropped", "rows", "backup"?, "in_step"}`.
#[derive(Debug, Serialize)]
pub struct ResetReport {
    reset: bool,
    target: String,
    dropped: usize,
    rows: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<String>,
    in_step: bool,
}

/// Refuses, shows, asks, backs up, drops, builds and seeds.
pub async fn run(args: Args, context: &Context<'_>) -> Result<ResetReport> {
    let target = context.target()?;
    refuse_destruction(context, &target, "reset")?;
    let (managed, fresh) = engine::beginning(context, &target).await?;
    let drops: Vec<Statement> = plan::plan(&managed, &fresh)?.statements().cloned().collect();
    let rows = rows(&target, &managed).await?;
    let mut report = ResetReport {
        reset: false,
        target: target.name()?,
        dropped: managed.entries.keys().filter(|id| fresh.entry(id).is_none() && !id.kind.is_part()).count(),
        rows,
        backup: None,
        in_step: false,
    };
    if !is_wanted(&args, context, &target, &report)? {
        return Ok(report);
    }
    if !args.no_backup && rows > 0 {
        let taken = backup::take(context, &target, backup::Choice::default()).await;
        let taken =
            taken.context("Nothing was dropped, for no backup could be taken (--no-backup goes on without one)")?;
        context.ui.note(&format!("Backed up to {}", taken.path.display()));
        report.backup = Some(taken.path.display().to_string());
    }
    let session = engine::open(&target).await?;
    let ledger = Ledger::new(&context.config.file.migrations.ledger);
    session.interruptible(drop_all(&session, &drops, &ledger)).await?;
    session.close().await;
    report.reset = true;
    let global = Global { yes: true, ..context.global.clone() };
    let agreed =
        Context { ui: &Ui::of_process(&global), config: context.config.clone(), global, sources: Default::default() };
    sync::run(parsed(&[])?, &agreed).await?;
    if !args.no_seed {
        seed::run(parsed(&[])?, &agreed).await?;
    }
    let compared = engine::compare(context, &Endpoint::Database(target), &context.schema()).await?;
    report.in_step = compared.is_equal();
    Ok(report)
}

/// How many rows the managed tables have.
async fn rows(target: &Target, managed: &Catalog) -> Result<i64> {
    let session = engine::open(target).await?;
    let of_rows = |object: &Object| matches!(object, Object::Table(table) if table.partition_key.is_none());
    let mut rows = 0;
    for (id, _) in managed.entries.iter().filter(|(id, entry)| id.kind == Kind::Table && of_rows(&entry.object)) {
        rows += session.query_one(&format!("SELECT count(*) FROM ONLY {}", id.identity), &[]).await?.get::<_, i64>(0);
    }
    session.close().await;
    Ok(rows)
}

/// Says what would be lost and asks; a plain yes is not enough where there are rows.
fn is_wanted(args: &Args, context: &Context<'_>, target: &Target, report: &ResetReport) -> Result<bool> {
    let ResetReport { target: name, dropped, rows, .. } = report;
    let objects = counted(*dropped as u64, "object");
    let held = counted(u64::try_from(*rows).unwrap_or_default(), "row");
    let question = format!("Drop {objects} with {held} from {name}, and build it anew?");
    if args.force {
        return Ok(true);
    }
    if *rows == 0 {
        return consent(context, target, &question);
    }
    if context.ui.can_ask() {
        return context.ui.ask_name(&format!("{question} Type {name} to go on"), name, "--force");
    }
    let message = format!("{held} of {name} would be lost");
    Err(Failure::Refused { message, hint: "Lose them with --force; a backup is taken first".to_owned() }.into())
}

/// Drops everything, the ledger's rows too: the migrations are to come again.
async fn drop_all(session: &Session, drops: &[Statement], ledger: &Ledger) -> Result<()> {
    run::run(session, drops, |_| {}).await?;
    ledger.clear(session).await
}

impl Report for ResetReport {
    fn human(&self, style: &Style) -> String {
        let Self { target, dropped, .. } = self;
        match (self.reset, self.in_step) {
            (false, _) => "Nothing was changed\n".to_owned(),
            (true, true) => format!(
                "{} {target}: {} dropped, and built anew in step with the schema\n",
                style.good("Reset"),
                counted(*dropped as u64, "object")
            ),
            (true, false) => format!("Reset {target}, but it {} the schema\n", style.error("differs from")),
        }
    }

    fn exit(&self) -> Exit {
        match (self.reset, self.in_step) {
            (false, _) => Exit::Refused,
            (true, true) => Exit::Done,
            (true, false) => Exit::Difference,
        }
    }
}
