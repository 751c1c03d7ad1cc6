//! Two texts line by line, with the words that differ marked.

use similar::{ChangeTag, InlineChange, TextDiff};

use crate::cli::style::Style;

/// How many equal lines are shown around a change.
const CONTEXT: usize = 3;

/// A unified diff of two texts.
pub fn line_diff(current: &[String], desired: &[String], style: &Style) -> Vec<String> {
    let text = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let (current, desired) = (text(current), text(desired));
    let diff = TextDiff::from_lines(&current, &desired);
    let mut out = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        out.push(style.faint(&hunk.header().to_string()));
        let changes = hunk.ops().iter().flat_map(|op| diff.iter_inline_changes(op));
        out.extend(changes.map(|change| line(&change, style)));
    }
    out
}

/// A line with its sign; words that differ stand out.
fn line(change: &InlineChange<'_, str>, style: &Style) -> String {
    let pieces = change.values().iter().map(|(differs, text)| (*differs, text.trim_end_matches('\n')));
    let paint = |(differs, text): (bool, &str)| match (change.tag(), differs) {
        (ChangeTag::Equal, _) => text.to_owned(),
        (ChangeTag::Delete, false) => style.removed(text),
        (ChangeTag::Delete, true) => style.removed_word(text),
        (ChangeTag::Insert, false) => style.added(text),
        (ChangeTag::Insert, true) => style.added_word(text),
    };
    let sign = match change.tag() {
        ChangeTag::Equal => "  ",
        ChangeTag::Delete => "- ",
        ChangeTag::Insert => "+ ",
    };
    std::iter::once((false, sign)).chain(pieces).map(paint).collect()
}
