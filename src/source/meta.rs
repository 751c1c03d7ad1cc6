//! psql's own commands, as far as they stand in schema files.

use crate::failure::{Failure, Place};

/// What a line for psql means here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meta<'a> {
    /// Nothing: it changes only what psql does.
    Skipped(&'a str),
    /// Another file's content stands here.
    Include {
        /// The file's path.
        file: &'a str,
        /// Whether the path is relative to the including file.
        beside: bool,
    },
}

/// The commands that declare nothing: pg_dump writes some of them.
const SKIPPED: &[&str] = &[
    "restrict",
    "unrestrict",
    "connect",
    "c",
    "echo",
    "qecho",
    "warn",
    "set",
    "unset",
    "pset",
    "timing",
    "encoding",
    "x",
    "t",
    "a",
    "o",
    "errverbose",
    "conninfo",
];

/// Reads a line that begins with a backslash.
pub(super) fn read(line: &str, place: impl Fn() -> Place) -> Result<Meta<'_>, Failure> {
    let line = line.trim_start_matches('\\');
    let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let file = rest.trim().trim_matches(['\'', '"']);
    match command {
        "i" | "include" => Ok(Meta::Include { file, beside: false }),
        "ir" | "include_relative" => Ok(Meta::Include { file, beside: true }),
        "copy" => Err(Failure::Misplaced {
            place: place(),
            message: "\\copy changes data, and this file declares a schema".to_owned(),
            hint: "Move the data to the seed files and run 'dbtool seed'.".to_owned(),
        }),
        command if SKIPPED.contains(&command) => Ok(Meta::Skipped(command)),
        command => Err(Failure::Misplaced {
            place: place(),
            message: format!("\\{command} is a command of psql that dbtool does not know"),
            hint: "Remove it; of psql's commands only \\i and \\ir do something here.".to_owned(),
        }),
    }
}
