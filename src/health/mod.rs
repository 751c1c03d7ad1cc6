//! What is wrong with a database although it is in step: one file per check, each finding with its repair as SQL.

mod ignore;
mod live;
mod schema;

use serde::{Deserialize, Serialize};

pub use ignore::Ignored;
pub use live::live;
pub use schema::schema;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Costs time or safety sooner or later.
    Warning,
    /// Lets data out, or will stop the work.
    Error,
}

impl Severity {
    /// The severity as a check's SQL writes it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "note" => Some(Severity::Note),
            "warning" => Some(Severity::Warning),
            "error" => Some(Severity::Error),
            _ => None,
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The check.
    pub check: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The identity of the object, or the name of what it is about.
    pub object: String,
    /// What is wrong.
    pub message: String,
    /// The SQL that repairs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
}

/// A finding before it has the name of its check.
struct Found {
    severity: Severity,
    object: String,
    message: String,
    repair: Option<String>,
}

impl Found {
    fn new(severity: Severity, object: &str, message: impl Into<String>, repair: impl Into<String>) -> Self {
        Self { severity, object: object.to_owned(), message: message.into(), repair: Some(repair.into()) }
    }

    fn of(self, check: &'static str) -> Finding {
        let Self { severity, object, message, repair } = self;
        Finding { check, severity, object, message, repair }
    }
}

/// The names of all checks.
pub fn names() -> impl Iterator<Item = &'static str> {
    schema::CHECKS.iter().map(|(name, _)| *name).chain(live::CHECKS.iter().map(|(name, _)| *name))
}
