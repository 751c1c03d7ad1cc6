//! `dbtool verify`.

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::verify::{self, CHECKS, Outcome, github, junit, sarif};
use crate::failure::{Exit, Failure};

/// Check everything that must hold before a merge or a deploy
///
/// No database is needed: schema and migrations are built and replayed in a shadow. Of a database that is named (--env, --url,
/// DATABASE_URL) it is checked that nothing is pending and nothing was changed by hand.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool verify
  dbtool verify --only files,replay --format github
  dbtool verify --env production --only target")]
pub struct Args {
    /// Only these checks
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    only: Vec<String>,

    /// Not these checks
    #[arg(long, value_name = "CHECK", value_delimiter = ',', conflicts_with = "only")]
    skip: Vec<String>,

    /// In what form the answer is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// In what form the answer is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit's XML
    Junit,
}

/// The answer: `{"checks": [{"check", "about", "outcome": "passed" | "failed" | "skipped", "duration_ms",
/// "blocked_by"?, "findings": [{"message", "file"?, "line"?, "repair"?}]}]}`.
#[derive(Debug, Serialize)]
pub struct VerifyReport {
    checks: Vec<Outcome>,
    #[serde(skip)]
    format: Format,
}

/// Runs the checks.
pub async fn run(args: Args, context: &Context<'_>) -> Result<VerifyReport> {
    let known = |name: &String| CHECKS.iter().any(|check| check.name == name);
    if let Some(unknown) = args.only.iter().chain(&args.skip).find(|name| !known(name)) {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        return Err(Failure::Usage {
            message: format!("There is no check \"{unknown}\""),
            hint: format!("There are {}", names.join(", ")),
        }
        .into());
    }
    let named = |list: &[String], name: &str| list.iter().any(|other| other == name);
    let wanted = |name: &str| (args.only.is_empty() || named(&args.only, name)) && !named(&args.skip, name);
    Ok(VerifyReport { checks: verify::run(context, wanted).await?, format: args.format })
}

impl Report for VerifyReport {
    fn human(&self, style: &Style) -> String {
        match self.format {
            Format::Text => self.checks.iter().map(|outcome| told(outcome, style)).collect(),
            Format::Github => github(&self.checks),
            Format::Sarif => sarif(&self.checks),
            Format::Junit => junit(&self.checks),
        }
    }

    fn exit(&self) -> Exit {
        if self.checks.iter().any(|check| check.outcome == "failed") { Exit::Difference } else { Exit::Done }
    }
}

/// A check's line, and what it found below.
fn told(outcome: &Outcome, style: &Style) -> String {
    let mark = match outcome.outcome {
        "passed" => style.good("✓"),
        "failed" => style.error("✗"),
        _ => style.faint("-"),
    };
    let time = match (outcome.outcome, outcome.blocked_by) {
        (_, Some(other)) => format!("not run, for {other} failed"),
        ("skipped", None) => "nothing to check".to_owned(),
        _ => format!("{} ms", outcome.duration.as_millis()),
    };
    let mut out = format!("{mark} {}: {} {}\n", outcome.check, outcome.about, style.faint(&format!("({time})")));
    for finding in &outcome.findings {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        let place = finding.file.as_ref().map(|file| format!("{file}{line}: ")).unwrap_or_default();
        out += &format!("  {place}{}\n", finding.message.replace('\n', "\n  "));
        if !finding.repair.is_empty() {
            out += &format!("  {} {}\n", style.heading("repair:"), finding.repair);
        }
    }
    out
}
