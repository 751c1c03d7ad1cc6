//! A comparison in detail: the answer of `diff`.

use super::Comparison;
use super::attribute::{lines, name};
use super::lines::line_diff;
use super::listing::{suggestions, unmodelled};
use super::measure::counted;
use super::part::Listed;
use crate::cli::compare::{Attribute, Change};
use crate::cli::style::Style;

/// The comparison object by object and attribute by attribute; `-` is what the database has, `+` what is declared.
pub fn details(comparison: &Comparison, style: &Style) -> String {
    let head = format!(
        "{}\n{}\n",
        style.removed(&format!("--- {}", comparison.current.described(comparison.read_at))),
        style.added(&format!("+++ {}", comparison.desired.described(comparison.read_at))),
    );
    let objects: String = comparison.listed().iter().map(|listed| object(listed, style)).collect();
    let alike = suggestions(&comparison.suggestions);
    format!("{head}{objects}\n{}{alike}{}", verdict(comparison), unmodelled(&comparison.unmodelled))
}

/// "3 differences: 1 missing, 1 extra, 1 different in production".
fn verdict(comparison: &Comparison) -> String {
    let counts = comparison.counts();
    if counts.total() == 0 {
        return "No differences\n".to_owned();
    }
    let parts: Vec<String> = [(counts.missing, "missing"), (counts.extra, "extra"), (counts.different, "different")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let total = counted(counts.total() as u64, "difference");
    format!("{total}: {} in {}\n", parts.join(", "), comparison.current.name())
}

/// An object with its headline and its body.
fn object(listed: &Listed, style: &Style) -> String {
    let place = listed.place().map(|place| style.faint(&format!("  {place}"))).unwrap_or_default();
    let (sign, body) = match &listed.difference().change {
        Change::Missing => (style.added("+"), created(listed, "+ ", |line| style.added(line))),
        Change::Extra => (style.removed("-"), created(listed, "- ", |line| style.removed(line))),
        Change::Different(attributes) => {
            (style.warning("~"), attributes.iter().flat_map(|a| attribute(a, style)).collect())
        }
    };
    let body: String = body.iter().map(|line| format!("    {line}\n")).collect();
    format!("\n{sign} {}{place}\n{body}", style.heading(&listed.title()))
}

/// The SQL of an object that is on one side only.
fn created(listed: &Listed, sign: &str, paint: impl Fn(&str) -> String) -> Vec<String> {
    listed.create().flat_map(str::lines).map(|line| paint(format!("{sign}{line}").trim_end())).collect()
}

/// An attribute: in one line on each side, or as a line diff.
fn attribute(attribute: &Attribute, style: &Style) -> Vec<String> {
    let name = name(attribute);
    let (current, desired) = (lines(&attribute.current), lines(&attribute.desired));
    if current.len() > 1 || desired.len() > 1 {
        let mut all = vec![format!("{name}:")];
        all.extend(line_diff(&current, &desired, style));
        return all;
    }
    let removed = current.iter().map(|value| style.removed(&format!("- {name}: {value}")));
    let added = desired.iter().map(|value| style.added(&format!("+ {name}: {value}")));
    removed.chain(added).collect()
}
