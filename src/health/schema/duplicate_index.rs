//! Indexes that another index makes superfluous.

use std::collections::BTreeMap;

use super::super::{Found, Severity};
use crate::catalog::Catalog;
use crate::object::{Object, ObjectId};

/// What an index is, apart from its name.
struct Shape<'a> {
    id: &'a ObjectId,
    /// The method with the keys and what follows: `btree (a, b) WHERE …`.
    text: String,
    /// Whether it serves a constraint, or keeps values unique: then it is not superfluous.
    keeps: bool,
}

/// Indexes that are the same as another, or whose keys another begins with.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    let mut tables: BTreeMap<&str, Vec<Shape<'_>>> = BTreeMap::new();
    for (id, entry) in &catalog.entries {
        if let Some((table, shape)) = shape(id, &entry.object) {
            tables.entry(table).or_default().push(shape);
        }
    }
    tables.values().flat_map(|shapes| superfluous(shapes)).collect()
}

/// Those of one table's indexes.
fn superfluous(shapes: &[Shape<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, shape) in shapes.iter().enumerate().filter(|(_, shape)| !shape.keeps) {
        let is_same = |(other_at, other): &(usize, &Shape<'_>)| {
            *other_at != at && other.text == shape.text && (other.keeps || *other_at < at)
        };
        let same = shapes.iter().enumerate().find(is_same);
        let longer = shapes.iter().find(|other| begins(&other.text, &shape.text));
        let (severity, message) = match (same, longer) {
            (Some((_, other)), _) => (Severity::Warning, format!("It is the same as {}", other.id.identity)),
            (None, Some(other)) => {
                (Severity::Note, format!("{} begins with the same columns and serves as well", other.id.identity))
            }
            (None, None) => continue,
        };
        let repair = format!("DROP INDEX CONCURRENTLY {}", shape.id.identity);
        found.push(Found::new(severity, &shape.id.identity, message, repair));
    }
    found
}

/// The table of an index or key, and its shape.
fn shape<'a>(id: &'a ObjectId, object: &'a Object) -> Option<(&'a str, Shape<'a>)> {
    match object {
        Object::Index(index) if index.valid && index.attached_to.0.is_none() => {
            let text = index.definition.split_once(" USING ")?.1.to_owned();
            let keeps = index.unique.0 || index.replica_identity || index.clustered;
            Some((&index.table, Shape { id, text, keeps }))
        }
        Object::Constraint(key) if matches!(&*key.contype, "p" | "u") => {
            let text = format!("btree ({})", key.columns.0.join(", "));
            Some((&key.table, Shape { id, text, keeps: true }))
        }
        _ => None,
    }
}

/// Whether a longer index on plain keys begins with the keys of a shorter one.
fn begins(longer: &str, shorter: &str) -> bool {
    let keys = |text: &str| text.strip_prefix("btree (").and_then(|rest| rest.strip_suffix(')')).map(str::to_owned);
    match (keys(longer), keys(shorter)) {
        // What follows the keys (INCLUDE, WHERE) closes a parenthesis in between.
        (Some(longer), Some(shorter)) => {
            !shorter.contains(") ") && longer.starts_with(&format!("{shorter}, ")) && !longer.contains(") ")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_index_serves_for_a_shorter_one() {
        assert!(begins("btree (a, b)", "btree (a)"));
        assert!(!begins("btree (a)", "btree (a)"));
        assert!(!begins("btree (ab, b)", "btree (a)"));
        assert!(!begins("btree (a DESC, b)", "btree (a)"));
        assert!(!begins("btree (a, b) WHERE (c > 0)", "btree (a)"));
        assert!(!begins("gin (a, b)", "gin (a)"));
    }
}
