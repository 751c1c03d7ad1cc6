//! What is wrong with this machine or this database, one file per check; each finding names its repair.

mod cache;
mod clock;
mod connection;
mod disk;
mod facts;
mod leftovers;
mod pooler;
mod privileges;
mod programs;
mod tls;
mod version;

use serde::Serialize;

pub use facts::Facts;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Good,
    /// Works, but not as well as it could.
    Warning,
    /// Does not work.
    Bad,
}

/// What a check found.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// The check.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// What was found.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
}

/// What a check says: a state, what was found, and the repair.
pub type Said = (State, String, Option<String>);

/// A check: from the facts to what there is to say.
type Check = fn(&Facts<'_>) -> Vec<Said>;

/// The checks, in the order in which one needs what the one before is about.
const CHECKS: &[(&str, Check)] = &[
    ("programs", programs::check),
    ("connection", connection::check),
    ("version", version::check),
    ("tls", tls::check),
    ("pooler", pooler::check),
    ("privileges", privileges::check),
    ("clock", clock::check),
    ("disk", disk::check),
    ("cache", cache::check),
    ("leftovers", leftovers::check),
];

/// Runs all checks.
pub fn run(facts: &Facts<'_>) -> Vec<Finding> {
    let run = |(name, check): &(&'static str, Check)| {
        let finding = |(state, message, repair)| Finding { check: name, state, message, repair };
        check(facts).into_iter().map(finding).collect::<Vec<_>>()
    };
    CHECKS.iter().flat_map(run).collect()
}

/// As it should be.
fn good(message: impl Into<String>) -> Said {
    (State::Good, message.into(), None)
}

/// Works, but not as well as it could.
fn warning(message: impl Into<String>, repair: impl Into<String>) -> Said {
    (State::Warning, message.into(), Some(repair.into()))
}

/// Does not work.
fn bad(message: impl Into<String>, repair: impl Into<String>) -> Said {
    (State::Bad, message.into(), Some(repair.into()))
}
