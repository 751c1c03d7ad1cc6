//! `dbtool doctor`.

use anyhow::Result;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::doctor::{Facts, Finding, State, run as check};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;

/// Tell what is wrong with this machine or with the way to the database, and the repair
///
/// Looks at the programs of Postgres, the connection, its encryption and pooler, what the role may do and which commands will work with
/// it, the clock, the room on disk, the cache and what interrupted runs left. Changes nothing. Exits with 1 when something does not work.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool doctor
  dbtool doctor --env production --json")]
pub struct Args {}

/// The answer: `{"findings": [{"check", "state": "good" | "warning" | "bad", "message", "repair"?}]}`.
#[derive(Debug, Serialize)]
pub struct DoctorReport {
    findings: Vec<Finding>,
}

/// Gathers the facts and judges them.
pub async fn run(_args: Args, context: &Context<'_>) -> Result<DoctorReport> {
    let progress = context.ui.spinner("Looking around");
    let facts = Facts::gather(context).await;
    drop(progress);
    Ok(DoctorReport { findings: check(&facts) })
}

impl Report for DoctorReport {
    fn human(&self, style: &Style) -> String {
        let mut text = String::new();
        let mut last = "";
        for finding in &self.findings {
            if finding.check != last {
                text.push_str(&format!("{}\n", style.heading(finding.check)));
                last = finding.check;
            }
            let mark = match finding.state {
                State::Good => style.good("ok"),
                State::Warning => style.warning("warning"),
                State::Bad => style.error("fault"),
            };
            text.push_str(&format!("  {mark}: {}\n", finding.message.replace('\n', "\n    ")));
            if let Some(repair) = &finding.repair {
                text.push_str(&format!("      {repair}\n"));
            }
        }
        text
    }

    fn exit(&self) -> Exit {
        let broken = self.findings.iter().any(|finding| finding.state == State::Bad);
        if broken { Exit::Difference } else { Exit::Done }
    }
}
