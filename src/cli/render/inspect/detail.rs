//! One object of any kind but tables and views.

use super::{privileges, prose, section, sql};
use crate::cli::render::grid::{Grid, one_line};
use crate::cli::render::measure::bytes;
use crate::cli::style::Style;
use crate::inspect::Detail;

/// One object.
pub fn detail(detail: &Detail, style: &Style) -> String {
    let title = one_line(&format!("{} {}", detail.kind.to_uppercase(), detail.identity));
    let mut facts: Vec<String> = detail.owner.iter().map(|owner| format!("owner {owner}")).collect();
    facts.extend(detail.part_of.iter().map(|whole| format!("of {whole}")));
    facts.extend(detail.bytes.map(|size| bytes(size.unsigned_abs())));
    facts.extend(detail.scans.filter(|_| detail.bytes.is_some()).map(|scans| format!("scanned {scans} times")));
    let facts =
        if facts.is_empty() { String::new() } else { format!("{}\n", style.faint(&one_line(&facts.join(" · ")))) };
    let mut text = format!("{}\n{}{facts}", style.heading(&title), prose(detail.comment.as_ref()));
    if !detail.definition.is_empty() {
        text += &format!("\n{}\n{}", style.heading("Definition"), sql(&detail.definition));
    }
    text += &section("Needs", &list(&detail.needs), style);
    text += &section("Needed by", &list(&detail.needed_by), style);
    text + &privileges(&detail.privileges, style)
}

fn list(names: &[String]) -> Grid {
    let mut grid = Grid::new(&[""]);
    for name in names {
        grid.row([name.clone().into()]);
    }
    grid
}
