//! `dbtool env`.

use std::time::Duration;

use anyhow::{Result, anyhow};
use futures_util::future::join_all;
use serde::Serialize;

use crate::cli::config::LOCAL;
use crate::cli::migrations::{Project, Waiting};
use crate::cli::options::Global;
use crate::cli::render::{Cell, Grid, counted};
use crate::cli::report::{ErrorReport, Report};
use crate::cli::style::Style;
use crate::cli::{Context, engine, local};
use crate::failure::Exit;
use crate::migration::{State, standings};

/// Show the environments
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(ListArgs),
}

/// Show all environments side by side: version, in step with schema.sql, pending migrations, drift from them
///
/// All are asked at once, and none is waited for longer than --timeout. Nothing is changed, and the local Postgres is not started.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool env list
  dbtool env list --timeout 5 --json")]
struct ListArgs {
    /// How many seconds to wait for an environment
    #[arg(long, value_name = "SECONDS", default_value = "20")]
    timeout: u64,
}

/// The answer: `{"environments": [{"name", "address"?, "protected", "reachable", "server"?, "differences"?, "pending"?, "drift"?,
/// "error"?}]}`; `differences` is from schema.sql, `drift` from what the migrations made.
#[derive(Debug, Serialize)]
pub struct EnvReport {
    environments: Vec<Row>,
}

/// One environment.
#[derive(Debug, Default, Serialize)]
struct Row {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    protected: bool,
    reachable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Asks all environments at once.
pub async fn run(args: Args, context: &Context<'_>) -> Result<EnvReport> {
    let Command::List(args) = args.command;
    let mut names: Vec<&str> = context.config.file.env.keys().map(String::as_str).collect();
    if !names.contains(&LOCAL) && local::server(&context.config)?.state().running {
        names.push(LOCAL);
    }
    let _progress = context.ui.spinner("Asking the environments");
    let rows = join_all(names.into_iter().map(|name| row(context, name, Duration::from_secs(args.timeout)))).await;
    Ok(EnvReport { environments: rows })
}

/// What is known of one environment; a failure is part of it.
async fn row(context: &Context<'_>, name: &str, timeout: Duration) -> Row {
    let global = Global { env: Some(name.to_owned()), url: None, ..context.global.clone() };
    let own = Context { ui: context.ui, config: context.config.clone(), global, sources: Default::default() };
    let mut row = Row { name: name.to_owned(), ..Row::default() };
    let outcome = match tokio::time::timeout(timeout, fill(&own, &mut row)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(anyhow!("no answer within {} s", timeout.as_secs())),
    };
    row.error = outcome.err().map(|error| ErrorReport::of(&error).message().to_owned());
    row
}

/// Fills in what is known, so that what comes before a failure stays.
async fn fill(context: &Context<'_>, row: &mut Row) -> Result<()> {
    let project = Project::open(context)?;
    row.address = Some(project.target.address()?.target()).filter(|_| row.name != LOCAL);
    row.protected = context.config.is_protected(&project.target)?;
    let database = project.look(&Waiting::default()).await?;
    row.reachable = true;
    let version = database.session().version_text();
    row.server = Some(version.split(' ').next().unwrap_or_default().to_owned());
    let standings = standings(&project.folder.migrations, &database.records);
    row.pending = Some(standings.iter().filter(|standing| standing.state != State::Applied).count());
    let drift = project.drift(&database).await;
    let scope = project.scope.clone();
    let sides = engine::facing(context, database.live, &context.schema(), &scope).await?;
    row.differences = Some(engine::comparison(&sides)?.entries.len());
    sides.close().await;
    row.drift = Some(drift?.map_or(0, |drift| drift.differences.len()));
    Ok(())
}

impl Row {
    /// How many of something there are; nothing is said of what is not known.
    fn cell(&self, count: Option<usize>, none: &str, noun: &str) -> Cell {
        match count {
            None if self.reachable => Cell::painted("unknown", Style::warning),
            None => Cell::from("-"),
            Some(0) => Cell::painted(none, Style::good),
            Some(count) => Cell::painted(counted(count as u64, noun), Style::warning),
        }
    }
}

impl Report for EnvReport {
    fn human(&self, style: &Style) -> String {
        if self.environments.is_empty() {
            return "There are no environments: write [env.NAME] with its url to dbtool.toml\n".to_owned();
        }
        let columns = ["ENVIRONMENT", "DATABASE", "POSTGRES", "SCHEMA", "PENDING", "DRIFT", "PROTECTED"];
        let mut grid = Grid::new(&columns);
        for row in &self.environments {
            let server = row.server.as_deref().map(Cell::from);
            grid.row([
                Cell::from(&*row.name),
                Cell::from(row.address.as_deref().unwrap_or(if row.name == LOCAL {
                    "this project's own"
                } else {
                    "-"
                })),
                server.unwrap_or_else(|| Cell::painted("unreachable", Style::error)),
                row.cell(row.differences, "in step", "difference"),
                row.cell(row.pending, "none", "migration"),
                row.cell(row.drift, "none", "object"),
                Cell::from(if row.protected { "yes" } else { "" }),
            ]);
        }
        let faults = self
            .environments
            .iter()
            .filter_map(|row| Some(format!("{}: {}\n", style.warning(&row.name), row.error.as_ref()?)));
        let faults: String = faults.collect();
        let between = if faults.is_empty() { "" } else { "\n" };
        format!("{}{between}{faults}", grid.lines(style))
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
