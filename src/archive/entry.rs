//! The list of what the archive holds.

use super::say;
use crate::catalog::ARCHIVE;
use crate::sql::{Statement, literal};

/// The table that lists what the archive holds, in the archive's schema.
pub const LIST: &str = "dbtool_archive.entries";

/// Makes the schema and the list, where they are not there.
pub fn begin() -> Vec<Statement> {
    let columns = "name text PRIMARY KEY, version text NOT NULL, what text NOT NULL, restore text NOT NULL, \
        archived_at timestamptz NOT NULL DEFAULT now(), archived_by text NOT NULL DEFAULT current_user";
    vec![
        say(format!("CREATE SCHEMA IF NOT EXISTS {ARCHIVE}")),
        say(format!("CREATE TABLE IF NOT EXISTS {LIST} ({columns})")),
    ]
}

/// Removes the schema when nothing is in it any more.
pub fn end() -> Statement {
    say(format!(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM {LIST}) THEN DROP TABLE {LIST}; DROP SCHEMA {ARCHIVE}; END IF; END $$"
    ))
}

/// Enters something in the list, with the statements that bring it back.
pub fn enter(name: &str, version: &str, what: &str, restore: &str) -> Statement {
    let values = [name, version, what, restore].map(|text| literal(text).trim_start().to_owned()).join(", ");
    say(format!("INSERT INTO {LIST} (name, version, what, restore) VALUES ({values})"))
}

/// Takes something out of the list.
pub fn leave(name: &str) -> Statement {
    say(format!("DELETE FROM {LIST} WHERE name = {}", literal(name).trim_start()))
}
