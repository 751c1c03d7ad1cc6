//! A catalog as the SQL that a person would write: what belongs to an object stands with it, and what goes without saying is not said.

mod arrange;
mod fold;
mod merge;
mod partition;
mod plain;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;

use crate::catalog::Catalog;
use crate::object::ObjectId;
use crate::plan;
use crate::sql::Cursor;

pub use arrange::owner_of;
pub use merge::merged;
pub use plain::plain;

/// An object with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The object.
    pub id: ObjectId,
    /// The table that it is a partition of, where it is written as one.
    pub of: Option<ObjectId>,
    /// The statements that make it and what belongs to it, without semicolons.
    pub statements: Vec<String>,
}

impl Section {
    /// The statements as text: those of one line one below the other, longer ones apart.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut long_before = false;
        for statement in &self.statements {
            let long = statement.contains('\n');
            if !text.is_empty() && (long || long_before) {
                text.push('\n');
            }
            text.push_str(statement);
            text.push_str(";\n");
            long_before = long;
        }
        text
    }
}

/// The sections of a catalog beyond what a fresh database has, in an order in which each finds what it needs.
///
/// Partitions are written as such where that may be all that there is to say; those in `whole` are written as tables of their own.
///
/// # Errors
/// Dependencies that form a cycle, which is a fault of dbtool's own.
pub fn sections(fresh: &Catalog, catalog: &Catalog, whole: &BTreeSet<ObjectId>) -> Result<Vec<Section>> {
    let (catalog, partitions) = partition::apart(catalog, whole);
    let plan = plan::folding(fresh, &catalog, fold::folded(&catalog))?;
    let mut sections = arrange::arrange(&catalog, plan);
    partition::insert(&mut sections, partitions);
    Ok(sections)
}

/// The sections as one file for each object, in folders by schema and kind.
pub fn files(sections: &[Section]) -> BTreeMap<PathBuf, String> {
    let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
    for section in sections {
        let text = files.entry(path(&section.id)).or_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&section.text());
    }
    files
}

/// `shop/tables/orders.sql`; overloads of a function share a file.
fn path(id: &ObjectId) -> PathBuf {
    let mut cursor = Cursor::new(&id.identity, 0);
    let name = if id.kind.keyword() == "OPERATOR" { cursor.operator() } else { cursor.name() };
    let safe = |name: &str| {
        name.chars().map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { '_' }).collect::<String>()
    };
    let kind = id.kind.keyword().to_ascii_lowercase().replace(' ', "_");
    let kind = kind.strip_suffix('y').map_or_else(|| format!("{kind}s"), |stem| format!("{stem}ies"));
    let (own, schema) = name.split_last().map_or((&*id.identity, None), |(own, schema)| (own.as_str(), schema.first()));
    let folder = schema.map_or_else(PathBuf::new, |schema| PathBuf::from(safe(schema)));
    folder.join(kind).join(format!("{}.sql", safe(own)))
}

/// The sections as one file.
pub fn file(sections: &[Section]) -> String {
    let mut text = String::new();
    let mut before: Option<&Section> = None;
    for section in sections {
        let together =
            before.is_some_and(|before| before.id.kind == section.id.kind && before.is_short() && section.is_short());
        if before.is_some() && !together {
            text.push('\n');
        }
        text.push_str(&section.text());
        before = Some(section);
    }
    text
}

impl Section {
    /// Whether it is one line.
    fn is_short(&self) -> bool {
        matches!(&*self.statements, [only] if !only.contains('\n'))
    }
}
