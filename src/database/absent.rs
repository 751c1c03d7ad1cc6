//! What belongs to a server while its databases only name it: roles and tablespaces.

use std::fmt;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::sql::ident;

/// Something that a server lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// A role.
    Role(String),
    /// A tablespace.
    Tablespace(String),
}

impl Absent {
    /// What the server's message says is missing.
    pub fn said(message: &str) -> Option<Self> {
        let named = |kind: &str| {
            let rest = message.lines().next()?.strip_prefix(kind)?.strip_prefix(" \"")?;
            rest.strip_suffix("\" does not exist").map(str::to_owned)
        };
        named("role").map(Self::Role).or_else(|| named("tablespace").map(Self::Tablespace))
    }

    /// Makes it by its name alone, on a server of dbtool's own.
    ///
    /// # Errors
    /// Whatever the server says.
    pub async fn make(&self, client: &Client) -> Result<()> {
        let statements = match self {
            Self::Role(name) => vec![format!("CREATE ROLE {}", ident(name))],
            // It lies in the server's own folder, as tablespaces of tests do.
            Self::Tablespace(name) => vec![
                "SET allow_in_place_tablespaces = on".to_owned(),
                format!("CREATE TABLESPACE {} LOCATION ''", ident(name)),
                "RESET allow_in_place_tablespaces".to_owned(),
            ],
        };
        for statement in statements {
            client.batch_execute(&statement).await.with_context(|| format!("making the {self}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(name) => write!(f, "role {name}"),
            Self::Tablespace(name) => write!(f, "tablespace {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_server_lacks() {
        assert_eq!(Absent::said("role \"a b\" does not exist\nDETAIL"), Some(Absent::Role("a b".to_owned())));
        assert_eq!(Absent::said("tablespace \"fast\" does not exist"), Some(Absent::Tablespace("fast".to_owned())));
        assert_eq!(Absent::said("schema \"a\" does not exist"), None);
    }
}
