//! What must hold before a merge or a deploy: a registry of checks, each with what it found and where.

mod checks;
mod findings;
mod ways;

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use super::Context;
use super::config::Endpoint;
use super::engine;
use super::migrations::folder;
use super::report::ErrorReport;
use crate::catalog::Scope;
use crate::migration::Folder;

pub use findings::{github, junit, sarif};

/// What a check found, or nothing where it does not apply.
pub type Found = Result<Option<Vec<Finding>>>;

/// A check.
pub struct Check {
    /// Its name, for `--only` and `--skip`.
    pub name: &'static str,
    /// What holds when it passes.
    pub about: &'static str,
    /// The checks whose faults it would only tell again, so that it is not run when one of them fails.
    pub needs: &'static [&'static str],
    /// Runs it; nothing when there is nothing that it could be run on.
    pub run: for<'a> fn(&'a State<'a>) -> LocalBoxFuture<'a, Found>,
}

/// The checks, in the order in which they run; another one is one more line.
pub const CHECKS: &[Check] = &[
    Check {
        name: "schema",
        about: "schema.sql parses and builds",
        needs: &[],
        run: |state| Box::pin(checks::schema(state)),
    },
    Check {
        name: "files",
        about: "the migrations' names, order and checksums are right",
        needs: &[],
        run: |state| Box::pin(checks::files(state)),
    },
    Check {
        name: "replay",
        about: "the migrations, run from nothing, make what schema.sql declares",
        needs: &["schema", "files"],
        run: |state| Box::pin(checks::replay(state)),
    },
    Check {
        name: "ways",
        about: "each generated migration goes up, down and up again, and keeps the rows",
        needs: &["files", "replay"],
        run: |state| Box::pin(ways::ways(state)),
    },
    Check {
        name: "target",
        about: "the database has every migration, and nothing was changed by hand",
        needs: &["files"],
        run: |state| Box::pin(checks::target(state)),
    },
    Check {
        name: "types",
        about: "the files of types are those of schema.sql",
        needs: &["schema"],
        run: |state| Box::pin(checks::types(state)),
    },
    Check {
        name: "health",
        about: "what schema.sql declares has no error that 'dbtool health' knows",
        needs: &["schema"],
        run: |state| Box::pin(checks::health(state)),
    },
];

/// What the checks are run on.
pub struct State<'a> {
    /// What every command has at hand.
    pub context: &'a Context<'a>,
    /// The migrations.
    pub folder: Folder,
    /// What is managed.
    pub scope: Scope,
}

/// Something that does not hold.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Finding {
    /// What is wrong.
    pub message: String,
    /// The file, if it is in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The command or the act that repairs it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub repair: String,
}

/// What came of a check.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The check's name.
    pub check: &'static str,
    /// What holds when it passes.
    pub about: &'static str,
    /// `passed`, `failed`, `skipped`.
    pub outcome: &'static str,
    /// How long it took.
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub duration: Duration,
    /// The check that failed, so that this one was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<&'static str>,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

fn milliseconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// Runs the checks that are wanted.
pub async fn run(context: &Context<'_>, wanted: impl Fn(&str) -> bool) -> Result<Vec<Outcome>> {
    let side = context.target().map_or_else(|_| context.schema(), Endpoint::Database);
    let state = State { context, folder: folder(context)?, scope: engine::scope(context, &[&side]) };
    let mut outcomes: Vec<Outcome> = Vec::new();
    for check in CHECKS.iter().filter(|check| wanted(check.name)) {
        let begun = Instant::now();
        let is_needed = |other: &&Outcome| other.outcome == "failed" && check.needs.contains(&other.check);
        let blocked_by = outcomes.iter().find(is_needed).map(|other| other.check);
        let found = if blocked_by.is_some() { Ok(None) } else { (check.run)(&state).await };
        let (outcome, findings) = match found {
            Ok(None) => ("skipped", Vec::new()),
            Ok(Some(findings)) if findings.is_empty() => ("passed", findings),
            Ok(Some(findings)) => ("failed", findings),
            Err(error) => ("failed", vec![Finding::of(&error).or_repair(check)]),
        };
        let Check { name, about, .. } = *check;
        outcomes.push(Outcome { check: name, about, outcome, duration: begun.elapsed(), blocked_by, findings });
    }
    Ok(outcomes)
}

impl Finding {
    /// The same with what to do where nothing more is known.
    fn or_repair(mut self, check: &Check) -> Self {
        if self.repair.is_empty() {
            self.repair = format!("Correct it, and see that it holds: dbtool verify --only {}", check.name);
        }
        self
    }

    /// What an error says, with its place.
    pub fn of(error: &anyhow::Error) -> Self {
        let told = ErrorReport::of(error);
        let (file, line) = told.place().map_or((None, None), |(file, line)| (Some(file), Some(line)));
        let placed = error.downcast_ref::<crate::run::StatementFault>().and_then(|fault| fault.place.as_ref());
        let file = file.or_else(|| placed.map(|place| place.file.clone()));
        let line = line.or_else(|| placed.map(|place| place.line));
        Self { message: told.message().to_owned(), file, line, repair: told.hint().unwrap_or_default().to_owned() }
    }
}
