//! Two sides with all that differs between them.

use std::collections::HashMap;

use jiff::Timestamp;

use serde::Serialize;

use super::Side;
use super::part::Listed;
use crate::cli::compare::{Change, Difference};
use crate::failure::Place;

/// Two sides with all that differs between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What is declared.
    pub desired: Side,
    /// What the database has.
    pub current: Side,
    /// What differs, in the order in which it is to be shown.
    pub entries: Vec<Entry>,
    /// What looks like a rename that is not declared.
    pub suggestions: Vec<Suggestion>,
    /// What the database has and dbtool does not handle, in words.
    pub unmodelled: Vec<String>,
    /// When the sides were read.
    pub read_at: Timestamp,
}

/// A difference with the SQL that makes the object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The difference.
    pub difference: Difference,
    /// What creates a missing or an extra object, with semicolons; nothing when its parent's creation brings it.
    pub create: Option<String>,
}

/// An object that goes and one of the same making that comes.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestion {
    /// The kind's keyword.
    pub keyword: &'static str,
    /// The identity of the one that goes.
    pub from: String,
    /// The identity of the one that comes.
    pub to: String,
    /// What to write before the new one if it was renamed.
    pub annotation: String,
    /// What that is to be written before; in JSON "schema.sql:12".
    #[serde(serialize_with = "file_and_line")]
    pub place: Place,
}

fn file_and_line<S: serde::Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{}:{}", place.file, place.line))
}

/// How many objects differ in each way, parts of missing and extra ones not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub missing: usize,
    pub extra: usize,
    pub different: usize,
}

impl Counts {
    pub fn total(self) -> usize {
        self.missing + self.extra + self.different
    }
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_equal(&self) -> bool {
        self.entries.is_empty()
    }

    /// The differences, each missing or extra object with its parts.
    pub(super) fn listed(&self) -> Vec<Listed<'_>> {
        let roots: Vec<usize> = self.roots();
        let mut listed: Vec<Listed> = Vec::new();
        let mut position: HashMap<usize, usize> = HashMap::new();
        for (index, entry) in self.entries.iter().enumerate().filter(|(index, _)| roots[*index] == *index) {
            position.insert(index, listed.len());
            listed.push(Listed { entry, parts: Vec::new() });
        }
        for (index, entry) in self.entries.iter().enumerate().filter(|(index, _)| roots[*index] != *index) {
            listed[position[&roots[index]]].parts.push(entry);
        }
        listed
    }

    /// The differences of whole objects, without the parts that are missing or extra with them.
    pub fn wholes(&self) -> Vec<&Difference> {
        self.listed().iter().map(Listed::difference).collect()
    }

    /// How many objects differ in each way.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for listed in self.listed() {
            match listed.difference().change {
                Change::Missing => counts.missing += 1,
                Change::Extra => counts.extra += 1,
                Change::Different(_) => counts.different += 1,
            }
        }
        counts
    }

    /// For each entry the topmost one that it goes with: its own index when that is itself.
    pub(super) fn roots(&self) -> Vec<usize> {
        let whole: HashMap<(&str, &str, bool), usize> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| {
                let Difference { keyword, identity, .. } = &entry.difference;
                Some(((keyword.as_str(), identity.as_str(), is_missing(entry)?), index))
            })
            .collect();
        let above = |index: usize| {
            let entry = &self.entries[index];
            let parent = entry.difference.parent.as_ref()?;
            let parent = whole.get(&(parent.kind.keyword(), &*parent.identity, is_missing(entry)?));
            parent.copied().filter(|parent| *parent != index)
        };
        let depth = self.entries.len();
        let topmost =
            |index| std::iter::successors(Some(index), |index| above(*index)).take(depth).last().unwrap_or(index);
        (0..depth).map(topmost).collect()
    }
}

/// Whether an object is missing; nothing when it is on both sides.
fn is_missing(entry: &Entry) -> Option<bool> {
    match entry.difference.change {
        Change::Missing => Some(true),
        Change::Extra => Some(false),
        Change::Different(_) => None,
    }
}
