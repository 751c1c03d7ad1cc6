//! What stands beside a backup: where it is from, what it holds, and how to tell that it is whole.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a backup's file is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// The custom format of `pg_dump`, compressed, which `pg_restore` reads.
    #[default]
    Custom,
    /// SQL, which `psql` reads.
    Sql,
}

impl Format {
    /// The file's extension.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Custom => "dump",
            Format::Sql => "sql",
        }
    }
}

/// What of the database a backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contents {
    /// The schema and the rows.
    #[default]
    All,
    /// The schema without any row.
    Schema,
    /// The rows alone.
    Data,
}

impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Contents::All => "schema and rows",
            Contents::Schema => "schema only",
            Contents::Data => "rows only",
        })
    }
}

/// A backup's description, in a JSON file beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The backup's file, in the same folder.
    pub file: String,
    /// How it is written.
    pub format: Format,
    /// What it holds.
    pub contents: Contents,
    /// The tables that it is limited to; all when empty.
    pub tables: Vec<String>,
    /// When its snapshot was taken.
    pub taken_at: Timestamp,
    /// The program that made it, with its version.
    pub made_by: String,
    /// The server's version, as the server writes it.
    pub server: String,
    /// The server's version as a number.
    pub version: u32,
    /// The environment's name, or the database's.
    pub label: String,
    /// Host and database.
    pub database: String,
    /// The last migration that the database had had.
    pub migration: Option<String>,
    /// The size of the file.
    pub bytes: u64,
    /// The SHA-256 of the file.
    pub sha256: String,
    /// How many rows each table has in it.
    pub rows: BTreeMap<String, i64>,
    /// When it was last restored for a trial and found to be equal.
    pub verified_at: Option<Timestamp>,
}

impl Manifest {
    /// Whether the whole database is in it.
    pub fn is_whole(&self) -> bool {
        self.contents == Contents::All && self.tables.is_empty()
    }

    /// The server's major version.
    pub fn major(&self) -> u32 {
        self.version / 10_000
    }

    /// All rows of all tables.
    pub fn total_rows(&self) -> u64 {
        self.rows.values().map(|rows| u64::try_from(*rows).unwrap_or(0)).sum()
    }
}
