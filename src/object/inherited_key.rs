//! Foreign keys that a table has as a partition; once it is detached, they are its own.

use super::context::{Catalog, Entry};
use super::{Constraint, Context, Kind, Object, ObjectId};

/// The foreign keys that come with being a partition of `whole`: under the names that they have on `table`, each with that of
/// the partitioned table which it is from.
pub fn inherited_keys<'a>(table: &str, whole: &str, catalog: &'a Catalog) -> Vec<(ObjectId, &'a Entry)> {
    let whole = ObjectId::new(Kind::Table, whole);
    let keys = catalog.children(&whole).flat_map(|(id, entry)| match &entry.object {
        Object::Constraint(constraint) if constraint.is_foreign_key() => {
            vec![(ObjectId::new(Kind::Constraint, format!("{} on {table}", id.name_in(&whole))), entry)]
        }
        Object::Partition(above) => inherited_keys(table, &above.of, catalog),
        _ => Vec::new(),
    });
    keys.collect()
}

/// Whether a key that a table had as a partition of `whole` stays when it is detached: as its own, or until it is attached again.
pub(super) fn stays(key: &ObjectId, from: &Entry, table: &str, context: &Context) -> bool {
    let Object::Constraint(inherited) = &from.object else { return false };
    let same = |id: &ObjectId| match (context.current.entry(id), context.desired.entry(id)) {
        (Some(old), Some(new)) => old.same(new),
        _ => false,
    };
    let own = Constraint { table: table.to_owned(), ..inherited.clone() };
    let as_own = context.desired.entry(key).is_some_and(|entry| entry.object == Object::Constraint(own));
    let name = key.name_in(&ObjectId::new(Kind::Table, table));
    let above = ObjectId::new(Kind::Constraint, format!("{name} on {}", inherited.table));
    let partition = context.desired.entry(&ObjectId::new(Kind::Partition, table));
    let again =
        matches!(partition.map(|entry| &entry.object), Some(Object::Partition(new)) if new.of == inherited.table);
    (as_own || again && same(&above)) && from.needs.iter().all(same)
}

/// Whether a key of its own is there when its table is no partition any more.
pub(super) fn is_left(key: &ObjectId, table: &str, context: &Context) -> bool {
    let id = ObjectId::new(Kind::Partition, table);
    let object = |catalog: &'_ Catalog| catalog.entry(&id).map(|entry| entry.object.clone());
    let (Some(Object::Partition(old)), new) = (object(context.current), object(context.desired)) else { return false };
    let parted = new.is_none_or(|new| new != Object::Partition(old.clone()));
    let mut keys = inherited_keys(table, &old.of, context.current).into_iter();
    parted && keys.any(|(inherited, from)| inherited == *key && stays(key, from, table, context))
}
