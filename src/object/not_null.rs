//! `NOT NULL`: set at once, or proven beside a table's use first.

use std::collections::BTreeSet;

use super::column::{Column, alter_column};
use super::context::{Catalog, Entry};
use super::id::{NAME_MAX, derived, split_last};
use super::{Alter, Context, Follows, Kind, Object, ObjectId, ObjectKind, Online};
use crate::sql::{Hazard, Statement, Transaction, ident, literal, unquoted};

impl Column {
    /// `SET NOT NULL` or `DROP NOT NULL`.
    pub(super) fn change_not_null(&self, id: &ObjectId, context: &Context) -> Statement {
        let relation = context.parent(id).identity.to_string();
        if !self.not_null {
            return Statement::new(format!("{} DROP NOT NULL", alter_column(id, context, "")));
        }
        let why = format!("a row may have no {}", id.name_in(context.parent(id)));
        let named = self.said_not_null_name(id, context).map(|name| format!(" CONSTRAINT {name}"));
        let text = if named.is_some() || !self.not_null_form.is_empty() {
            let column = id.name_in(context.parent(id));
            format!("ALTER TABLE {relation} ADD{} NOT NULL {column}{}", named.unwrap_or_default(), self.not_null_form)
        } else {
            format!("{} SET NOT NULL", alter_column(id, context, ""))
        };
        if self.not_null_is_open() {
            return Statement::new(text);
        }
        Statement::new(text)
            .hazard(Hazard::Scan { relation: relation.clone(), lock: "ACCESS EXCLUSIVE".into() })
            .hazard(Hazard::MayFail { relation, why })
    }

    /// How it becomes NOT NULL, and what else of it changes, on a table that is in use.
    pub(super) fn becomes_not_null(&self, old: &Self, id: &ObjectId, context: &Context) -> Option<Online> {
        // A check that is made beforehand would go along with the tables that part with it, and be missing on those that join.
        let joined = |catalog: &Catalog| catalog.joined_to(context.parent(id)).collect::<BTreeSet<_>>();
        if joined(context.current) != joined(context.desired) {
            return None;
        }
        let Alter::InPlace(mut make) = self.alter(old, id, context) else { return None };
        let plain = self.change_not_null(id, context);
        let at = make.iter().position(|statement| *statement == plain)?;
        if self.proven_above(id, context) {
            make[at].hazards.clear();
            return Some(Online { make, ..Online::default() });
        }
        let (prepare, finish) = self.prove_not_null(id, context);
        make.splice(at..=at, finish);
        Some(Online { prepare, make, validate: Vec::new() })
    }

    /// The same column with that name said which its NOT NULL constraint must be given.
    pub(super) fn as_made(&self, id: &ObjectId, context: &Context) -> Self {
        let name = if self.not_null { self.said_not_null_name(id, context) } else { None };
        Self { not_null_name: name, ..self.clone() }
    }

    /// The name that its NOT NULL constraint must be given: its own, or the usual one where Postgres would take that for taken.
    fn said_not_null_name(&self, id: &ObjectId, context: &Context) -> Option<String> {
        let table = context.parent(id);
        let usual = || default_not_null_name(table, id.name_in(table)).filter(|name| is_taken(name, id, context));
        self.not_null_name.clone().or_else(|| if context.version() < 180_000 { None } else { usual() })
    }

    /// Whether the rows that were there before need not fulfil it.
    pub(super) fn not_null_is_open(&self) -> bool {
        self.not_null_form.ends_with(" NOT VALID")
    }

