//! Foreign keys as PostgREST follows them: between tables, and through the views that show their columns.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::Compat;
use super::model::Relationship;
use super::text::json_columns;
use crate::surface::Key;
use crate::types::{Selection, by_name};

/// The relationships of each relation, by its oid, in order.
pub fn relationships(selection: &Selection, compat: Compat) -> HashMap<u32, Vec<Relationship>> {
    let views = Views::new(selection, compat);
    let mut found = HashMap::new();
    for key in selection.keys("f").filter(|key| !key.inherited) {
        let included = schema(selection, key.relation).is_some_and(|schema| selection.includes(schema));
        if included || compat != Compat::Meta099 {
            note(selection, &views, key, included, compat, &mut found);
        }
    }
    for (relation, of) in &mut found {
        // Embedding does not reach into another schema.
        of.retain(|(referenced, _)| schema(selection, *referenced) == schema(selection, *relation));
        of.sort_by(|(_, a), (_, b)| order(a, b, compat));
    }
    found.into_iter().map(|(relation, of)| (relation, of.into_iter().map(|(_, one)| one).collect())).collect()
}

/// By the key's name, the relation and its columns; then by this side's columns.
fn order(a: &Relationship, b: &Relationship, compat: Compat) -> Ordering {
    let lists = |a: &[String], b: &[String]| by_name(&json_columns(a), &json_columns(b));
    let ours = || match compat {
        Compat::Cli3 => lists(&a.columns, &b.columns),
        Compat::Hosted | Compat::Meta099 => a.columns.cmp(&b.columns),
    };
    by_name(&a.key, &b.key)
        .then_with(|| by_name(&a.referenced, &b.referenced))
        .then_with(|| lists(&a.referenced_columns, &b.referenced_columns))
        .then_with(ours)
}

/// One side of a relationship: a relation and its columns.
type End = (u32, Vec<String>);

/// Notes one foreign key: from the table and the views over it, to the referenced table and the views over that.
fn note(
    selection: &Selection,
    views: &Views,
    key: &Key,
    included: bool,
    compat: Compat,
    found: &mut HashMap<u32, Vec<(u32, Relationship)>>,
) {
    // The generators compare the columns in the key's order with those of unique keys by number.
    let one_to_one = views.unique.get(&key.relation).is_some_and(|unique| unique.contains(&key.columns));
    let here = (key.relation, names(selection, key.relation, &key.columns));
    let there = (key.referenced, names(selection, key.referenced, &key.referenced_columns));
    // Of such a key the generators write no columns; one of them also not where a view shows it.
    let lost = compat != Compat::Hosted && !schema(selection, key.relation).is_some_and(is_plain);
    let lost_to_views = lost && compat == Compat::Meta099;
    let unknown = |end: &End| (end.0, Vec::new());
    let from: Vec<End> = views.ends(key.relation, &key.columns);
    let to: Vec<End> = if lost_to_views { Vec::new() } else { views.ends(key.referenced, &key.referenced_columns) };
    let mut note = |(relation, columns): &End, (referenced, referenced_columns): &End, one_to_one: bool| {
        let Some(name) = selection.relation(*referenced).map(|relation| relation.name.clone()) else { return };
        let relationship = Relationship {
            key: key.name.clone(),
            columns: columns.clone(),
            one_to_one,
            referenced: name,
            referenced_columns: referenced_columns.clone(),
        };
        found.entry(*relation).or_default().push((*referenced, relationship));
    };
    if included {
        match lost {
            true => note(&unknown(&here), &unknown(&there), false),
            false => note(&here, &there, one_to_one),
        }
        to.iter().for_each(|to| note(&here, to, one_to_one));
    }
    for from in &from {
        match lost_to_views {
            true => note(from, &unknown(&there), false),
            false => note(from, &there, one_to_one),
        }
        to.iter().for_each(|to| note(from, to, one_to_one));
    }
}

/// The primary keys and unique constraints of each table, their columns by number.
fn unique_keys(selection: &Selection) -> HashMap<u32, Vec<Vec<i16>>> {
    let mut found: HashMap<u32, Vec<Vec<i16>>> = HashMap::new();
    for key in selection.surface.keys.iter().filter(|key| key.kind != "f") {
        let mut columns = key.columns.clone();
        columns.sort_unstable();
        found.entry(key.relation).or_default().push(columns);
    }
    found
}

fn names(selection: &Selection, relation: u32, numbers: &[i16]) -> Vec<String> {
    numbers.iter().filter_map(|number| selection.column_name(relation, *number)).map(str::to_owned).collect()
}

/// Whether a schema's name is written without quotes: the later generators compare what `regnamespace` prints with plain names.
fn is_plain(schema: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    schema.chars().all(word) && !schema.starts_with(|c: char| c.is_ascii_digit())
}

fn schema<'a>(selection: &Selection<'a>, relation: u32) -> Option<&'a str> {
    selection.relation(relation).map(|relation| &*relation.schema)
}

/// What stands over tables: unique keys, and the views that show their columns.
struct Views {
    unique: HashMap<u32, Vec<Vec<i16>>>,
    /// For each table's column, the views' columns that show it, by name within a view.
    shown: HashMap<(u32, i16), Vec<(u32, String)>>,
}

impl Views {
    /// Follows the columns of the chosen schemas' views down to the tables, through views that the generator looks into.
    fn new(selection: &Selection, compat: Compat) -> Self {
        let looked_into = |schema: &str| match compat {
            Compat::Hosted => true,
            Compat::Meta099 => selection.includes(schema),
            // What the command line takes for `extra_search_path` when nothing else is configured.
            Compat::Cli3 => selection.includes(schema) || matches!(schema, "public" | "extensions"),
        };
        let mut shown: HashMap<(u32, i16), Vec<(u32, String)>> = HashMap::new();
        let views = selection.surface.relations.iter().filter(|relation| matches!(&*relation.kind, "v" | "m"));
        for view in views.filter(|view| selection.includes(&view.schema)) {
            for column in selection.columns(view.oid) {
                let mut at = column;
                while let (Some(origin), Some(number)) = (at.origin, at.origin_number) {
                    shown.entry((origin, number)).or_default().push((view.oid, column.name.clone()));
                    let inner = selection.relation(origin).filter(|inner| looked_into(&inner.schema));
                    let Some(next) = inner.and_then(|_| selection.columns(origin).iter().find(|c| c.number == number))
                    else {
                        break;
                    };
                    at = next;
                }
            }
        }
        shown.values_mut().for_each(|of| of.sort());
        Self { unique: unique_keys(selection), shown }
    }

    /// For each view that shows all of some columns, each way to choose its columns for them.
    fn ends(&self, relation: u32, numbers: &[i16]) -> Vec<End> {
        let mut ends: Vec<End> = Vec::new();
        for (place, number) in numbers.iter().enumerate() {
            let shown = self.shown.get(&(relation, *number)).map(Vec::as_slice).unwrap_or_default();
            ends = if place == 0 {
                shown.iter().map(|(view, name)| (*view, vec![name.clone()])).collect()
            } else {
                let longer = |(view, columns): &End| -> Vec<End> {
                    let more = shown.iter().filter(|(other, _)| other == view);
                    more.map(|(_, name)| (*view, [columns.as_slice(), std::slice::from_ref(name)].concat())).collect()
                };
                ends.iter().flat_map(longer).collect()
            };
        }
        ends
    }
}
