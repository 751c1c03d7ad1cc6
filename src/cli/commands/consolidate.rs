//! `dbtool consolidate`.

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::catalog::{Catalog, Scope};
use crate::cli::Context;
use crate::cli::config::Endpoint;
use crate::cli::engine;
use crate::cli::migrations::{Author, Leftover, folder, leftovers, sound, text_of, told, try_out};
use crate::cli::render::{counted, script};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;
use crate::migration::{Folder, Header, Migration, Script, consolidate};
use crate::plan::plan;
use crate::sql::Statement;

/// Put one baseline in the place of all migrations that there are
///
/// The baseline is proven in a shadow to build the same catalog as the old migrations, which move to archive/ in their folder. Statements that
/// a schema cannot express (rows, cron.schedule, policies on a platform's tables, …) are found, listed, tried on the schema as it is now, and
/// kept in a second migration. No database is touched: one that has had the old migrations is marked as having the new ones by the next
/// 'dbtool apply-safe' or 'dbtool sync', which run nothing for that; one that has had a part of them is refused until it has had the rest.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool consolidate --dry-run
  dbtool consolidate --name baseline_2025 --yes")]
pub struct Args {
    /// The baseline's name
    #[arg(long, value_name = "NAME", default_value = "baseline")]
    name: String,

    /// Leave out the statements that a schema cannot express, instead of keeping them in a second migration
    #[arg(long)]
    schema_only: bool,

    /// Show what would become of the migrations and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Nothing,
    Planned,
    Declined,
    Consolidated,
}

/// The answer: `{"outcome": "nothing" | "planned" | "declined" | "consolidated", "replaced": ["VERSION_name"], "written": ["FILE"],
/// "statements": N, "leftovers": [{"place", "statement", "fault"?}], "schema_only"}`.
#[derive(Debug, Serialize)]
pub struct ConsolidateReport {
    outcome: Outcome,
    replaced: Vec<String>,
    written: Vec<String>,
    statements: usize,
    leftovers: Vec<Leftover>,
    schema_only: bool,
}

/// Replays, plans, proves, asks and writes.
pub async fn run(args: Args, context: &Context<'_>) -> Result<ConsolidateReport> {
    let mut folder = folder(context)?;
    sound(&folder)?;
    let mut report = ConsolidateReport {
        outcome: Outcome::Nothing,
        replaced: folder.migrations.iter().map(Migration::title).collect(),
        written: Vec::new(),
        statements: 0,
        leftovers: Vec::new(),
        schema_only: args.schema_only,
    };
    if folder.migrations.len() < 2 {
        return Ok(report);
    }
    let side = context.target().map_or_else(|_| context.schema(), Endpoint::Database);
    let scope = engine::scope(context, &[&side]);
    let managed = engine::replay(context, &folder.migrations, None, &scope).await?;
    let (statements, header) = baseline(context, &folder, &managed, &scope).await?;
    report.statements = statements.len();
    report.leftovers = leftovers(&folder.migrations, &scope)?;
    try_out(context, &mut report.leftovers, &statements, &managed, &scope).await?;
    let fresh = written(&args, &folder, &statements, header, &report.leftovers);
    prove(context, &fresh, &managed, &scope).await?;
    report.written = fresh.iter().map(|migration| migration.up.shown()).collect();
    if args.dry_run {
        report.outcome = Outcome::Planned;
        return Ok(report);
    }
    context.ui.show(|style| report.what(style));
    if !context.ui.confirm("Move the old migrations to archive/ and write the baseline?", "--yes")? {
        report.outcome = Outcome::Declined;
        return Ok(report);
    }
    consolidate(&mut folder, fresh)?;
    report.outcome = Outcome::Consolidated;
    Ok(report)
}

