//! What differs between two sides, as the commands show it.

use anyhow::Result;
use jiff::Timestamp;

use super::side::Sides;
use crate::catalog::{self, Catalog};
use crate::cli::compare::Difference;
use crate::cli::render::{Comparison, Entry, Suggestion};
use crate::object::{Kind, ObjectId};
use crate::plan::{self, Change};
use crate::rename::{Alike, alike, own_name};
use crate::sql::Statement;

/// The differences with their places and the SQL that makes each object.
pub fn comparison(sides: &Sides) -> Result<Comparison> {
    let Sides { current, desired, .. } = sides;
    let differences = plan::compare(&current.managed, &desired.managed);
    let entries = differences.into_iter().map(|difference| {
        let (catalog, create) = match difference.change {
            Change::Extra => (&current.managed, true),
            Change::Missing => (&desired.managed, true),
            Change::Different(_) => (&desired.managed, false),
        };
        let keyword = difference.id.kind.keyword();
        let parent = shown_with(catalog, &difference.id);
        let locate = |id: &ObjectId| desired.source.as_ref()?.locate(id.kind.keyword(), &id.identity);
        let declared = (difference.change != Change::Extra).then_some(&difference.id);
        let place = declared.and_then(|id| locate(id).or_else(|| locate(parent.as_ref()?)));
        Entry {
            create: create.then(|| plan::create(catalog, &difference.id)).flatten(),
            difference: Difference {
                keyword: keyword.to_owned(),
                identity: difference.id.identity.to_string(),
                title: difference.title,
                parent,
                change: difference.change,
                place,
            },
        }
    });
    let renames = sides.renames.iter().map(|rename| Entry { create: None, difference: renamed(rename) });
    let entries = renames.chain(entries).collect();
    Ok(Comparison {
        desired: desired.side.clone(),
        current: current.side.clone(),
        entries,
        suggestions: suggestions(sides),
        unmodelled: current.managed.unmodelled.clone(),
        read_at: Timestamp::now(),
    })
}

/// What looks like a rename that the files do not declare.
fn suggestions(sides: &Sides) -> Vec<Suggestion> {
    let Some(source) = &sides.desired.source else { return Vec::new() };
    let suggestion = |Alike { old, new }| {
        let place = source.locate(new.kind.keyword(), &new.identity)?;
        Some(Suggestion {
            keyword: new.kind.keyword(),
            annotation: format!("-- dbtool: renamed from {}", own_name(&old.identity)),
            from: old.identity.to_string(),
            to: new.identity.to_string(),
            place,
        })
    };
    alike(&sides.current.managed, &sides.desired.managed).into_iter().filter_map(suggestion).collect()
}

/// What an object is shown with: mostly its parent; for the sequence of a `serial`, the table.
fn shown_with(catalog: &Catalog, id: &ObjectId) -> Option<ObjectId> {
    let entry = catalog.entry(id)?;
    let owned = |(child, owner): (&ObjectId, &catalog::Entry)| {
        let column = owner.needs.iter().find(|need| child.kind == Kind::SequenceOwner && need.kind == Kind::Column);
        catalog.entry(column?)?.parent.clone()
    };
    let with = entry.parent.clone().or_else(|| entry.object.shown_with(id));
    with.or_else(|| catalog.children(id).find_map(owned))
}

/// A rename that is still to be done.
fn renamed(statement: &Statement) -> Difference {
    Difference {
        keyword: "RENAME".to_owned(),
        identity: statement.text.clone(),
        title: statement.text.clone(),
        parent: None,
        change: Change::Missing,
        place: None,
    }
}
