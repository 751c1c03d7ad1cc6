//! A comparison as JSON.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::comparison::{Entry, Suggestion};
use super::{Comparison, Side};
use crate::cli::compare::{Attribute, Change};

/// The answer of `status` and `diff`: `{"status": "in_sync" | "out_of_sync", "counts": {…}, "desired", "current",
/// "differences": […], "suggestions": [{"keyword", "from", "to", "annotation", "place"}], "not_handled": ["…"], "read_at"}`.
#[derive(Serialize)]
struct ComparisonJson<'a> {
    status: &'static str,
    counts: CountsJson,
    desired: &'a Side,
    current: &'a Side,
    differences: Vec<DifferenceJson<'a>>,
    suggestions: &'a [Suggestion],
    not_handled: &'a [String],
    read_at: Timestamp,
}

/// The objects that differ, without those that are part of a missing or an extra one.
#[derive(Serialize)]
struct CountsJson {
    missing: usize,
    extra: usize,
    different: usize,
    not_handled: usize,
}

/// A difference: `{"change": "missing" | "extra" | "different", "keyword", "identity", "title", "part_of"?, "file"?,
/// "line"?, "attributes"?: [{"name", "current", "desired"}], "create"?}`.
#[derive(Serialize)]
struct DifferenceJson<'a> {
    change: &'static str,
    keyword: &'a str,
    identity: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    attributes: &'a [Attribute],
    #[serde(skip_serializing_if = "Option::is_none")]
    create: Option<&'a str>,
}

impl Serialize for Comparison {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let roots = self.roots();
        let differences = self.entries.iter().zip(roots).enumerate().map(|(index, (entry, root))| {
            DifferenceJson::of(entry, (root != index).then(|| self.entries[root].difference.identity.as_str()))
        });
        let counts = self.counts();
        ComparisonJson {
            status: if self.is_equal() { "in_sync" } else { "out_of_sync" },
            counts: CountsJson {
                missing: counts.missing,
                extra: counts.extra,
                different: counts.different,
                not_handled: self.unmodelled.len(),
            },
            desired: &self.desired,
            current: &self.current,
            differences: differences.collect(),
            suggestions: &self.suggestions,
            not_handled: &self.unmodelled,
            read_at: self.read_at,
        }
        .serialize(serializer)
    }
}

impl<'a> DifferenceJson<'a> {
    fn of(entry: &'a Entry, part_of: Option<&'a str>) -> Self {
        let difference = &entry.difference;
        let (change, attributes): (_, &[Attribute]) = match &difference.change {
            Change::Missing => ("missing", &[]),
            Change::Extra => ("extra", &[]),
            Change::Different(attributes) => ("different", attributes),
        };
        let place = difference.place.as_ref();
        Self {
            change,
            keyword: &difference.keyword,
            identity: &difference.identity,
            title: &difference.title,
            part_of,
            file: place.map(|place| place.file.as_str()),
            line: place.map(|place| place.line),
            attributes,
            create: entry.create.as_deref(),
        }
    }
}
