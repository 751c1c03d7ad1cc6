//! A text of SQL into its statements and psql's own lines.

use std::ops::Range;

use super::lex::{Kind, Lexer, Token, Unclosed};

/// What a text consists of, and its comments.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Statements and meta-commands, in the text's order.
    pub pieces: Vec<Piece>,
    /// Where the comments stand, wherever they are.
    pub comments: Vec<Range<usize>>,
}

/// A part of a text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// One statement, from its first token to its last; the semicolon is not part of it.
    Statement(Range<usize>),
    /// A line for psql that begins with a backslash.
    Meta(Range<usize>),
}

/// Splits `text`; the data of `COPY … FROM stdin` is passed over.
pub fn split(text: &str) -> Result<Split, Unclosed> {
    let mut splitter = Splitter { lexer: Lexer::new(text, 0), split: Split::default(), current: None };
    while let Some(token) = splitter.lexer.next() {
        splitter.token(token?)?;
    }
    splitter.finish()?;
    Ok(splitter.split)
}

struct Splitter<'a> {
    lexer: Lexer<'a>,
    split: Split,
    current: Option<Current>,
}

/// The statement that is being read.
struct Current {
    range: Range<usize>,
    parentheses: Vec<usize>,
    /// The open `BEGIN ATOMIC` and the `CASE`s in it.
    bodies: Vec<usize>,
    after_from: bool,
    reads_stdin: bool,
}

impl Current {
    fn new(start: usize) -> Self {
        Self { range: start..start, parentheses: vec![], bodies: vec![], after_from: false, reads_stdin: false }
    }

    fn word(&mut self, text: &str, token: &Token) {
        let after_from = std::mem::replace(&mut self.after_from, token.is(text, "from"));
        if token.is(text, "begin") && self.parentheses.is_empty() && declares_routine(text, self.range.start)
            || token.is(text, "case") && !self.bodies.is_empty()
        {
            self.bodies.push(token.start);
        } else if token.is(text, "end") {
            self.bodies.pop();
        } else if after_from && token.is(text, "stdin") {
            self.reads_stdin = true;
        }
    }

    fn unclosed(&self) -> Result<(), Unclosed> {
        match (self.parentheses.last(), self.bodies.first()) {
            (Some(&start), _) => Err(Unclosed { what: "parenthesis", start }),
            (None, Some(&start)) => Err(Unclosed { what: "BEGIN", start }),
            (None, None) => Ok(()),
        }
    }
}

impl Splitter<'_> {
    fn token(&mut self, token: Token) -> Result<(), Unclosed> {
        let text = self.lexer.text();
        if token.kind == Kind::Comment {
            self.split.comments.push(token.start..token.end);
            return Ok(());
        }
        let symbol = if token.kind == Kind::Symbol { text.as_bytes()[token.start] } else { 0 };
        if self.current.is_none() && symbol == b'\\' {
            self.meta(token.start);
            return Ok(());
        }
        if symbol == b';' && self.current.as_ref().is_none_or(|c| c.parentheses.is_empty() && c.bodies.is_empty()) {
            return self.finish();
        }
        let current = self.current.get_or_insert_with(|| Current::new(token.start));
        current.range.end = token.end;
        match symbol {
            b'(' => current.parentheses.push(token.start),
            b')' => drop(current.parentheses.pop()),
            _ if token.kind == Kind::Word => current.word(text, &token),
            _ => {}
        }
        Ok(())
    }

    fn meta(&mut self, start: usize) {
        let text = self.lexer.text();
        let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        self.split.pieces.push(Piece::Meta(start..start + text[start..end].trim_end().len()));
        self.lexer.go_to(end);
    }

    fn finish(&mut self) -> Result<(), Unclosed> {
        let Some(current) = self.current.take() else { return Ok(()) };
        current.unclosed()?;
        if current.reads_stdin && first_words(self.lexer.text(), current.range.start).next().is_some_and(is("copy")) {
            self.skip_data(current.range.end);
        }
        self.split.pieces.push(Piece::Statement(current.range));
        Ok(())
    }

    /// Passes over the lines after a COPY up to `\.`, or to the end where that is missing.
    fn skip_data(&mut self, from: usize) {
        let text = self.lexer.text();
        let data = text[from..].find('\n').map_or(text.len(), |i| from + i + 1);
        let lines = text[data..].split_inclusive('\n').scan(data, |at, line| {
            *at += line.len();
            Some((*at, line))
        });
        let end = lines.into_iter().find(|(_, line)| line.trim_end() == "\\.").map_or(text.len(), |(end, _)| end);
        self.lexer.go_to(end);
    }
}

/// Only a routine can have a body of statements outside of quotes.
fn declares_routine(text: &str, start: usize) -> bool {
    let mut words = first_words(text, start).filter(|w| !is("or")(w) && !is("replace")(w));
    words.next().is_some_and(is("create")) && words.next().is_some_and(|w| is("function")(w) || is("procedure")(w))
}

fn first_words(text: &str, start: usize) -> impl Iterator<Item = &str> {
    let tokens = Lexer::new(text, start).map_while(Result::ok).filter(|t| t.kind != Kind::Comment);
    tokens.map(|t| &text[t.start..t.end])
}

fn is(word: &str) -> impl Fn(&str) -> bool {
    move |other| other.eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<&str> {
        let ranges = split(text).unwrap().pieces.into_iter().filter_map(|piece| match piece {
            Piece::Statement(range) => Some(range),
            Piece::Meta(_) => None,
        });
        ranges.map(|range| &text[range]).collect()
    }

    #[test]
    fn keeps_bodies_and_parentheses_whole() {
        let body =
            "create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end";
        assert_eq!(statements(&format!("{body}; select 1")), [body, "select 1"]);
        assert_eq!(
            statements("create rule r as on insert to t do (a; b); x"),
            ["create rule r as on insert to t do (a; b)", "x"]
        );
        assert_eq!(statements("begin; select 1; end;"), ["begin", "select 1", "end"]);
        assert_eq!(statements(";; -- a;\n a /* ; */ ; b -- c"), ["a", "b"]);
    }

    #[test]
    fn reads_psql_lines_and_passes_over_copy_data() {
        let text = "\\connect x\ncopy t (a) from stdin;\n1;\n'\n\\.\n\nselect 'a\n\\b';";
        assert_eq!(statements(text), ["copy t (a) from stdin", "select 'a\n\\b'"]);
        assert_eq!(split(text).unwrap().pieces[0], Piece::Meta(0..10));
    }

    #[test]
    fn names_what_is_never_closed() {
        let unclosed = |text| split(text).map_err(|e| (e.what, e.start)).unwrap_err();
        assert_eq!(unclosed("a; create table t (a int;\nselect 1;"), ("parenthesis", 18));
        assert_eq!(unclosed("create function f() begin atomic select 1;"), ("BEGIN", 20));
    }
}
