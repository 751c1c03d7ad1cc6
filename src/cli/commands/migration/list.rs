//! `dbtool migration list`.

use anyhow::Result;
use serde::Serialize;
use similar::TextDiff;

use crate::cli::Context;
use crate::cli::engine;
use crate::cli::migrations::folder;
use crate::cli::render::table;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;
use crate::migration::{Fault, Ledger, Record, Standing, State, standings};

/// List the migrations: applied when and by whom, pending, changed since, missing, out of order
///
/// Of one that was changed after it was applied, what changed in its text is shown below the list.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool migration list
  dbtool migration list --env production --json")]
pub struct Args {
    /// Only those that are not as they should be, or not applied
    #[arg(long)]
    open: bool,
}

/// A migration of the answer.
#[derive(Debug, Serialize)]
struct Line {
    version: String,
    name: String,
    state: State,
    #[serde(skip_serializing_if = "String::is_empty")]
    applied_at: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    applied_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<i64>,
    down: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<String>,
}

/// The answer: `{"migrations": [{"version", "name", "state": "applied" | "pending" | "out_of_order" | "changed" | "missing" | "replaced" | "interrupted",
/// "applied_at"?, "applied_by"?, "duration_ms"?, "down", "change"?}], "faults": ["…"], "other_ledgers": ["…"]}`.
#[derive(Debug, Serialize)]
pub struct ListReport {
    migrations: Vec<Line>,
    faults: Vec<String>,
    other_ledgers: Vec<String>,
}

/// Reads folder and ledger.
pub async fn run(args: Args, context: &Context<'_>) -> Result<ListReport> {
    let folder = folder(context)?;
    let session = engine::open(&context.target()?).await?;
    let ledger = Ledger::new(&context.config.file.migrations.ledger);
    let records = ledger.records(&session).await?;
    let others = ledger.others(&session).await?;
    session.close().await;
    let mut migrations: Vec<Line> = standings(&folder.migrations, &records).iter().map(line).collect();
    migrations.retain(|line| !args.open || line.state != State::Applied);
    let fault = |fault: &Fault| format!("{} {}", fault.path.display(), fault.message);
    Ok(ListReport {
        migrations,
        faults: folder.faults.iter().map(fault).collect(),
        other_ledgers: others
            .iter()
            .map(|(schema, tool)| format!("{schema}.schema_migrations is kept by {tool}"))
            .collect(),
    })
}

fn line(standing: &Standing<'_>) -> Line {
    let of_record = |get: fn(&Record) -> String| standing.record.map(get).unwrap_or_default();
    let in_file = standing.migration.is_some_and(|migration| migration.down.is_some());
    Line {
        version: standing.version.to_owned(),
        name: standing.name.to_owned(),
        state: standing.state,
        applied_at: of_record(|record| record.applied_at.clone()),
        applied_by: of_record(|record| record.applied_by.clone()),
        duration_ms: standing.record.and_then(|record| record.duration_ms),
        down: in_file || standing.record.is_some_and(|record| record.down.is_some()),
        change: change(standing),
    }
}

/// What changed in the text of a migration since it was applied.
fn change(standing: &Standing<'_>) -> Option<String> {
    let (migration, record) = (standing.migration?, standing.record?);
    let before = record.up.as_ref().filter(|_| standing.state == State::Changed)?;
    let diff = TextDiff::from_lines(before.as_str(), migration.up.text.as_str());
    Some(diff.unified_diff().header("as it was applied", &migration.up.shown()).to_string())
}

impl Report for ListReport {
    fn human(&self, style: &Style) -> String {
        let row = |line: &Line| {
            let state = match line.state {
                State::Applied => "applied",
                State::Pending => "pending",
                State::OutOfOrder => "out of order",
                State::Changed => "changed since",
                State::Missing => "file missing",
                State::Replaced => "in a baseline",
                State::Interrupted => "cut off",
            };
            let took = line.duration_ms.map(|ms| format!("{ms} ms")).unwrap_or_default();
            let down = if line.down { "yes" } else { "no" };
            let cells = [&line.version, &line.name, state, &line.applied_at, &line.applied_by, &took, down];
            cells.map(str::to_owned).to_vec()
        };
        let mut out = match self.migrations.as_slice() {
            [] => "There is no migration\n".to_owned(),
            lines => {
                let heads = ["VERSION", "NAME", "STATE", "APPLIED", "BY", "TOOK", "DOWN"];
                table(&heads, &lines.iter().map(row).collect::<Vec<_>>(), style)
            }
        };
        out.extend(self.migrations.iter().filter_map(|line| line.change.as_ref()).map(|change| format!("\n{change}")));
        out.extend(self.faults.iter().map(|fault| format!("\n{} {fault}\n", style.warning("warning:"))));
        let is_taken_over = self.migrations.iter().any(|line| line.state == State::Applied);
        let how = if is_taken_over { "" } else { "; take it over with 'dbtool migration import'" };
        out.extend(self.other_ledgers.iter().map(|other| format!("\n{other}{how}\n")));
        out
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
