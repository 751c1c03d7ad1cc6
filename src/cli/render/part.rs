//! A difference together with the parts that are missing or extra with it.

use super::comparison::Entry;
use super::measure::counted;
use crate::cli::compare::Difference;

/// A difference together with the parts that are missing or extra with it.
#[derive(Clone, Debug)]
pub struct Listed<'a> {
    /// The object that is listed.
    pub entry: &'a Entry,
    /// Its parts, in the order of the comparison.
    pub parts: Vec<&'a Entry>,
}

/// The keywords of what only ties objects together, which is not counted.
const TIES: [&str; 6] =
    ["DEFAULT VALUE", "INDEX ATTACHMENT", "INHERITANCE", "PARTITION", "SEQUENCE OWNER", "TABLE TYPE"];

/// A title without the schema that every name is in unless another is named.
fn without_public(title: &str) -> String {
    let mut short = String::with_capacity(title.len());
    for (index, piece) in title.split("public.").enumerate() {
        if index > 0 && !short.is_empty() && !short.ends_with([' ', '(', ',']) {
            short.push_str("public.");
        }
        short.push_str(piece);
    }
    short
}

impl<'a> Listed<'a> {
    /// The listed object's own difference.
    pub fn difference(&self) -> &'a Difference {
        &self.entry.difference
    }

    /// The title, with its parts counted: "TABLE users (5 columns, 1 index)".
    pub fn title(&self) -> String {
        let title = without_public(&self.difference().title);
        let parts = self.counted_parts();
        if parts.is_empty() { title } else { format!("{title} ({})", parts.join(", ")) }
    }

    /// "schema.sql:88", if the place is known.
    pub fn place(&self) -> Option<String> {
        self.difference().place.as_ref().map(|place| format!("{}:{}", place.file, place.line))
    }

    /// The SQL that makes the object and its parts.
    pub fn create(&self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.entry).chain(self.parts.iter().copied()).filter_map(|entry| entry.create.as_deref())
    }

    fn counted_parts(&self) -> Vec<String> {
        let mut counts: Vec<(&str, u64)> = Vec::new();
        let keywords = self.parts.iter().map(|part| part.difference.keyword.as_str());
        for keyword in keywords.filter(|keyword| !TIES.contains(keyword)) {
            match counts.iter_mut().find(|(known, _)| *known == keyword) {
                Some((_, count)) => *count += 1,
                None => counts.push((keyword, 1)),
            }
        }
        counts.into_iter().map(|(keyword, count)| counted(count, &keyword.to_lowercase())).collect()
    }
}
