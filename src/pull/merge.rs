//! What a person wrote stays as it is, with its comments, wherever the object that it declares has not changed.

use std::collections::{BTreeSet, HashMap};

use super::Section;
use super::arrange::owner_of;
use crate::catalog::Catalog;
use crate::object::ObjectId;
use crate::plan;
use crate::source::{Source, SourceStatement};
use crate::sql::Cursor;

/// The text of a schema file brought to `sections`: statements of unchanged objects are kept to the letter, those of others are
/// written anew in their place, and new objects stand at the end.
///
/// Nothing when the source is not one file.
pub fn merged(source: &Source, declared: &Catalog, live: &Catalog, sections: &[Section]) -> Option<String> {
    let [file] = source.files.as_slice() else { return None };
    let changed = changed(declared, live);
    let names = Names::of(source, &[declared, live]);
    let mut left: Vec<&Section> = sections.iter().collect();
    let mut take = |id: &ObjectId| -> String {
        let (taken, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut left).into_iter().partition(|section| section.id == *id);
        left = rest;
        taken.iter().map(|section| section.text()).collect::<Vec<_>>().join("\n")
    };
    let mut text = String::new();
    let mut end = 0;
    let mut written = BTreeSet::new();
    for (i, statement) in source.statements.iter().enumerate() {
        let next = behind(&file.text, statement.range.end);
        let lead = &file.text[end..statement.range.start];
        let body = &file.text[statement.range.start..next];
        end = next;
        match names.object(i, source, statement).filter(|id| changed.contains(id)) {
            None => text.extend([lead, body]),
            Some(id) if written.insert(id.clone()) => {
                let new = take(id);
                if new.is_empty() { text.push_str(header(lead)) } else { text.extend([lead, &new]) }
            }
            Some(_) => {}
        }
        if let Some(id) = names.object(i, source, statement).filter(|id| !changed.contains(id)) {
            take(id);
        }
    }
    text.push_str(&file.text[end..]);
    for section in left {
        if !text.is_empty() && !text.ends_with("\n\n") {
            text.push('\n');
        }
        text.push_str(&section.text());
    }
    Some(text)
}

/// The objects of which anything differs.
fn changed(declared: &Catalog, live: &Catalog) -> BTreeSet<ObjectId> {
    let differences = plan::compare(declared, live).into_iter();
    differences.flat_map(|difference| [owner_of(declared, &difference.id), owner_of(live, &difference.id)]).collect()
}

/// The byte behind a statement, its semicolon and the rest of its line.
fn behind(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let semicolon = rest.find(';').map_or(0, |at| if rest[..at].trim().is_empty() { at + 1 } else { 0 });
    let line = rest[semicolon..].find('\n').map_or(rest.len(), |at| semicolon + at + 1);
    let remark = rest[semicolon..line].trim();
    if remark.is_empty() || remark.starts_with("--") { end + line } else { end + semicolon }
}

/// What stands before a statement and belongs to the file: all up to the last empty line.
fn header(lead: &str) -> &str {
    lead.rfind("\n\n").map_or("", |at| &lead[..=at])
}

/// Which object a statement makes or speaks of.
struct Names<'a> {
    declarations: HashMap<usize, &'a ObjectId>,
    by_name: HashMap<(String, String), Vec<ObjectId>>,
    owners: HashMap<&'a ObjectId, ObjectId>,
}

impl<'a> Names<'a> {
    fn of(source: &Source, catalogs: &[&'a Catalog]) -> Self {
        let mut names = Self { declarations: HashMap::new(), by_name: HashMap::new(), owners: HashMap::new() };
        for catalog in catalogs {
            for (id, entry) in &catalog.entries {
                names.owners.insert(id, owner_of(catalog, id));
                if let Some(i) = source.declaration_of(id.kind.keyword(), &id.identity) {
                    names.declarations.insert(i, id);
                }
                let named = Cursor::new(&id.identity, 0).name();
                if let (None, [schema, name]) = (&entry.parent, named.as_slice()) {
                    let same = names.by_name.entry((schema.clone(), name.clone())).or_default();
                    if !same.contains(id) {
                        same.push(id.clone());
                    }
                }
            }
        }
        names
    }

    /// The object, or the outermost that it belongs to; nothing when that is not sure.
    fn object(&self, i: usize, source: &Source, statement: &SourceStatement) -> Option<&ObjectId> {
        if let Some(id) = self.declarations.get(&i) {
            return self.owners.get(id);
        }
        let head = &statement.head.object;
        let named = match &*statement.head.verb {
            "GRANT" | "REVOKE" => granted_on(source.text(statement)),
            "COMMENT" if head.keyword == "COLUMN" => head.name[..head.name.len().saturating_sub(1)].to_vec(),
            _ if !head.on.is_empty() => head.on.clone(),
            _ => head.name.clone(),
        };
        let (name, schema) = named.split_last()?;
        let schema = schema.last().map_or(&*statement.schema, String::as_str);
        match self.by_name.get(&(schema.to_owned(), name.clone()))?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// The name behind `ON` in a `GRANT` or `REVOKE`.
fn granted_on(text: &str) -> Vec<String> {
    let mut cursor = Cursor::new(text, 0);
    while !cursor.take("ON") {
        if cursor.advance().is_none() {
            return Vec::new();
        }
    }
    cursor.take_any(&["TABLE", "SEQUENCE", "FUNCTION", "PROCEDURE", "ROUTINE", "TYPE", "DOMAIN"]);
    cursor.name()
}
