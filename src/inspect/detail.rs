//! One object of any kind.

use serde::Serialize;

use super::activity::Activity;
use super::grant::grants;
use super::model::Grant;
use super::name::split;
use crate::catalog::Catalog;
use crate::object::{Object, ObjectId};
use crate::plan;

/// What is known of an object of any kind; of a relation, its model says more.
#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    /// What it is: "function".
    pub kind: String,
    /// Its name in full.
    pub identity: String,
    /// Its owner.
    pub owner: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// Its bytes, where it has any.
    pub bytes: Option<i64>,
    /// How often it was scanned, where it can be.
    pub scans: Option<i64>,
    /// Who may do what.
    pub privileges: Vec<Grant>,
    /// What it is part of.
    pub part_of: Option<String>,
    /// What it depends on.
    pub needs: Vec<String>,
    /// What depends on it.
    pub needed_by: Vec<String>,
    /// The SQL that makes it, and what belongs to it.
    pub definition: String,
}

/// What is known of an object.
pub fn detail(catalog: &Catalog, id: &ObjectId, activity: Option<&Activity>) -> Option<Detail> {
    let entry = catalog.entry(id)?;
    let measure = activity.map(|activity| activity.of(split(&id.identity))).filter(|measure| measure.bytes > 0);
    let name = |id: &ObjectId| format!("{} {}", id.kind.keyword().to_lowercase(), id.identity);
    let stranger = |other: &&ObjectId| !is_within(catalog, other, id);
    let needed_by = catalog.entries.iter().filter(|(_, entry)| entry.needs.contains(id)).map(|(id, _)| id);
    Some(Detail {
        kind: id.kind.keyword().to_lowercase(),
        identity: id.identity.to_string(),
        owner: entry.common.owner.clone(),
        comment: entry.common.comment.clone(),
        bytes: measure.map(|measure| measure.bytes),
        scans: measure.map(|measure| measure.scans),
        privileges: grants(id, entry, catalog),
        part_of: entry.parent.as_ref().map(name),
        needs: entry.needs.iter().filter(|need| Some(*need) != entry.parent.as_ref()).map(name).collect(),
        needed_by: needed_by.filter(stranger).map(name).collect(),
        definition: match &entry.object {
            Object::Column(column) => {
                let default = catalog.children(id).find_map(|(_, child)| match &child.object {
                    Object::Default(default) => Some(default),
                    _ => None,
                });
                let name = entry.parent.as_ref().map_or(&*id.identity, |table| id.name_in(table));
                format!("{}\n", column.definition(name, default))
            }
            _ => definition(catalog, id),
        },
    })
}

/// Whether an object is `whole`, or part or belonging of it.
fn is_within(catalog: &Catalog, id: &ObjectId, whole: &ObjectId) -> bool {
    id == whole
        || catalog
            .entry(id)
            .and_then(|entry| entry.parent.as_ref())
            .is_some_and(|parent| is_within(catalog, parent, whole))
}

/// The SQL that makes an object and what belongs to it; a part is made by what it is part of.
fn definition(catalog: &Catalog, id: &ObjectId) -> String {
    let own = plan::create(catalog, id).unwrap_or_default();
    let belongings = catalog.children(id).map(|(child, _)| definition(catalog, child));
    std::iter::once(own).chain(belongings).collect()
}
