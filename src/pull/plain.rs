//! A catalog without what goes without saying: serial columns, names that the server would choose, owners nobody manages.

use crate::catalog::{Catalog, Scope};
use crate::object::{Kind, Object, ObjectId, Sequence};

/// The catalog as it is best written down.
#[must_use]
pub fn plain(catalog: &Catalog, scope: &Scope) -> Catalog {
    let mut entries = catalog.entries.clone();
    for entry in entries.values_mut() {
        if !scope.owners && entry.common.owner.is_some() {
            entry.common.owner = Some(catalog.user.clone());
        }
        if !scope.privileges {
            entry.common.privileges = None;
        }
    }
    for (id, entry) in &mut entries {
        if let (Object::Column(column), Some(table)) = (&mut entry.object, &entry.parent)
            && let Some(identity) = &mut column.generator
            && identity.name == chosen_name(table, id.name_in(table))
        {
            identity.name.clear();
        }
    }
    for serial in catalog.entries.keys().filter_map(|id| serial(catalog, id)) {
        let Some(Object::Column(column)) = entries.get_mut(serial.column).map(|entry| &mut entry.object) else {
            continue;
        };
        column.data_type = serial.data_type.to_owned();
        column.not_null = false;
        for id in [serial.sequence.clone(), serial.owner.clone(), serial.default.clone()] {
            entries.shift_remove(&id);
        }
    }
    Catalog::new(catalog.version, catalog.user.clone(), entries, catalog.unmodelled.clone())
}

/// A column that was, or could have been, declared as serial.
struct Serial<'a> {
    column: &'a ObjectId,
    default: &'a ObjectId,
    sequence: &'a ObjectId,
    owner: &'a ObjectId,
    data_type: &'static str,
}

/// The serial column whose sequence this is, if it is just as the server would make it.
fn serial<'a>(catalog: &'a Catalog, id: &'a ObjectId) -> Option<Serial<'a>> {
    let sequence = catalog.entry(id)?;
    let Object::Sequence(options) = &sequence.object else { return None };
    let (owner, tie) = catalog.children(id).find(|(child, _)| child.kind == Kind::SequenceOwner)?;
    let Object::SequenceOwner(tie) = &tie.object else { return None };
    let (column, of) = catalog.entries.get_key_value(&ObjectId::new(Kind::Column, tie.column.as_str()))?;
    let Object::Column(object) = &of.object else { return None };
    let table = of.parent.as_ref()?;
    let (default, value) = catalog.children(column).find(|(child, _)| child.kind == Kind::Default)?;
    let Object::Default(value) = &value.object else { return None };
    let data_type = match (&*object.data_type, &*options.data_type) {
        ("bigint", "bigint") => "bigserial",
        ("integer", "integer") => "serial",
        ("smallint", "smallint") => "smallserial",
        _ => return None,
    };
    let usual = *options == Sequence { unlogged: options.unlogged, ..Sequence::usual(&options.data_type) }
        && !options.unlogged
        && *id.identity == *chosen_name(table, column.name_in(table))
        && value.expression == format!("nextval({}::regclass)", crate::sql::literal(&id.identity))
        && sequence.common.privileges.is_none()
        && sequence.common.comment.is_none()
        && sequence.common.owner == catalog.entry(table)?.common.owner;
    let alone = catalog
        .entries
        .iter()
        .filter(|(_, entry)| entry.needs.contains(id))
        .all(|(user, _)| user == default || user == owner);
    // The sequence of an unlogged table would be unlogged.
    let logged = matches!(&catalog.entry(table)?.object, Object::Table(table) if !table.unlogged);
    let plain = object.not_null
        && object.not_null_name.is_none()
        && object.not_null_form.is_empty()
        && logged
        && object.ancestors.0.is_empty();
    (usual && alone && plain).then_some(Serial { column, default, sequence: id, owner, data_type })
}

/// The name that the server gives to the sequence of a column, as far as that is short and needs no quotes.
fn chosen_name(table: &ObjectId, column: &str) -> String {
    let name = format!("{}_{column}_seq", table.identity);
    let own = name.rsplit('.').next().unwrap_or_default();
    if own.len() > 63 || name.contains('"') { String::new() } else { name }
}
