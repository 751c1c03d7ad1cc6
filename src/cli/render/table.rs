//! Aligned tables.

use crate::cli::style::Style;

/// Rows under their heads, columns aligned; a column that is empty in every row is left out.
pub fn table(heads: &[&str], rows: &[Vec<String>], style: &Style) -> String {
    let width = |text: &str| text.chars().count();
    let columns: Vec<usize> =
        (0..heads.len()).filter(|&column| rows.iter().any(|row| !row[column].is_empty())).collect();
    let widest =
        |column: usize| rows.iter().map(|row| width(&row[column])).chain([width(heads[column])]).max().unwrap_or(0);
    let widths: Vec<usize> = columns.iter().map(|&column| widest(column)).collect();
    let line = |cells: &[&str]| {
        let padded = cells.iter().zip(&widths).map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide - width(cell))));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let head = line(&columns.iter().map(|&column| heads[column]).collect::<Vec<_>>());
    let body =
        rows.iter().map(|row| line(&columns.iter().map(|&column| row[column].as_str()).collect::<Vec<_>>()) + "\n");
    format!("{}\n{}", style.heading(&head), body.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let rows =
            [vec!["a".to_owned(), String::new(), "x".to_owned()], vec!["bcd".to_owned(), String::new(), String::new()]];
        assert_eq!(table(&["ID", "NONE", "WHAT"], &rows, &Style::plain()), "ID   WHAT\na    x\nbcd\n");
    }
}
