//! Faults that do not count, or that the load itself can remedy.

use anyhow::{Context, Result};
use tokio_postgres::error::SqlState;

use super::Loader;
use super::fault::ServerFault;
use crate::source::Notice;
use crate::sql::{Class, ident};

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
        if let Some(role) = missing_role(fault).filter(|role| self.may_invent(role)) {
            self.invent(role).await?;
            return Ok(Remedy::Again);
        }
        let head = &self.source.statements[fault.statement].head;
        let reason = match head.class {
            Class::Session if fault.code == SqlState::UNDEFINED_OBJECT && missing_role(fault).is_none() => {
                "this server does not know the setting"
            }
            Class::Schema if fault.code == SqlState::DUPLICATE_SCHEMA && head.object.own_name() == "public" => {
                "every database has that schema"
            }
            _ => return Ok(Remedy::None),
        };
        self.skip(fault, reason);
        Ok(Remedy::Skip)
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

    /// A role is invented once, and only if no statement will make it.
    fn may_invent(&self, role: &str) -> bool {
        self.loading.invent_roles
            && !self.loaded.roles_invented.iter().any(|invented| invented == role)
            && !self.source.statements.iter().any(|s| {
                self.loading.roles
                    && s.head.declares()
                    && s.head.object.keyword == "ROLE"
                    && s.head.object.own_name() == role
            })
    }

    async fn invent(&mut self, role: &str) -> Result<()> {
        let create = format!("RESET ROLE; CREATE ROLE {}", ident(role));
        self.client.batch_execute(&create).await.with_context(|| format!("making the role {role}"))?;
        self.loaded.roles_invented.push(role.to_owned());
        self.in_force = usize::MAX;
        Ok(())
    }
}

/// The role that a message says is missing.
fn missing_role(fault: &ServerFault) -> Option<&str> {
    let known = [SqlState::UNDEFINED_OBJECT, SqlState::INVALID_PARAMETER_VALUE, SqlState::INVALID_ROLE_SPECIFICATION];
    let role = fault.message.strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
    known.contains(&fault.code).then_some(role)
}
