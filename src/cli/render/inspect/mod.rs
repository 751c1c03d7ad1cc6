//! What a database holds, and one object of it, as text for people.

mod detail;
mod embedding;
mod overview;
mod relation;

pub use detail::detail;
pub use embedding::embeddings;
pub use overview::overview;
pub use relation::relation;

use super::grid::{Grid, one_line};
use super::measure::{bytes, many};
use crate::cli::style::Style;
use crate::inspect::model::{Grant, Size};

/// A headline with a grid under it; nothing when the grid is empty.
fn section(title: &str, grid: &Grid, style: &Style) -> String {
    if grid.is_empty() { String::new() } else { format!("\n{}\n{}", style.heading(title), grid.lines(style)) }
}

/// A comment as a paragraph of its own; nothing when there is none.
fn prose(comment: Option<&String>) -> String {
    comment.map(|comment| comment.lines().map(|line| format!("{}\n", one_line(line))).collect()).unwrap_or_default()
}

/// "1,204" or "41 M"; empty when nobody knows.
fn rows(size: Option<&Size>) -> String {
    let rows = size.and_then(|size| size.rows).and_then(|rows| u64::try_from(rows).ok());
    rows.map(|rows| many(rows, "row").trim_end_matches(" rows").trim_end_matches(" row").to_owned()).unwrap_or_default()
}

/// "12 GB"; empty when nobody knows.
fn size(size: Option<&Size>) -> String {
    size.map(|size| bytes(size.bytes())).unwrap_or_default()
}

/// SQL, indented.
fn sql(text: &str) -> String {
    text.trim_end()
        .lines()
        .map(|line| format!("  {}\n", line.replace(|c: char| c.is_control() && c != '\t', " ")))
        .collect()
}

/// Privileges by role.
fn privileges(grants: &[Grant], style: &Style) -> String {
    let mut grid = Grid::new(&["ROLE", "COLUMN", "PRIVILEGES"]);
    for grant in grants {
        let role = if grant.owner { format!("{} (owner)", grant.role) } else { grant.role.clone() };
        grid.row([role.into(), grant.column.clone().unwrap_or_default().into(), grant.privileges.join(", ").into()]);
    }
    section("Privileges", &grid, style)
}
