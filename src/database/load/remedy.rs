//! Faults that do not count, or that the load itself can remedy.

use anyhow::Result;
use tokio_postgres::error::SqlState;

use super::Loader;
use super::fault::ServerFault;
use crate::database::{Absent, supabase};
use crate::source::Notice;
use crate::sql::{Class, Head};

/// What was done about a fault.
pub(super) enum Remedy {
    /// What was missing is there: the statement can be tried again.
    Again,
    /// The statement is not needed.
    Skip,
    /// Nothing.
    None,
}

impl Loader<'_> {
    pub(super) async fn remedy(&mut self, fault: &ServerFault) -> Result<Remedy> {
        if let Some(absent) = absent(fault).filter(|absent| self.may_invent(absent)) {
            self.invent(absent).await?;
            return Ok(Remedy::Again);
        }
        let head = &self.source.statements[fault.statement].head;
        let reason = match head.class {
            Class::Session if fault.code == SqlState::UNDEFINED_OBJECT && absent(fault).is_none() => {
                "this server does not know the setting"
            }
            Class::Schema if fault.code == SqlState::DUPLICATE_SCHEMA && head.object.own_name() == "public" => {
                "every database has that schema"
            }
            Class::Schema if fault.code == SqlState::DUPLICATE_OBJECT && self.is_brought(head) => {
                "the platform brings that extension"
            }
            _ => return Ok(Remedy::None),
        };
        self.skip(fault, reason);
        Ok(Remedy::Skip)
    }

    /// Whether a statement makes an extension that was made with the database.
    fn is_brought(&self, head: &Head) -> bool {
        let name = head.object.own_name();
        let makes =
            |head: &Head| head.declares() && head.object.keyword == "EXTENSION" && head.object.own_name() == name;
        // What only one statement makes was there before.
        let once = self.source.statements.iter().filter(|statement| makes(&statement.head)).count() == 1;
        makes(head) && once && supabase::brought().any(|brought| brought == name)
    }

    fn skip(&mut self, fault: &ServerFault, reason: &str) {
        let statement = &self.source.statements[fault.statement];
        let what = match statement.head.class {
            Class::Session => format!("{} {}", statement.head.verb, statement.head.object.own_name()),
            _ => format!("{} {}", statement.head.verb, statement.head.object.keyword),
        };
        let place = self.source.place(statement, 0);
        self.loaded.notices.push(Notice { place, message: format!("{what} is skipped: {reason}") });
    }

    /// What is missing is invented once, and a role only where roles are not managed: otherwise a statement makes it, or it is missing.
    fn may_invent(&self, absent: &Absent) -> bool {
        let managed = self.loading.roles && matches!(absent, Absent::Role(_));
        self.loading.own_server && !managed && !self.loaded.invented.contains(absent)
    }

    async fn invent(&mut self, absent: Absent) -> Result<()> {
        self.client.batch_execute("RESET ROLE").await?;
        absent.make(self.client).await?;
        self.loaded.invented.push(absent);
        self.in_force = usize::MAX;
        Ok(())
    }
}

/// The role or tablespace that a message says is missing.
fn absent(fault: &ServerFault) -> Option<Absent> {
    let known = [SqlState::UNDEFINED_OBJECT, SqlState::INVALID_PARAMETER_VALUE, SqlState::INVALID_ROLE_SPECIFICATION];
    Absent::said(&fault.message).filter(|_| known.contains(&fault.code))
}
