//! What the server says against a statement.

use tokio_postgres::error::{DbError, SqlState};

use crate::failure::Failure;
use crate::source::Source;

/// An error of the server and the statement that it is about.
#[derive(Clone, Debug)]
pub(super) struct ServerFault {
    /// Which statement of the source.
    pub(super) statement: usize,
    /// The byte in it that the error points at.
    pub(super) offset: usize,
    pub(super) code: SqlState,
    pub(super) message: String,
    detail: Option<String>,
    hint: Option<String>,
}

/// The errors that another statement, which stands later, may make go away.
const MAY_WAIT: &[SqlState] = &[
    SqlState::UNDEFINED_TABLE,
    SqlState::UNDEFINED_FUNCTION,
    SqlState::UNDEFINED_OBJECT,
    SqlState::UNDEFINED_COLUMN,
    SqlState::INVALID_SCHEMA_NAME,
    SqlState::INVALID_OBJECT_DEFINITION,
    SqlState::INVALID_FOREIGN_KEY,
    SqlState::INVALID_COLUMN_REFERENCE,
    SqlState::INVALID_TABLE_DEFINITION,
    SqlState::INVALID_FUNCTION_DEFINITION,
    SqlState::UNSAFE_NEW_ENUM_VALUE_USAGE,
    SqlState::INVALID_TEXT_REPRESENTATION,
    SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE,
    SqlState::WRONG_OBJECT_TYPE,
    SqlState::GROUPING_ERROR,
    SqlState::DATATYPE_MISMATCH,
    SqlState::CANNOT_COERCE,
];

impl ServerFault {
    pub(super) fn new(statement: usize, offset: usize, error: &DbError) -> Self {
        Self {
            statement,
            offset,
            code: error.code().clone(),
            message: error.message().to_owned(),
            detail: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
        }
    }

    /// Whether the statement may succeed when others have run.
    pub(super) fn may_wait(&self) -> bool {
        MAY_WAIT.contains(&self.code)
    }

    /// The failure to show, when `others` statements could not be run either.
    pub(super) fn failure(&self, source: &Source, others: usize) -> Failure {
        let statement = &source.statements[self.statement];
        let message = match &self.detail {
            Some(detail) => format!("{}\n{detail}", self.message),
            None => self.message.clone(),
        };
        let more = match others {
            0 => None,
            1 => Some("One more statement waits for something that is missing.".to_owned()),
            n => Some(format!("{n} more statements wait for something that is missing.")),
        };
        let hints: Vec<_> = self.hint.clone().into_iter().chain(more).collect();
        let hint = (!hints.is_empty()).then(|| hints.join("\n"));
        let offset = if self.offset == 0 { named(source.text(statement), &self.message) } else { self.offset };
        Failure::InvalidSql { place: source.place_of_byte(statement, offset), message, hint }
    }
}

/// Where a statement mentions what a message without a position names in quotes; its start where it does not.
fn named(text: &str, message: &str) -> usize {
    let Some(name) = message.split('"').nth(1).and_then(|name| name.rsplit('.').next()) else { return 0 };
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    let alone = |at: &usize| !text[..*at].ends_with(of_word) && !text[*at + name.len()..].starts_with(of_word);
    text.match_indices(name).map(|(at, _)| at).find(alone).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_name_in_the_message_is_the_place() {
        let text = "CREATE TABLE a (missing_id int REFERENCES app.missing(id))";
        assert_eq!(&text[named(text, "relation \"app.missing\" does not exist")..], "missing(id))");
        assert_eq!(named(text, "relation \"other\" does not exist"), 0);
        assert_eq!(named(text, "permission denied"), 0);
    }
}
