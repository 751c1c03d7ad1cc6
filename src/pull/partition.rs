//! Partitions that say no more than their partitioned table: `CREATE TABLE … PARTITION OF` brings all that they have.

use std::collections::{BTreeMap, BTreeSet};

use super::Section;
use super::arrange::owner_of;
use crate::catalog::{Catalog, Entry};
use crate::object::{Kind, Object, ObjectId};

/// A catalog without the partitions that can be written as such, and these, each with its partitioned table; `whole` are to stay.
pub fn apart(catalog: &Catalog, whole: &BTreeSet<ObjectId>) -> (Catalog, Vec<(ObjectId, Section)>) {
    let mut owned: BTreeMap<ObjectId, Vec<&ObjectId>> = BTreeMap::new();
    for (id, entry) in &catalog.entries {
        owned.entry(table_of(catalog, id, entry)).or_default().push(id);
    }
    let is_partition = |id: &ObjectId| catalog.entry(&ObjectId::new(Kind::Partition, id.identity.clone())).is_some();
    let mut plain: BTreeSet<&ObjectId> = owned
        .iter()
        .filter(|(id, own)| is_partition(id) && !whole.contains(id) && own.iter().all(|id| is_plain(catalog, id)))
        .filter(|(id, own)| has_all(catalog, id, own))
        .map(|(id, _)| id)
        .collect();
    while let Some(used) = used(catalog, &plain) {
        plain.remove(&used);
    }
    let gone: BTreeSet<&ObjectId> = plain.iter().flat_map(|id| &owned[*id]).copied().collect();
    let mut rest = catalog.entries.clone();
    rest.retain(|id, _| !gone.contains(id));
    let mut sections: Vec<_> = plain.iter().filter_map(|id| section(catalog, id)).collect();
    // A partition that is partitioned itself comes before its own.
    sections.sort_by_key(|(of, _)| depth(catalog, of));
    (Catalog::new(catalog.version, catalog.user.clone(), rest, catalog.unmodelled.clone()), sections)
}

/// Puts each partition behind what its partitioned table has.
pub fn insert(sections: &mut Vec<Section>, partitions: Vec<(ObjectId, Section)>) {
    for (of, partition) in partitions {
        let before = |section: &Section| section.id == of || section.of.as_ref() == Some(&of);
        let at = sections.iter().rposition(before).map_or(sections.len(), |last| last + 1);
        sections.insert(at, partition);
    }
}

/// The table that an object belongs to, an attachment of indexes to that of the attached one.
fn table_of(catalog: &Catalog, id: &ObjectId, entry: &Entry) -> ObjectId {
    match (&entry.object, id.kind) {
        (Object::IndexAttachment(attachment), _) => {
            let index = ObjectId::new(Kind::Index, id.identity.clone());
            let constraint = attachment.constraint.as_ref().map(|name| ObjectId::new(Kind::Constraint, name.as_str()));
            owner_of(catalog, &constraint.unwrap_or(index))
        }
        _ => owner_of(catalog, id),
    }
}

/// Whether a partition has an index for each of its partitioned table's, and no constraint beside those of that.
fn has_all(catalog: &Catalog, id: &ObjectId, own: &[&ObjectId]) -> bool {
    let Some(partition) = partition(catalog, id) else { return false };
    let above = ObjectId::new(Kind::Table, partition.of.as_str());
    let by_index = |entry: &Entry| match &entry.object {
        Object::Constraint(constraint) => ["p", "u", "x"].contains(&&*constraint.contype),
        _ => false,
    };
    let indexes = catalog.children(&above).filter(|(id, entry)| id.kind == Kind::Index || by_index(entry)).count();
    let attached = own.iter().filter(|id| id.kind == Kind::IndexAttachment).count();
    let known = |constraint: &ObjectId| {
        let name = constraint.name_in(id);
        catalog.children(&above).any(|(other, _)| other.kind == Kind::Constraint && other.name_in(&above) == name)
    };
    let others = own.iter().filter(|id| id.kind == Kind::Constraint && !catalog.entry(id).is_some_and(by_index));
    indexes == attached && others.into_iter().all(|id| known(id))
}

/// Whether an object of a partition may be what its partitioned table gives it; what it is in full, the proof says.
fn is_plain(catalog: &Catalog, id: &ObjectId) -> bool {
    let Some(entry) = catalog.entry(id) else { return false };
    let attached = || catalog.entry(&ObjectId::new(Kind::IndexAttachment, id.identity.clone())).is_some();
    let named = |table: &ObjectId| {
        let own = |identity: &str| identity.rsplit('.').next().unwrap_or_default().to_owned();
        let name = own(&id.identity);
        name.starts_with(&own(&table.identity)) && name.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("_idx")
    };
    match id.kind {
        Kind::Table => entry.common.comment.is_none() && tablespace(catalog, id) == above(catalog, id),
        Kind::Column | Kind::Constraint | Kind::Default | Kind::Partition | Kind::IndexAttachment => true,
        Kind::Index => attached() && entry.parent.as_ref().is_some_and(named),
        _ => false,
    }
}

/// The tablespace of a table; none for the database's own.
fn tablespace<'a>(catalog: &'a Catalog, id: &ObjectId) -> Option<&'a str> {
    match &catalog.entry(id)?.object {
        Object::Table(table) => table.tablespace.as_deref(),
        _ => None,
    }
}

/// The tablespace that a partition gets where it names none: its partitioned table's ("CREATE TABLE", `TABLESPACE`).
fn above<'a>(catalog: &'a Catalog, id: &ObjectId) -> Option<&'a str> {
    tablespace(catalog, &ObjectId::new(Kind::Table, partition(catalog, id)?.of.as_str()))
}

/// A partition that something else needs, or that is attached to something that stays behind it.
fn used(catalog: &Catalog, plain: &BTreeSet<&ObjectId>) -> Option<ObjectId> {
    let gone = |id: &ObjectId, entry: &Entry| plain.contains(&table_of(catalog, id, entry));
    let others = catalog.entries.iter().filter(|(id, entry)| !gone(id, entry));
    let mut needs = others.flat_map(|(_, entry)| &entry.needs);
    needs.find_map(|need| {
        let owner = table_of(catalog, need, catalog.entry(need)?);
        plain.contains(&owner).then_some(owner)
    })
}

fn partition<'a>(catalog: &'a Catalog, id: &ObjectId) -> Option<&'a crate::object::Partition> {
    match &catalog.entry(&ObjectId::new(Kind::Partition, id.identity.clone()))?.object {
        Object::Partition(partition) => Some(partition),
        _ => None,
    }
}

/// How many tables a table is a partition of.
fn depth(catalog: &Catalog, id: &ObjectId) -> usize {
    partition(catalog, id).map_or(0, |partition| 1 + depth(catalog, &ObjectId::new(Kind::Table, partition.of.as_str())))
}

fn section(catalog: &Catalog, id: &ObjectId) -> Option<(ObjectId, Section)> {
    let Object::Table(table) = &catalog.entry(id)?.object else { return None };
    let partition = partition(catalog, id)?;
    let by = table.partition_key.as_ref().map(|key| format!(" PARTITION BY {key}")).unwrap_or_default();
    let text = format!("CREATE TABLE {} PARTITION OF {} {}{by}", id.identity, partition.of, partition.bound);
    let of = ObjectId::new(Kind::Table, partition.of.as_str());
    Some((of.clone(), Section { id: id.clone(), of: Some(of), statements: vec![text] }))
}