    /// The statements that lead from `old` to this as far as null is concerned: in place where a constraint's name tells how.
    pub(super) fn not_null_changes(&self, old: &Self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let of = |column: &Self| (column.not_null, column.not_null_name.clone(), column.not_null_form.clone());
        if of(self) == of(old) || self.constraint_comes(old, id, context) {
            return Vec::new();
        }
        let whole = || vec![self.change_not_null(id, context)];
        if !(self.not_null && old.not_null) {
            return whole();
        }
        let table = context.parent(id);
        let name =
            |column: &Self| column.not_null_name.clone().or_else(|| default_not_null_name(table, id.name_in(table)));
        let (Some(from), Some(to), false) = (name(old), name(self), self.not_null_is_open() && !old.not_null_is_open())
        else {
            let drop = Statement::new(format!("{} DROP NOT NULL", alter_column(id, context, "")));
            return [vec![drop], whole()].concat();
        };
        let alter = |what: String| Statement::new(format!("ALTER TABLE {} {what}", table.identity));
        let mut statements = Vec::new();
        if from != to {
            statements.push(alter(format!("RENAME CONSTRAINT {from} TO {to}")));
        }
        let alone = |column: &Self| column.not_null_form.starts_with(" NO INHERIT");
        if alone(self) != alone(old) {
            let no = if alone(self) { "NO " } else { "" };
            statements.push(alter(format!("ALTER CONSTRAINT {to} {no}INHERIT")));
        }
        if old.not_null_is_open() && !self.not_null_is_open() {
            let hazards = self.change_not_null(id, context).hazards;
            statements.push(Statement { hazards, ..alter(format!("VALIDATE CONSTRAINT {to}")) });
        }
        statements
    }

    /// `COMMENT ON CONSTRAINT`, for a NOT NULL constraint that stays or comes.
    pub(super) fn not_null_comment_changes(&self, old: &Self, id: &ObjectId, context: &Context) -> Option<Statement> {
        let table = context.parent(id);
        let name = self.not_null_name.clone().or_else(|| default_not_null_name(table, id.name_in(table)))?;
        let text = self.not_null_comment.as_ref().map_or_else(|| "NULL".to_owned(), |text| literal(text));
        let differs = self.not_null && self.not_null_comment != old.not_null_comment;
        differs.then(|| Statement::new(format!("COMMENT ON CONSTRAINT {name} ON {} IS {text}", table.identity)))
    }

    /// Whether a column that it is inherited from becomes NOT NULL as well, which reaches it.
    fn proven_above(&self, id: &ObjectId, context: &Context) -> bool {
        let not_null =
            |entry: Option<&Entry>| matches!(entry.map(|e| &e.object), Some(Object::Column(c)) if c.not_null);
        self.follows(id).iter().any(|above| {
            not_null(context.catalog.entry(&above.object)) && !not_null(context.current.entry(&above.object))
        })
    }

    /// Whether its constraint comes, or is renamed, with that of a column that it is inherited from (from version 18 on).
    fn constraint_comes(&self, old: &Self, id: &ObjectId, context: &Context) -> bool {
        let name = |column: &Self, id: &ObjectId, table: &ObjectId| match &column.not_null_name {
            _ if !column.not_null => None,
            Some(name) => Some(name.clone()),
            None => default_not_null_name(table, id.name_in(table)),
        };
        let own = |column: &Self| (name(column, id, context.parent(id)), column.not_null_form.clone());
        let above_of = |catalog: &Catalog, above: &ObjectId| match catalog.entry(above) {
            Some(Entry { object: Object::Column(column), parent: Some(table), .. }) => {
                Some((name(column, above, table), column.not_null_form.clone()))
            }
            _ => None,
        };
        let joined = |through: &ObjectId| match (context.current.entry(through), context.desired.entry(through)) {
            (Some(old), Some(new)) => old.same(new),
            _ => false,
        };
        let follows = |above: &Follows| {
            joined(&above.through)
                && above_of(context.current, &above.object) == Some(own(old))
                && above_of(context.desired, &above.object) == Some(own(self))
        };
        let inherits = self.not_null && !self.not_null_form.starts_with(" NO INHERIT");
        context.version() >= 180_000 && inherits && self.ancestry(id).iter().any(follows)
    }

