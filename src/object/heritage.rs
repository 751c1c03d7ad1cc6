//! Columns that a table has from others: by inheritance, or as a partition.

use super::context::Entry;
use super::id::split_last;
use super::{Column, Context, Follows, Kind, Object, ObjectId};
use crate::sql::{Hazard, Statement};

/// The columns of other tables that a column is inherited from, each with what joins the tables.
pub fn ancestry(column: &Column, id: &ObjectId) -> Vec<Follows> {
    let Some((table, name)) = split_last(&id.identity) else { return Vec::new() };
    let follow = |ancestor: &String| Follows {
        object: ObjectId::new(Kind::Column, format!("{ancestor}.{name}")),
        through: if column.partition.0 {
            ObjectId::new(Kind::Partition, table)
        } else {
            ObjectId::new(Kind::Inheritance, format!("{table} inherits {ancestor}"))
        },
        comes: true,
        joins: false,
    };
    column.ancestors.0.iter().map(follow).collect()
}

/// The statements that drop a column, and leave it to the tables that inherit it and are to keep it.
pub fn drop(column: &Column, id: &ObjectId, context: &Context) -> Vec<Statement> {
    let table = context.parent(id);
    let name = id.name_in(table);
    let heirs = context.heirs(table).map(|heir| ObjectId::new(Kind::Column, format!("{}.{name}", heir.identity)));
    let (kept, lost): (Vec<_>, Vec<_>) = heirs.partition(|heir| becomes_local(heir, context));
    let only = if kept.is_empty() { "" } else { "ONLY " };
    let mut own = Statement::new(format!("ALTER TABLE {only}{} DROP COLUMN {name}", table.identity));
    if column.generated.is_empty() && !column.is_foreign() {
        own = own.hazard(Hazard::DataLoss {
            what: format!("column {}", id.identity),
            relation: Some(table.identity.to_string()),
            column: Some(name.to_owned()),
        });
    }
    // What is dropped from one table only is dropped from the heirs that lose it too.
    let lost = lost.iter().filter(|_| !kept.is_empty()).filter_map(|heir| match &context.current.entry(heir)?.object {
        Object::Column(column) if column.is_inherited() => Some(drop(column, heir, context)),
        _ => None,
    });
    std::iter::once(vec![own]).chain(lost).flatten().collect()
}

/// Whether a column that is only inherited from one table stays as its table's own.
fn becomes_local(id: &ObjectId, context: &Context) -> bool {
    let column = |entry: Option<&Entry>| match entry.map(|entry| &entry.object) {
        Some(Object::Column(column)) => Some((column.is_inherited(), column.ancestors.0.len())),
        _ => None,
    };
    let (old, new) = (column(context.current.entry(id)), column(context.desired.entry(id)));
    old == Some((true, 1)) && new.is_some_and(|(inherited, _)| !inherited)
}
