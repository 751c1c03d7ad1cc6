//! Renames that no one declared: asked about, and declared where they belong.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::cli::Context;
use crate::cli::render::Suggestion;
use crate::failure::{Failure, Place};
use crate::whole;

/// Asks of what looks like a rename whether it is one, and writes the annotation; whether any was written.
///
/// A program, and a user who has said `--yes`, is not asked: nothing is guessed.
pub fn declare(context: &Context<'_>, suggestions: &[Suggestion]) -> Result<bool> {
    let ui = context.ui;
    let mut declared: Vec<&Suggestion> = Vec::new();
    if !ui.can_ask() || ui.says_yes() {
        return Ok(false);
    }
    for suggestion in suggestions {
        let Suggestion { keyword, from, to, .. } = suggestion;
        if ui.confirm(&format!("Is {keyword} {to} the former {from}, renamed?"), "--yes")? {
            declared.push(suggestion);
        }
    }
    // From the end of each file, so that what stands before keeps its line.
    declared.sort_by(|a, b| {
        (&b.place.file, b.place.line, b.place.column).cmp(&(&a.place.file, a.place.line, a.place.column))
    });
    for Suggestion { annotation, place, .. } in &declared {
        let text = fs::read_to_string(&place.file).with_context(|| format!("Cannot read {}", place.file))?;
        whole::write_text(Path::new(&place.file), &annotated(&text, annotation, place)?)?;
        ui.note(&format!("Wrote '{annotation}' to {}:{}", place.file, place.line));
    }
    Ok(!declared.is_empty())
}

/// The text with the annotation on a line of its own before what stands at `place`.
fn annotated(text: &str, annotation: &str, place: &Place) -> Result<String> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let index = place.line - 1;
    let line = lines.get(index).copied().filter(|line| line.contains(place.text.trim_end_matches('\r')));
    let line = line.ok_or_else(|| Failure::File {
        message: format!("{} was changed while it was compared", place.file),
        hint: "Run the command again".to_owned(),
    })?;
    let at = line.char_indices().nth(place.column - 1).map_or(line.len(), |(at, _)| at);
    let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    let (before, object) = (line[..at].trim_end(), &line[at..]);
    let broken = if before.is_empty() { "" } else { "\n" };
    let written = format!("{before}{broken}{indent}{annotation}\n{indent}{object}");
    lines[index] = &written;
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::annotated;
    use crate::failure::Place;

    fn declared(text: &str, line: usize, column: usize) -> String {
        let shown = text.lines().nth(line - 1).expect("the line is there").to_owned();
        let place = Place { file: "schema.sql".to_owned(), line, column, text: shown };
        annotated(text, "-- dbtool: renamed from b", &place).expect("the text is as it was")
    }

    #[test]
    fn a_line_before() {
        let (text, wanted) =
            ("CREATE TABLE t (\n    a int\n);\n", "CREATE TABLE t (\n    -- dbtool: renamed from b\n    a int\n);\n");
        assert_eq!(declared(text, 2, 5), wanted);
    }

    #[test]
    fn a_column_on_the_line_of_its_table_gets_one_of_its_own() {
        let wanted = "CREATE TABLE t (x int,\n-- dbtool: renamed from b\na int);";
        assert_eq!(declared("CREATE TABLE t (x int, a int);", 1, 24), wanted);
    }
}
