//! Offsets in a text to lines and columns.

use std::ops::Range;

use crate::failure::Place;

/// Where each line of a text begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        Self { starts: std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect() }
    }

    /// The place in `file` of byte `offset` of `text`, the text that these lines were found in.
    pub fn place(&self, file: &str, text: &str, offset: usize) -> Place {
        let offset = char_boundary(text, offset);
        let line = self.line(offset);
        let Range { start, end } = self.range(line, text);
        let column = text[start..offset].chars().count() + 1;
        Place { file: file.to_owned(), line, column, text: text[start..end].trim_end_matches(['\n', '\r']).to_owned() }
    }

    /// The line, counted from 1, that byte `offset` stands in.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset)
    }

    fn range(&self, line: usize, text: &str) -> Range<usize> {
        self.starts[line - 1]..self.starts.get(line).copied().unwrap_or(text.len())
    }
}

/// The last byte up to `limit` at which a character of `text` begins, or its end.
pub(super) fn char_boundary(text: &str, limit: usize) -> usize {
    (0..=limit.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The byte at which the character `chars` (counted from 0) of `text` begins; its end where there are fewer.
pub fn byte_of_char(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let text = "a\r\nöü x\n";
        let lines = Lines::new(text);
        let place = |offset| {
            let place = lines.place("f", text, offset);
            (place.line, place.column, place.text)
        };
        assert_eq!(place(0), (1, 1, "a".to_owned()));
        assert_eq!(place(3 + 5), (2, 4, "öü x".to_owned()));
        assert_eq!(place(text.len()), (3, 1, String::new()));
        assert_eq!(byte_of_char("öx", 1), 2);
    }
}
