//! What looks like a rename that no one declared: an object that goes and one of the same making that comes.

use std::collections::BTreeMap;

use super::split_own;
use crate::catalog::{Catalog, Entry};
use crate::object::ObjectId;

/// Two objects that differ in nothing but the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The one that is only in the database.
    pub old: ObjectId,
    /// The one that is only declared.
    pub new: ObjectId,
}

/// The pairs of objects, alone in their likeness, of which one is only in `current` and one only in `desired`.
pub fn alike(current: &Catalog, desired: &Catalog) -> Vec<Alike> {
    let (mut going, coming) = (unmatched(current, desired), unmatched(desired, current));
    let pairs = coming.into_iter().filter_map(|(likeness, new)| match (&*going.remove(&likeness)?, &*new) {
        ([old], [new]) => Some(Alike { old: (*old).clone(), new: (*new).clone() }),
        _ => None,
    });
    let mut pairs: Vec<Alike> = pairs.collect();
    pairs.sort_by(|a, b| a.new.cmp(&b.new));
    pairs
}

/// The objects of one catalog that the other lacks although it has their parents, by their likeness.
fn unmatched<'a>(catalog: &'a Catalog, other: &Catalog) -> BTreeMap<String, Vec<&'a ObjectId>> {
    let mut found: BTreeMap<String, Vec<&ObjectId>> = BTreeMap::new();
    for (id, entry) in &catalog.entries {
        let stands = entry.parent.as_ref().is_none_or(|parent| other.entry(parent).is_some());
        if stands && other.entry(id).is_none() && entry.object.shown_with(id).is_none() && !entry.object.is_derived() {
            found.entry(likeness(catalog, id, entry)).or_default().push(id);
        }
    }
    found
}

/// All that an object and its parts are, but for its name.
fn likeness(catalog: &Catalog, id: &ObjectId, entry: &Entry) -> String {
    let (before, own, after) = split_own(&id.identity);
    let parts = catalog.children(id).filter(|(part, _)| part.kind.is_part());
    let parts: Vec<String> = parts.map(|(part, entry)| format!("{part} {}", text(entry))).collect();
    let all = format!("{} {before} {after} {} {}", id.kind.keyword(), text(entry), parts.join(" "));
    without_word(&all, own.trim_matches('"'))
}

/// The text with another mark wherever the word stands alone.
fn without_word(text: &str, word: &str) -> String {
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(word).filter(|_| !word.is_empty()) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let alone = !before.ends_with(of_word) && !after.starts_with(of_word);
        out.push_str(before);
        out.push_str(if alone { "\u{0}" } else { word });
        rest = after;
    }
    out + rest
}

fn text(entry: &Entry) -> String {
    serde_json::to_string(&entry.object).expect("an object is plain data")
}

#[cfg(test)]
mod tests {
    use super::without_word;

    #[test]
    fn a_name_counts_only_where_it_stands_alone() {
        assert_eq!(without_word("CREATE INDEX a ON public.ta (a)", "a"), "CREATE INDEX \0 ON public.ta (\0)");
        assert_eq!(without_word("abc", ""), "abc");
    }
}
