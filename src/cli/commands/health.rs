//! `dbtool health`.

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;

use crate::cli::config::Endpoint;
use crate::cli::render::counted;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::Exit;
use crate::health::{Finding, Ignored, Severity, live, schema};

/// Find what is wrong with a database although it is in step: policies, privileges, keys, indexes, sequences, bloat, statements
///
/// Every finding names its repair as SQL. Exits with 1 when something is found that is as severe as --fail-on. What a project has decided
/// to live with stands in dbtool.toml: [health] ignore = ["primary_key app.log_*"].
#[derive(Debug, clap::Args)]
#[command(
    visible_alias = "validate",
    after_help = "Examples:
  dbtool health --env production
  dbtool health --schema --fail-on error --format github"
)]
pub struct Args {
    /// Check what schema.sql declares, instead of the database
    #[arg(long)]
    schema: bool,

    /// From which severity on the exit code is 1
    #[arg(long, value_enum, default_value_t)]
    fail_on: FailOn,

    /// How the findings are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// From which severity on the exit code is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// From notes on
    Note,
    /// From warnings on
    #[default]
    Warning,
    /// From errors on
    Error,
    /// Never
    Never,
}

/// How the findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// As annotations of a workflow on GitHub
    Github,
}

/// The answer: `{"target", "findings": [{"check", "severity": "note" | "warning" | "error", "object", "message", "repair"?}], "ignored"}`.
#[derive(Debug, Serialize)]
pub struct HealthReport {
    target: String,
    findings: Vec<Finding>,
    ignored: usize,
    #[serde(skip)]
    fail_on: Option<Severity>,
    #[serde(skip)]
    format: Format,
}

/// Reads the catalog, runs the checks, and leaves out what is ignored.
pub async fn run(args: Args, context: &Context<'_>) -> Result<HealthReport> {
    let ignored = Ignored::read(&context.config.file.health.ignore)?;
    let progress = context.ui.spinner("Checking");
    let (target, mut findings) = match args.schema {
        true => ("the schema".to_owned(), schema(&engine::catalog(context, &context.schema()).await?)),
        false => database(context).await?,
    };
    drop(progress);
    let all = findings.len();
    findings.retain(|finding| !ignored.covers(finding));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let fail_on = match args.fail_on {
        FailOn::Note => Some(Severity::Note),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Error => Some(Severity::Error),
        FailOn::Never => None,
    };
    Ok(HealthReport { target, ignored: all - findings.len(), findings, fail_on, format: args.format })
}

/// What is found in the catalog and in the running database.
async fn database(context: &Context<'_>) -> Result<(String, Vec<Finding>)> {
    let target = context.target()?;
    let endpoint = Endpoint::Database(target.clone());
    let mut findings = schema(&engine::catalog(context, &endpoint).await?);
    let session = engine::open(&target).await?;
    findings.extend(session.interruptible(live(&session, &engine::scope(context, &[&endpoint]))).await?);
    session.close().await;
    Ok((target.name()?, findings))
}

impl HealthReport {
    fn text(&self, style: &Style) -> String {
        let mut text: String = self.findings.iter().map(|finding| told(finding, style)).collect();
        if !text.is_empty() {
            text.push('\n');
        }
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count() as u64;
        let severities = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
        let counts =
            severities.into_iter().map(|(severity, noun)| (count(severity), noun)).filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, noun)| counted(count, noun)).collect();
        let ignored = if self.ignored == 0 { String::new() } else { format!(" ({} ignored)", self.ignored) };
        match counts.as_slice() {
            [] => format!("{} {}{ignored}\n", style.good("Nothing is wrong with"), self.target),
            counts => format!("{text}{}: {}{ignored}\n", self.target, counts.join(", ")),
        }
    }
}

/// A finding with its repair.
fn told(finding: &Finding, style: &Style) -> String {
    let Finding { check, severity, object, message, repair } = finding;
    let severity = match severity {
        Severity::Error => style.error("error"),
        Severity::Warning => style.warning("warning"),
        Severity::Note => style.faint("note"),
    };
    let repair = repair.as_ref().map(|repair| format!("    {repair};\n")).unwrap_or_default();
    format!("{severity} {} {}\n  {message}\n{repair}", style.heading(object), style.faint(&format!("[{check}]")))
}

/// A finding as a workflow command of GitHub.
fn annotation(finding: &Finding) -> String {
    let Finding { check, severity, object, message, repair } = finding;
    let level = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let repair = repair.as_ref().map(|repair| format!("\n{repair};")).unwrap_or_default();
    let text = format!("{object}: {message}{repair}");
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    format!("::{level} title=dbtool health: {check}::{text}\n")
}

impl Report for HealthReport {
    fn human(&self, style: &Style) -> String {
        match self.format {
            Format::Text => self.text(style),
            Format::Github => self.findings.iter().map(annotation).collect(),
        }
    }

    fn exit(&self) -> Exit {
        let fails = |finding: &Finding| self.fail_on.is_some_and(|least| finding.severity >= least);
        if self.findings.iter().any(fails) { Exit::Difference } else { Exit::Done }
    }
}
