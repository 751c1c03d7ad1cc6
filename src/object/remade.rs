//! A table that no ALTER leads to: a new one beside the old, to which rows and sequences are carried over.

use super::context::Catalog;
use super::using::using;
use super::{Alter, Column, Context, Kind, Object, ObjectId, ObjectKind as _, Sequence, Table};
use crate::sql::{Hazard, Statement};

impl Table {
    /// Whether it becomes partitioned or stops being so, or gets another access method where no ALTER sets it.
    pub(super) fn is_remade(&self, old: &Self, context: &Context) -> bool {
        let moved = self.access_method != old.access_method && context.version() < 150_000;
        moved || self.partition_key != old.partition_key
    }

    /// Makes the new table, moves the rows, and goes on counting where the old one stood.
    pub(super) fn remake(&self, id: &ObjectId, context: &Context) -> Alter {
        let aside = id.aside();
        let handovers = handovers(id, context);
        let mut begin = vec![Statement::new(format!("ALTER TABLE {} RENAME TO {}", id.identity, aside.1))];
        begin.extend(handovers.iter().flat_map(|handover| handover.begin(context)));
        // Constraints follow with their own steps.
        let parts = Context { brought: &|part| part.kind.is_part(), ..*context };
        begin.extend(self.create(id, &parts));
        let Copied { columns, values, identity } = Copied::of(id, context);
        let overriding = if identity { " OVERRIDING SYSTEM VALUE" } else { "" };
        let (columns, values) = (columns.join(", "), values.join(", "));
        let copy = format!("INSERT INTO {} ({columns}){overriding} SELECT {values} FROM {}", id.identity, aside.0);
        let copy = Statement::new(copy).hazard(Hazard::Rewrite { relation: id.identity.to_string() }).hazard(
            Hazard::MayFail { relation: id.identity.to_string(), why: "a row may fit no partition".to_owned() },
        );
        let mut finish = vec![copy];
        finish.extend(handovers.iter().map(Handover::position));
        finish.push(Statement::new(format!("DROP TABLE {}", aside.0)));
        finish.extend(handovers.iter().filter_map(Handover::end));
        Alter::Replace { begin, finish }
    }

    /// The sequences that remaking it drops or creates with the columns that count by them.
    pub(super) fn counters(id: &ObjectId, context: &Context) -> Vec<ObjectId> {
        columns(id, context).flat_map(|(column, old, new)| new.adopts(old, column, context)).collect()
    }
}

/// The columns that both the old and the new table have.
fn columns<'a>(id: &ObjectId, context: &Context<'a>) -> impl Iterator<Item = (&'a ObjectId, &'a Column, &'a Column)> {
    let current = context.current;
    context.catalog.children(id).filter_map(|(column, entry)| match (&current.entry(column)?.object, &entry.object) {
        (Object::Column(old), Object::Column(new)) => Some((column, old, new)),
        _ => None,
    })
}

/// What is copied: the columns that can be written, what they get, and whether one is an identity.
struct Copied<'a> {
    columns: Vec<&'a str>,
    values: Vec<String>,
    identity: bool,
}

impl<'a> Copied<'a> {
    fn of(id: &ObjectId, context: &Context<'a>) -> Self {
        let mut copied = Self { columns: Vec::new(), values: Vec::new(), identity: false };
        for (column, old, new) in columns(id, context).filter(|(_, _, new)| new.generated.is_empty()) {
            let name = column.identity.strip_prefix(&*id.identity).map_or("", |rest| &rest[1..]);
            let retyped = (old.data_type != new.data_type).then(|| using(name, &old.data_type, &new.data_type));
            copied.columns.push(name);
            copied.values.push(retyped.flatten().unwrap_or_else(|| name.to_owned()));
            copied.identity |= new.generator.is_some();
        }
        copied
    }
}

/// The sequence that a column of the old table counts by and the one that follows it, where either is an identity's.
struct Handover<'a> {
    old: &'a ObjectId,
    old_is_identity: bool,
    new: &'a ObjectId,
    new_is_identity: bool,
    options: &'a Sequence,
}

/// Which sequences follow which.
fn handovers<'a>(id: &ObjectId, context: &Context<'a>) -> Vec<Handover<'a>> {
    let identity = |catalog: &'a Catalog, column: &ObjectId| {
        catalog.children(column).map(|(id, _)| id).find(|id| id.kind == Kind::IdentitySequence)
    };
    let handover = |(column, old, new): (&'a ObjectId, &'a Column, &'a Column)| {
        let adopted = new.adopts(old, column, context);
        let adopted = |catalog: &'a Catalog| Some(catalog.entries.get_key_value(adopted.first()?)?.0);
        let from = old.generator.as_ref().and_then(|_| identity(context.current, column));
        let to = new.generator.as_ref().and_then(|_| identity(context.catalog, column));
        let options = match &new.generator {
            Some(generator) => &generator.sequence,
            None => match &context.catalog.entry(adopted(context.catalog)?)?.object {
                Object::Sequence(sequence) => sequence,
                _ => return None,
            },
        };
        Some(Handover {
            old: from.or_else(|| adopted(context.current))?,
            old_is_identity: from.is_some(),
            new: to.or_else(|| adopted(context.catalog))?,
            new_is_identity: to.is_some(),
            options,
        })
    };
    columns(id, context).filter_map(handover).collect()
}

impl Handover<'_> {
    /// Puts the old sequence aside, and makes the new one where no column brings it.
    fn begin(&self, context: &Context) -> Vec<Statement> {
        let mut statements = Vec::new();
        if !self.old_is_identity {
            statements.push(Statement::new(format!("ALTER SEQUENCE {} OWNED BY NONE", self.old.identity)));
        }
        let (_, own) = self.old.aside();
        statements.push(Statement::new(format!("ALTER SEQUENCE {} RENAME TO {own}", self.old.identity)));
        if !self.new_is_identity {
            statements.extend(self.options.create(self.new, context));
        }
        statements
    }

    fn position(&self) -> Statement {
        self.options.position(&self.new.identity, &self.old.aside().0)
    }

    /// Drops the old sequence, unless it went with its column.
    fn end(&self) -> Option<Statement> {
        (!self.old_is_identity).then(|| Statement::new(format!("DROP SEQUENCE {}", self.old.aside().0)))
    }
}