    /// What proves that no row lacks a value, and what then makes it NOT NULL without a look at the rows.
    fn prove_not_null(&self, id: &ObjectId, context: &Context) -> (Vec<Statement>, Vec<Statement>) {
        let (table, name) = (context.parent(id), id.name_in(context.parent(id)));
        let alter = |what: String| Statement::new(format!("ALTER TABLE {} {what}", table.identity));
        let plain = self.change_not_null(id, context);
        let named = self.not_null_name.clone().or_else(|| default_not_null_name(table, name));
        let constraint = named.filter(|_| context.version() >= 180_000);
        let check = derived(name, "__dbtool_not_null");
        let (proof, proven) = match &constraint {
            Some(constraint) => (format!("NOT NULL {name}"), constraint),
            None => (format!("CHECK ({name} IS NOT NULL)"), &check),
        };
        let hazards = plain.hazards.iter().map(|hazard| match hazard {
            Hazard::Scan { relation, .. } => {
                Hazard::Scan { relation: relation.clone(), lock: "SHARE UPDATE EXCLUSIVE".to_owned() }
            }
            other => other.clone(),
        });
        let mut validate = alter(format!("VALIDATE CONSTRAINT {proven}")).transaction(Transaction::Apart);
        validate.hazards = hazards.collect();
        let prepare = vec![alter(format!("ADD CONSTRAINT {proven} {proof} NOT VALID")), validate];
        let finish = match constraint {
            Some(_) => Vec::new(),
            None => vec![Statement::new(plain.text), alter(format!("DROP CONSTRAINT {check}"))],
        };
        (prepare, finish)
    }
}

/// The name that Postgres gives the NOT NULL constraint of a column, as long as it does not have to be cut.
fn default_not_null_name(table: &ObjectId, column: &str) -> Option<String> {
    let table = unquoted(split_last(&table.identity)?.1);
    let name = format!("{table}_{}_not_null", unquoted(column));
    (name.len() <= NAME_MAX).then(|| ident(&name))
}

/// Whether the NOT NULL constraint of another column, or of this one on a table that is put aside, has the name already or may
/// have it by then: Postgres chooses no name that is used in the schema, but takes any that is new to the table.
fn is_taken(name: &str, id: &ObjectId, context: &Context) -> bool {
    let Some((schema, _)) = split_last(&context.parent(id).identity) else { return false };
    let plain = unquoted(name);
    let whole = plain.strip_suffix("_not_null").unwrap_or(&plain);
    let both = |part: &str| [part.to_owned(), format!("\"{}\"", part.replace('"', "\"\""))];
    let columns = whole.match_indices('_').flat_map(|(at, _)| {
        let columns = both(&whole[at + 1..]);
        both(&whole[..at])
            .into_iter()
            .flat_map(move |table| columns.clone().map(|column| format!("{schema}.{table}.{column}")))
    });
    let namesakes: Vec<ObjectId> = columns.map(|column| ObjectId::new(Kind::Column, column)).collect();
    [context.current, context.desired].into_iter().any(|catalog| {
        let has = |column: &ObjectId, named: Option<&str>| match catalog.entry(column).map(|entry| &entry.object) {
            Some(Object::Column(object)) => object.not_null && object.not_null_name.as_deref() == named,
            _ => false,
        };
        let own = |column: &&ObjectId| std::ptr::eq(catalog, context.current) || *column != id;
        namesakes.iter().filter(own).any(|column| has(column, None))
            || inheriting(id, context.parent(id), catalog).iter().any(|column| has(column, Some(name)))
    })
}

/// The columns that inherit from a column, directly or not, as partitions do.
fn inheriting(id: &ObjectId, table: &ObjectId, catalog: &Catalog) -> Vec<ObjectId> {
    let mut tables = vec![table.clone()];
    let mut seen = 0;
    while seen < tables.len() {
        let above = tables[seen].clone();
        tables.extend(catalog.joined_to(&above));
        seen += 1;
    }
    let name = id.name_in(table);
    tables[1..].iter().map(|heir| ObjectId::new(Kind::Column, format!("{}.{name}", heir.identity))).collect()
}
