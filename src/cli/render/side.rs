//! A side of a comparison, as it is named in answers.

use jiff::Timestamp;
use serde::Serialize;

use super::measure::ago;

/// A side of a comparison; in JSON `{"kind": "files" | "database" | "snapshot", …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Side {
    /// Schema files.
    Files {
        /// What was named: "schema.sql".
        name: String,
        /// When the newest of them was changed.
        modified: Option<Timestamp>,
    },
    /// A live database.
    Database {
        /// The environment's name, else the address.
        name: String,
        /// Host and database, without user and password: "db.example.com/app".
        address: String,
        /// The server: "PostgreSQL 15.18".
        server: String,
    },
    /// A saved snapshot.
    Snapshot {
        /// The file.
        name: String,
        /// When it was saved.
        taken: Option<Timestamp>,
    },
}

impl Side {
    /// The name for sentences: "Missing in production".
    pub fn name(&self) -> &str {
        match self {
            Side::Files { name, .. } | Side::Database { name, .. } | Side::Snapshot { name, .. } => name,
        }
    }

    /// The name and what else is known: "schema.sql (modified 2 hours ago)".
    pub fn described(&self, now: Timestamp) -> String {
        match self {
            Side::Files { name, modified: Some(time) } => format!("{name} (modified {})", ago(*time, now)),
            Side::Snapshot { name, taken: Some(time) } => format!("{name} (saved {})", ago(*time, now)),
            Side::Database { name, address, server } if name == address => format!("{name} ({server})"),
            Side::Database { name, address, server } => format!("{name} ({address}, {server})"),
            Side::Files { name, modified: None } | Side::Snapshot { name, taken: None } => name.clone(),
        }
    }
}
