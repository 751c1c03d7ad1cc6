//! `dbtool history`.

use anyhow::Result;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::engine;
use crate::cli::render::table;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;
use crate::migration::{Entry, Ledger};

/// Show who changed what, and when
///
/// Every migration up and down, every repair and every failure, with the role in the database, the user of the machine, the person behind
/// a CI job, the machine, and how long it took. The newest stands first.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool history
  dbtool history --env production --limit 100 --json")]
pub struct Args {
    /// How many lines
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    limit: u32,
}

/// The answer: `{"entries": [{"at", "act", "version", "name", "outcome", "detail", "role", "os_user", "actor", "host", "duration_ms"}]}`.
#[derive(Debug, Serialize)]
pub struct HistoryReport {
    entries: Vec<Entry>,
}

/// Reads the log.
pub async fn run(args: Args, context: &Context<'_>) -> Result<HistoryReport> {
    let session = engine::open(&context.target()?).await?;
    let ledger = Ledger::new(&context.config.file.migrations.ledger);
    let entries = ledger.entries(&session, i64::from(args.limit)).await?;
    session.close().await;
    Ok(HistoryReport { entries })
}

impl Report for HistoryReport {
    fn human(&self, style: &Style) -> String {
        if self.entries.is_empty() {
            return "Nothing is recorded yet\n".to_owned();
        }
        let row = |entry: &Entry| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let who = match (&entry.actor, &entry.os_user) {
                (Some(actor), _) => format!("{} ({actor})", entry.role),
                (None, Some(user)) => format!("{} ({user})", entry.role),
                (None, None) => entry.role.clone(),
            };
            let took = entry.duration_ms.map(|ms| format!("{ms} ms")).unwrap_or_default();
            let title = crate::cli::migrations::title(&text(&entry.version), &text(&entry.name));
            let detail = text(&entry.detail).lines().next().unwrap_or_default().to_owned();
            vec![
                entry.at.clone(),
                entry.act.clone(),
                title,
                entry.outcome.clone(),
                who,
                text(&entry.host),
                took,
                detail,
            ]
        };
        let heads = ["WHEN (UTC)", "ACT", "MIGRATION", "OUTCOME", "WHO", "HOST", "TOOK", "DETAIL"];
        table(&heads, &self.entries.iter().map(row).collect::<Vec<_>>(), style)
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
