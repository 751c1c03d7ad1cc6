//! What the server says against a statement that was run.

use std::fmt;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::database::{Absent, words};
use crate::failure::Place;
use crate::sql::Statement;

/// A statement that failed.
#[derive(Clone, Debug)]
pub struct StatementFault {
    /// The server's words, or the driver's when the connection is gone.
    pub message: String,
    /// The server's code.
    pub code: Option<SqlState>,
    /// The statement.
    pub text: String,
    /// Where it stands, if it stands in a file.
    pub place: Option<Place>,
    /// What to do about it, if that is known.
    pub hint: Option<String>,
}

impl StatementFault {
    /// The fault that an error stands for.
    pub fn new(error: &Error, statement: &Statement) -> Self {
        let message = match error.as_db_error() {
            Some(fault) => {
                let detail = fault.detail().map(|detail| format!("\n  {detail}")).unwrap_or_default();
                format!("{}{detail}", fault.message())
            }
            None => format!("{error}: {}", source(error)),
        };
        Self {
            message,
            code: error.code().cloned(),
            text: statement.text.clone(),
            place: None,
            hint: error.as_db_error().and_then(words::advice),
        }
    }

    /// Whether it failed only because others held a lock for too long.
    pub fn is_of_locks(&self) -> bool {
        matches!(&self.code, Some(code) if [SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_DEADLOCK_DETECTED].contains(code))
    }

    /// Whether the connection is gone, so that nothing is known of what the statement did.
    pub fn lost_connection(&self) -> bool {
        match &self.code {
            Some(code) => code.code().starts_with("57P") || code.code().starts_with("08"),
            None => true,
        }
    }

    /// What the server lacks beside the database, if that is what it says.
    pub fn absent(&self) -> Option<Absent> {
        Absent::said(&self.message)
    }
}

fn source(error: &Error) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}

impl fmt::Display for StatementFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        write!(f, "{place}{}\n\nin the statement\n{}", self.message, self.text)
    }
}

impl std::error::Error for StatementFault {}
