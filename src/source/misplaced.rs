//! Statements that do not belong in a schema's files.

use crate::failure::{Failure, Place};
use crate::sql::{Class, Cursor, Head};

/// The tables in which frameworks keep which migrations ran; their dumps of a schema end with the rows (Rails, Ecto, dbmate).
const RECORDS: &[&str] = &["schema_migrations", "ar_internal_metadata"];

/// Whether a statement only fills a framework's record of its migrations, which is no part of the schema.
pub(super) fn fills_record(head: &Head) -> bool {
    head.verb == "INSERT" && RECORDS.contains(&head.object.own_name())
}

/// Refuses what changes rows, acts on the server at large, or would connect elsewhere.
pub(super) fn check(head: &Head, text: &str, place: impl FnOnce() -> Place) -> Result<(), Failure> {
    let refuse =
        |message: String, hint: &str| Err(Failure::Misplaced { place: place(), message, hint: hint.to_owned() });
    match head.class {
        Class::Data => refuse(
            format!("{} changes data, and this file declares a schema", head.verb),
            "Move the statement to the seed files and run 'dbtool seed'.",
        ),
        Class::Server if head.verb == "DROP" => refuse(
            format!("{} takes away, and this file declares what is to be there", what(head)),
            "Remove the statement: what is not declared is dropped by 'dbtool sync'.",
        ),
        Class::Server => refuse(
            format!("{} acts on the server at large, not on one database's schema", what(head)),
            "Remove the statement and run it by hand where it is wanted.",
        ),
        Class::Schema if head.verb == "CREATE" && head.object.keyword == "SUBSCRIPTION" && connects(text) => refuse(
            "CREATE SUBSCRIPTION would connect to the publisher wherever the schema is built".to_owned(),
            "Add 'connect = false' to its WITH (…).",
        ),
        Class::Schema | Class::Session | Class::Transaction | Class::Other => Ok(()),
    }
}

/// A file that includes itself, by way of others or directly.
pub(super) fn cycle(place: Place, file: &str) -> Failure {
    let message = format!("{file} is included while it is being read");
    Failure::Misplaced { place, message, hint: "Remove one of the two \\i lines.".to_owned() }
}

fn what(head: &Head) -> String {
    format!("{} {}", head.verb, head.object.keyword).trim_end().to_owned()
}

fn connects(text: &str) -> bool {
    let mut words = Cursor::new(text, 0).rest().filter_map(|token| token.identifier(text));
    !words.any(|word| word == "connect") || !words.next().is_some_and(|value| value == "false" || value == "off")
}
