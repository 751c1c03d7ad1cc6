//! Lists whose second column is aligned.

use super::comparison::Suggestion;

/// A first column wider than this does not push the second one away from the others.
const WIDEST: usize = 80;

/// Rows of two columns, the second one aligned where it can be.
pub fn aligned(rows: &[(String, Option<String>)]) -> Vec<String> {
    let width = |text: &str| text.chars().count();
    let column = rows.iter().map(|(first, _)| width(first)).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    let row = |(first, second): &(String, Option<String>)| match second {
        Some(second) => format!("{first}{}  {second}", " ".repeat(column.saturating_sub(width(first)))),
        None => first.clone(),
    };
    rows.iter().map(row).collect()
}

/// What looks like an undeclared rename, and how to declare it; empty when nothing does.
pub fn suggestions(suggestions: &[Suggestion]) -> String {
    if suggestions.is_empty() {
        return String::new();
    }
    let line = |s: &Suggestion| {
        let alone = s.place.text.chars().take(s.place.column - 1).all(char::is_whitespace);
        let (how, place) = match alone {
            true => ("above", format!("{}:{}", s.place.file, s.place.line)),
            false => ("on a line of its own before", s.place.to_string()),
        };
        format!("  - {} {} → {}: write '{}' {how} {place}\n", s.keyword, s.from, s.to, s.annotation)
    };
    format!("\nLooks like a rename; if it is one, declare it:\n{}", suggestions.iter().map(line).collect::<String>())
}

/// What the database has and dbtool does not handle, as a section of its own; empty when there is nothing.
pub fn unmodelled(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let lines: String = names.iter().map(|name| format!("  - {name}\n")).collect();
    format!("\nNot handled by dbtool:\n{lines}")
}
