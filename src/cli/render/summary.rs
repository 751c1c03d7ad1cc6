//! A comparison as a short list: the answer of `status`.

use super::Comparison;
use super::attribute::phrase;
use super::listing::{aligned, suggestions, unmodelled};
use super::part::Listed;
use crate::cli::compare::Change;
use crate::cli::style::Style;

/// The comparison as a short list.
pub fn summary(comparison: &Comparison, style: &Style) -> String {
    let head = format!(
        "{}\n\nLocal schema:   {}\nRemote schema:  {}\n\n",
        style.heading("Database Schema Status"),
        comparison.desired.described(comparison.read_at),
        comparison.current.described(comparison.read_at),
    );
    head + &verdict(comparison, style)
        + &lists(comparison, style)
        + &suggestions(&comparison.suggestions)
        + &unmodelled(&comparison.unmodelled)
}

/// What to run next when something differs; `flags` are those that name the target again.
pub fn next_steps(comparison: &Comparison, flags: &str) -> String {
    if comparison.is_equal() {
        return String::new();
    }
    format!("\nRun 'dbtool diff{flags}' for the detailed comparison\nRun 'dbtool sync{flags}' to apply the changes\n")
}

fn verdict(comparison: &Comparison, style: &Style) -> String {
    match comparison.counts().total() {
        0 => format!("Status: {}\n", style.good("IN SYNC")),
        changes => format!("Status: {}\nPending changes: {changes}\n", style.warning("OUT OF SYNC")),
    }
}

/// The lists of what is missing, extra and different, with one column of places for all of them.
fn lists(comparison: &Comparison, style: &Style) -> String {
    let name = comparison.current.name();
    let listed = comparison.listed();
    let rows: Vec<_> = listed.iter().map(|listed| (format!("  - {}", title(listed)), listed.place())).collect();
    let lines = aligned(&rows);
    let list = |heading: &str, wanted: fn(&Change) -> bool| {
        let chosen = listed.iter().zip(&lines).filter(|(listed, _)| wanted(&listed.difference().change));
        let body: String = chosen.map(|(_, line)| format!("{line}\n")).collect();
        if body.is_empty() { body } else { format!("{}\n{body}", style.heading(&format!("{heading} {name}:"))) }
    };
    let all = [
        list("Missing in", |change| matches!(change, Change::Missing)),
        list("Extra in", |change| matches!(change, Change::Extra)),
        list("Different in", |change| matches!(change, Change::Different(_))),
    ];
    let all = all.concat();
    if all.is_empty() { all } else { format!("\n{all}") }
}

fn title(listed: &Listed) -> String {
    match &listed.difference().change {
        Change::Missing | Change::Extra => listed.title(),
        Change::Different(attributes) => format!("{}: {}", listed.title(), phrase(attributes)),
    }
}