/// The statements that make the whole from nothing, and the header of their migration.
async fn baseline(
    context: &Context<'_>,
    folder: &Folder,
    managed: &Catalog,
    scope: &Scope,
) -> Result<(Vec<Statement>, Header)> {
    let mut blank = engine::replay(context, &[], None, scope).await?;
    scope.align(managed, &mut blank);
    for what in &managed.unmodelled {
        context.ui.warn(&format!("{what} is not managed by dbtool, and not in the baseline"));
    }
    let statements = plan(&blank, managed)?.statements().cloned().collect();
    let header = Header {
        what: format!("baseline in place of {}", counted(folder.migrations.len() as u64, "migration")),
        from: Some(blank.fingerprint(scope)),
        to: Some(managed.fingerprint(scope)),
        replaces: folder.migrations.iter().map(|migration| migration.version.clone()).collect(),
        hazards: Vec::new(),
    };
    Ok((statements, header))
}

/// The new migrations: the baseline, and what is left over, if that is wanted.
fn written(
    args: &Args,
    folder: &Folder,
    statements: &[Statement],
    header: Header,
    leftovers: &[Leftover],
) -> Vec<Migration> {
    let last = folder.migrations.last().map(|last| last.version.as_str()).unwrap_or_default();
    let version = Author::after(last);
    let migration = |version: &str, name: String, text: String| {
        let path = folder.path.join(format!("{version}_{name}.up.sql"));
        Migration { version: version.to_owned(), name, up: Script::new(path, &text), down: None }
    };
    let name = Author::named(&args.name);
    let mut fresh = vec![migration(&version, name.clone(), header.text() + &script(statements))];
    if !leftovers.is_empty() && !args.schema_only {
        let what = format!("what {name} cannot express as a schema");
        let rest = Header { what, replaces: header.replaces, ..Header::default() };
        fresh.push(migration(&Author::after(&version), format!("{name}_rest"), rest.text() + &text_of(leftovers)));
    }
    fresh
}

/// Sees that the new migrations make what the old ones made.
async fn prove(context: &Context<'_>, fresh: &[Migration], managed: &Catalog, scope: &Scope) -> Result<()> {
    let made = engine::replay(context, fresh, None, scope).await.context("The baseline fails in the shadow")?;
    let differences = engine::differences(&made, managed, scope);
    if differences.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = differences.iter().take(10).map(told).collect();
    bail!("Nothing was changed: the baseline does not make what the migrations make: {}", list.join(", "))
}

impl ConsolidateReport {
    /// What is replaced by what, and what is left over.
    fn what(&self, style: &Style) -> String {
        let count = |n: usize, noun| counted(n as u64, noun);
        let head = format!(
            "{}\n  {} in place of {}, proven to build the same catalog\n",
            style.heading("Baseline:"),
            count(self.statements, "statement"),
            count(self.replaced.len(), "migration")
        );
        if self.leftovers.is_empty() {
            return head;
        }
        let line = |leftover: &Leftover| {
            let first = leftover.text.lines().next().unwrap_or_default();
            let fault = leftover.fault.as_ref().map(|fault| format!("\n    {} {fault}", style.warning("not kept:")));
            format!("  {}: {first}{}\n", leftover.place, fault.unwrap_or_default())
        };
        let list: String = self.leftovers.iter().map(line).collect();
        let becomes = if self.schema_only { "left out (--schema-only)" } else { "kept in a migration of their own" };
        format!("{head}{}\n{list}", style.heading(&format!("What a schema cannot express, {becomes}:")))
    }
}

impl Report for ConsolidateReport {
    fn human(&self, style: &Style) -> String {
        let written: String = self.written.iter().map(|file| format!("  {file}\n")).collect();
        match self.outcome {
            Outcome::Nothing => "There are fewer than two migrations: nothing to consolidate\n".to_owned(),
            Outcome::Declined => "Nothing was changed\n".to_owned(),
            Outcome::Planned => {
                format!("{}Would be written:\n{written}\nNothing was changed (--dry-run)\n", self.what(style))
            }
            Outcome::Consolidated => format!(
                "{} {}, now in archive/; wrote\n{written}\
                 Databases that have had them are marked by the next 'dbtool apply-safe'; no statement is run there\n",
                style.good("Consolidated"),
                counted(self.replaced.len() as u64, "migration")
            ),
        }
    }

    fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::Declined => Exit::Refused,
            Outcome::Nothing | Outcome::Planned | Outcome::Consolidated => Exit::Done,
        }
    }
}
