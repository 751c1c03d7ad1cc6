//! Tables of text: aligned columns under faint heads.

use unicode_width::UnicodeWidthStr;

use crate::cli::style::Style;

/// A cell wider than this does not push the next column away from the others.
const WIDEST: usize = 64;

/// How a cell is marked.
pub type Paint = fn(&Style, &str) -> String;

/// A cell: its text and how it is marked.
#[derive(Clone, Debug)]
pub struct Cell(String, Paint);

impl Cell {
    /// Text that is marked.
    pub fn painted(text: impl Into<String>, paint: Paint) -> Self {
        Self(one_line(&text.into()), paint)
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::painted(text, |_, text| text.to_owned())
    }
}

/// Rows of cells under heads.
#[derive(Clone, Debug)]
pub struct Grid {
    heads: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// A grid with these heads; one that begins with `>` is aligned to the right.
    pub fn new(heads: &[&'static str]) -> Self {
        Self { heads: heads.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, a cell for each head.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N, self.heads.len(), "a cell for each head");
        self.rows.push(cells.into());
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The grid as lines, two spaces before each; columns without a text are left out.
    pub fn lines(&self, style: &Style) -> String {
        let used: Vec<usize> =
            (0..self.heads.len()).filter(|&i| self.rows.iter().any(|row| !row[i].0.is_empty())).collect();
        let widths: Vec<usize> = used.iter().map(|&i| self.width(i)).collect();
        let faint: Paint = |style, text| style.faint(text);
        let heads: Vec<Cell> =
            self.heads.iter().map(|head| Cell::painted(head.trim_start_matches('>'), faint)).collect();
        let head = heads.iter().any(|head| !head.0.is_empty()).then_some(&heads);
        let line = |cells: &Vec<Cell>| {
            let mut line = String::from(" ");
            for (&i, width) in used.iter().zip(&widths) {
                let Cell(text, paint) = &cells[i];
                let pad = " ".repeat(width.saturating_sub(text.width()));
                let painted = paint(style, text);
                let right = self.heads[i].starts_with('>');
                line += &if right { format!(" {pad}{painted} ") } else { format!(" {painted}{pad} ") };
            }
            format!("{}\n", line.trim_end())
        };
        head.into_iter().chain(&self.rows).map(line).collect()
    }

    fn width(&self, column: usize) -> usize {
        let head = self.heads[column].trim_start_matches('>').width();
        let cells = self.rows.iter().map(|row| row[column].0.width()).filter(|width| *width <= WIDEST);
        cells.max().unwrap_or(0).max(head)
    }
}

/// Text of several lines, or with control characters, on one.
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let mut grid = Grid::new(&["NAME", "EMPTY", ">ROWS"]);
        grid.row(["orders".into(), "".into(), "1,204".into()]);
        grid.row(["名前".into(), "".into(), "3".into()]);
        assert_eq!(grid.lines(&Style::plain()), "  NAME     ROWS\n  orders  1,204\n  名前        3\n");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(one_line("a\n  b\u{1b}[31m"), "a b [31m");
    }
}
