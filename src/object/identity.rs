//! `GENERATED … AS IDENTITY` and its sequence.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio_postgres::types::{FromSql, Type};

use super::id::split_last;
use super::{Context, Object, ObjectId, ObjectKind as _, Sequence};
use crate::sql::{Statement, ident, literal};

/// How an identity column generates its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// `ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// The identity of its sequence; empty for the name that the server chooses.
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
        let name = if self.name.is_empty() { String::new() } else { format!("SEQUENCE NAME {}", self.name) };
        let options = format!("{name}{}", self.sequence.options());
        let options = if options.is_empty() { options } else { format!(" ({})", options.trim_start()) };
        format!("GENERATED {} AS IDENTITY{options}", self.kind())
    }

    /// The statements that make a column an identity in place of the sequence that its default took values from.
    pub fn taken_over(&self, column: &str, sequence: &ObjectId) -> Vec<Statement> {
        let (schema, own) = aside(sequence);
        let old = format!("{schema}.{own}");
        vec![
            Statement::new(format!("ALTER SEQUENCE {} OWNED BY NONE", sequence.identity)),
            Statement::new(format!("ALTER SEQUENCE {} RENAME TO {own}", sequence.identity)),
            Statement::new(format!("{column} ADD {}", self.definition())),
            self.sequence.position(&self.name, &old),
            Statement::new(format!("DROP SEQUENCE {old}")),
        ]
    }

    /// The statements that end a column's being an identity; a sequence that is to follow goes on where this one stood.
    pub fn given_up(&self, column: &str, successors: &[ObjectId], context: &Context) -> Vec<Statement> {
        let end = Statement::new(format!("{column} DROP IDENTITY"));
        let successor = successors.first().and_then(|id| Some((id, &context.catalog.entry(id)?.object)));
        let Some((id, Object::Sequence(sequence))) = successor else { return vec![end] };
        let (schema, own) = aside(id);
        let waiting = ObjectId::new(id.kind, format!("{schema}.{own}"));
        let mut statements = sequence.create(&waiting, context);
        statements.push(sequence.position(&waiting.identity, &self.name));
        statements.push(end);
        let name = split_last(&id.identity).map_or(&*id.identity, |(_, name)| name);
        statements.push(Statement::new(format!("ALTER SEQUENCE {} RENAME TO {name}", waiting.identity)));
        statements
    }

    /// The statement after which its sequence goes on behind the values that a column, quoted, has already.
    pub fn pass(&self, table: &str, column: &str) -> Statement {
        let Sequence { min, max, increment, .. } = &self.sequence;
        let furthest = if *increment < 0 { "min" } else { "max" };
        let sequence = literal(&self.name);
        Statement::new(format!(
            "SELECT pg_catalog.setval({}, last) FROM (SELECT {furthest}({column}) FROM {table}) AS m (last) WHERE last BETWEEN {min} AND {max}",
            sequence.trim_start()
        ))
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
        let mut statements: Vec<_> = changes.into_iter().map(Statement::new).collect();
        statements.extend(self.sequence.alterations(&old.sequence, &self.name));
        statements
    }
}

/// The schema of a sequence, and the name under which it waits while its own is taken.
fn aside(sequence: &ObjectId) -> (&str, String) {
    let (schema, name) = split_last(&sequence.identity).unwrap_or(("pg_catalog", &sequence.identity));
    let plain: String = name.chars().filter(|c| *c != '"').take(40).collect();
    (schema, ident(&format!("{plain}__dbtool_old")))
}

impl<'a> FromSql<'a> for Identity {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::parse(&Vec::<String>::from_sql(of, raw)?)?)
    }

    fn accepts(of: &Type) -> bool {
        <Vec<String> as FromSql>::accepts(of)
    }
}
