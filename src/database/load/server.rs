//! Statements of a schema that act beyond its database: on roles, and on the database as a whole.

use super::Loader;
use crate::database::supabase;
use crate::source::{Notice, SourceStatement};
use crate::sql::{Cursor, ident};

impl Loader<'_> {
    /// Why a statement is not sent: what it acts on is not managed, or belongs to the server that the shadow is on.
    pub(super) fn passed_over(&self, statement: &SourceStatement) -> Option<&'static str> {
        let roles = "roles are not managed; see [scope] roles";
        let text = self.source.text(statement);
        match (statement.head.verb.as_str(), statement.head.object.keyword) {
            ("CREATE" | "ALTER" | "COMMENT", "ROLE") if !self.loading.roles => Some(roles),
            ("ALTER" | "COMMENT", "DATABASE") => Some("the database as a whole is not managed"),
            ("GRANT" | "REVOKE", _) => {
                let mut cursor = Cursor::new(text, 0);
                match cursor.skip_behind("ON") {
                    false if !self.loading.roles => Some(roles),
                    true if cursor.take("DATABASE") => Some("the database as a whole is not managed"),
                    _ => None,
                }
            }
            ("SECURITY", _) => Some("security labels are reported, not managed"),
            _ => None,
        }
    }

    /// Says what is passed over, and why.
    pub(super) fn note_passed_over(&mut self) {
        let notices = self.source.statements.iter().filter_map(|statement| {
            let reason = self.passed_over(statement)?;
            let what = format!("{} {}", statement.head.verb, statement.head.object.keyword);
            let place = self.source.place(statement, 0);
            Some(Notice { place, message: format!("{} is skipped: {reason}", what.trim_end()) })
        });
        self.loaded.notices.extend(notices.collect::<Vec<_>>());
    }

    /// The text of a statement with the name of this database in place of the one that it is written for.
    pub(super) fn for_this_database(&self, statement: &SourceStatement, text: &str) -> String {
        let mut cursor = Cursor::new(text, 0);
        if statement.head.object.keyword == "INDEX" && self.loading.own_server {
            return supabase::tolerated(text).into_owned();
        }
        if statement.head.object.keyword != "ROLE" || !cursor.skip_behind("IN") || !cursor.take("DATABASE") {
            return text.to_owned();
        }
        let name = cursor.peek().map_or(text.len()..text.len(), |token| token.start..token.end);
        format!("{}{}{}", &text[..name.start], ident(&self.loading.database), &text[name.end..])
    }
}
