//! The failures after which a user must act: what happened, what to do next, and the exit code.

use std::fmt;

/// The exit codes of the process, the same for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or no difference.
    Done = 0,
    /// A difference, a failed check, something pending.
    Difference = 1,
    /// Trouble: no connection, invalid SQL, a fault.
    Trouble = 2,
    /// Refused: would lose data, protected, diverged.
    Refused = 3,
    /// Interrupted by Ctrl-C.
    Interrupted = 130,
}

/// Where a fault stands in a file that the user wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's path as the user knows it, relative where it was given so.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The text of that line.
    pub text: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Place {
    /// The line with a marker under the column, as two lines of text.
    pub fn marked(&self) -> String {
        let gutter = self.line.to_string();
        let pad: String =
            self.text.chars().take(self.column.saturating_sub(1)).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        format!("{gutter} | {}\n{} | {pad}^", self.text, " ".repeat(gutter.len()))
    }
}

/// A failure that the user can do something about; found by downcast at the edge.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// SQL that the server, or the reader of files, rejects.
    #[error("Invalid SQL in {} at line {}, column {}: {message}\n\n{}", place.file, place.line, place.column, place.marked())]
    InvalidSql {
        /// Where.
        place: Place,
        /// The server's own words.
        message: String,
        /// What to do next, when more is known than "correct it".
        hint: Option<String>,
    },
    /// A statement that does not belong where it stands (data in `schema.sql`, `CREATE DATABASE`, …).
    #[error("{place}: {message}\n\n{}", place.marked())]
    Misplaced {
        /// Where.
        place: Place,
        /// What it is and why it is refused.
        message: String,
        /// What to do next.
        hint: String,
    },
    /// A file or folder that is missing, empty or not readable as text.
    #[error("{message}")]
    File {
        /// Which file, and what is wrong with it.
        message: String,
        /// What to do next.
        hint: String,
    },
    /// A server that cannot be reached or does not let us in.
    #[error("Cannot connect to {target}. {advice}: {reason}")]
    Connect {
        /// The environment's name, or host and database.
        target: String,
        /// "Check DATABASE_URL", in the words for this source of the URL.
        advice: String,
        /// The reason without any password.
        reason: String,
        /// What to do next.
        hint: String,
    },
    /// Something that this machine or server lacks (a program, an extension, a privilege).
    #[error("{message}")]
    Missing {
        /// What is missing for what.
        message: String,
        /// How to get it.
        hint: String,
    },
    /// Something in the configuration or on the command line that cannot be meant.
    #[error("{message}")]
    Usage {
        /// What is wrong, with the place (`dbtool.toml:line`) where there is one.
        message: String,
        /// What to write instead.
        hint: String,
    },
    /// A refusal to protect something.
    #[error("{message}")]
    Refused {
        /// What would be lost or broken.
        message: String,
        /// The flag or command that goes on.
        hint: String,
    },
    /// The user pressed Ctrl-C.
    #[error("Interrupted")]
    Interrupted,
}

impl Failure {
    /// What the user can do next, on a line of its own.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Failure::InvalidSql { hint, .. } => hint.as_deref(),
            Failure::Misplaced { hint, .. }
            | Failure::File { hint, .. }
            | Failure::Connect { hint, .. }
            | Failure::Missing { hint, .. }
            | Failure::Usage { hint, .. }
            | Failure::Refused { hint, .. } => Some(hint),
            Failure::Interrupted => None,
        }
    }

    /// The exit code that this failure ends the process with.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Refused { .. } => Exit::Refused,
            Failure::Interrupted => Exit::Interrupted,
            _ => Exit::Trouble,
        }
    }
}
