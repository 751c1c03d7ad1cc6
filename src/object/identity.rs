//! `GENERATED … AS IDENTITY` and its sequence.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio_postgres::types::{FromSql, Type};

use super::Sequence;
use super::id::split_last;
use crate::sql::Statement;

/// How an identity column generates its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// `ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// The identity of its sequence.
    pub name: String,
    /// The options of its sequence.
    pub sequence: Sequence,
}

impl Identity {
    /// From the column query's `identity_options`: kind, name, type, start, increment, min, max, cache, cycle.
    pub fn parse(fields: &[String]) -> anyhow::Result<Self> {
        let [kind, name, data_type, start, increment, min, max, cache, cycle] = fields else {
            anyhow::bail!("an identity column has nine options, not {}", fields.len());
        };
        let number = |text: &String| text.parse::<i64>().with_context(|| format!("{text} is no sequence option"));
        let sequence = Sequence {
            data_type: data_type.clone(),
            start: number(start)?,
            increment: number(increment)?,
            min: number(min)?,
            max: number(max)?,
            cache: number(cache)?,
            cycle: cycle == "true",
            unlogged: false,
        };
        Ok(Self { always: kind == "a", name: name.clone(), sequence })
    }

    fn kind(&self) -> &'static str {
        if self.always { "ALWAYS" } else { "BY DEFAULT" }
    }

    /// `GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME …)`.
    pub fn definition(&self) -> String {
        format!("GENERATED {} AS IDENTITY (SEQUENCE NAME {}{})", self.kind(), self.name, self.sequence.options())
    }

    /// The statements that lead from `old` to this, where `column` is `ALTER TABLE t ALTER COLUMN c`.
    pub fn changes(&self, old: Option<&Self>, column: &str) -> Vec<Statement> {
        let Some(old) = old else { return vec![Statement::new(format!("{column} ADD {}", self.definition()))] };
        let mut changes = Vec::new();
        if self.always != old.always {
            changes.push(format!("{column} SET GENERATED {}", self.kind()));
        }
        if let (true, Some((_, name))) = (self.name != old.name, split_last(&self.name)) {
            changes.push(format!("ALTER SEQUENCE {} RENAME TO {name}", old.name));
        }
        let options = self.sequence.changes(&old.sequence);
        if !options.is_empty() {
            changes.push(format!("ALTER SEQUENCE {}{options}", self.name));
        }
        changes.into_iter().map(Statement::new).collect()
    }
}

impl<'a> FromSql<'a> for Identity {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::parse(&Vec::<String>::from_sql(of, raw)?)?)
    }

    fn accepts(of: &Type) -> bool {
        <Vec<String> as FromSql>::accepts(of)
    }
}
