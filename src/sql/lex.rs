//! Tokens of PostgreSQL's SQL, as far as the ends and the head of a statement need them.

use super::position::char_boundary;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An unquoted identifier or keyword.
    Word,
    /// An identifier in double quotes (`"x"`, `U&"x"`).
    Quoted,
    /// A string constant of any form (`'x'`, `E'x'`, `U&'x'`, `$$x$$`).
    Literal,
    /// A number.
    Number,
    /// Any other single character.
    Symbol,
    /// A comment of either form.
    Comment,
}

/// A token and where it stands, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// Something that was opened and never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {what} that begins here is never closed")]
pub struct Unclosed {
    /// What was opened.
    pub what: &'static str,
    /// The byte where it begins.
    pub start: usize,
}

impl Token {
    /// Whether this is the unquoted word `word`, in any case.
    pub fn is(&self, text: &str, word: &str) -> bool {
        self.kind == Kind::Word && text[self.start..self.end].eq_ignore_ascii_case(word)
    }

    /// Whether this is the one-character symbol `symbol`.
    pub fn is_symbol(&self, text: &str, symbol: u8) -> bool {
        self.kind == Kind::Symbol && text.as_bytes()[self.start] == symbol
    }

    /// The identifier that this token is, folded or unquoted, and cut to 63 bytes as the server does.
    pub fn identifier(&self, text: &str) -> Option<String> {
        let raw = &text[self.start..self.end];
        let mut name = match self.kind {
            Kind::Word => raw.to_ascii_lowercase(),
            Kind::Quoted => raw[raw.find('"')? + 1..raw.len() - 1].replace("\"\"", "\""),
            _ => return None,
        };
        name.truncate(char_boundary(&name, 63));
        Some(name)
    }
}

/// The tokens of a text, one after another; white space is passed over.
#[derive(Clone, Copy, Debug)]
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// Begins at byte `at` of `text`.
    pub fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// The text that is read.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Goes on at byte `at`.
    pub fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn run(&self, from: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[from..];
        from + rest.iter().position(|&b| !belongs(b)).unwrap_or(rest.len())
    }

    fn find(&self, from: usize, text: &str) -> Option<usize> {
        self.text.as_bytes().get(from..)?;
        self.text[from..].find(text).map(|i| from + i)
    }

    fn token(&self, start: usize) -> Result<(Kind, usize), Unclosed> {
        match self.byte(start) {
            b'-' if self.byte(start + 1) == b'-' => {
                Ok((Kind::Comment, self.find(start, "\n").unwrap_or(self.text.len())))
            }
            b'/' if self.byte(start + 1) == b'*' => self.block_comment(start),
            b'\'' => self.quoted(start, start, Kind::Literal, false),
            b'"' => self.quoted(start, start, Kind::Quoted, false),
            b'$' => self.dollar(start),
            b'0'..=b'9' => Ok((Kind::Number, self.run(start, |b| b.is_ascii_alphanumeric() || b == b'_'))),
            b if begins_word(b) => self.word(start),
            _ => Ok((Kind::Symbol, start + 1)),
        }
    }

    fn word(&self, start: usize) -> Result<(Kind, usize), Unclosed> {
        let end = self.run(start, continues_word);
        match (&self.text.as_bytes()[start..end], self.byte(end), self.byte(end + 1)) {
            (b"e" | b"E", b'\'', _) => self.quoted(start, end, Kind::Literal, true),
            (b"u" | b"U", b'&', b'\'') => self.quoted(start, end + 1, Kind::Literal, false),
            (b"u" | b"U", b'&', b'"') => self.quoted(start, end + 1, Kind::Quoted, false),
            _ => Ok((Kind::Word, end)),
        }
    }

    /// Reads to the closing quote; a doubled quote is one of the text, a backslash is so only in escape strings.
    fn quoted(&self, start: usize, open: usize, kind: Kind, escapes: bool) -> Result<(Kind, usize), Unclosed> {
        let quote = self.byte(open);
        let mut at = open + 1;
        while at < self.text.len() {
            match self.byte(at) {
                b'\\' if escapes => at += 2,
                b if b == quote && self.byte(at + 1) == quote => at += 2,
                b if b == quote => match self.continued(at + 1).filter(|_| escapes) {
                    Some(next) => at = next,
                    None => return Ok((kind, at + 1)),
                },
                _ => at += 1,
            }
        }
        let what = if kind == Kind::Quoted { "quoted identifier" } else { "quote" };
        Err(Unclosed { what, start })
    }

    /// Where a string goes on after its closing quote: a constant may continue on a later line.
    fn continued(&self, at: usize) -> Option<usize> {
        let next = self.run(at, |b| b.is_ascii_whitespace());
        (self.byte(next) == b'\'' && self.text[at..next].contains('\n')).then_some(next + 1)
    }

    fn dollar(&self, start: usize) -> Result<(Kind, usize), Unclosed> {
        let tag = self.run(start + 1, |b| continues_word(b) && b != b'$');
        if self.byte(tag) != b'$' || self.byte(start + 1).is_ascii_digit() {
            return Ok((Kind::Symbol, start + 1));
        }
        let delimiter = &self.text[start..=tag];
        match self.find(tag + 1, delimiter) {
            Some(close) => Ok((Kind::Literal, close + delimiter.len())),
            None => Err(Unclosed { what: "dollar quote", start }),
        }
    }

    fn block_comment(&self, start: usize) -> Result<(Kind, usize), Unclosed> {
        let (mut at, mut depth) = (start + 2, 1);
        while depth > 0 {
            match (self.byte(at), self.byte(at + 1)) {
                _ if at >= self.text.len() => return Err(Unclosed { what: "comment", start }),
                (b'/', b'*') => (at, depth) = (at + 2, depth + 1),
                (b'*', b'/') => (at, depth) = (at + 2, depth - 1),
                _ => at += 1,
            }
        }
        Ok((Kind::Comment, at))
    }
}

impl Iterator for Lexer<'_> {
    type Item = Result<Token, Unclosed>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.run(self.at, |b| b.is_ascii_whitespace() || b == 0x0b);
        if start >= self.text.len() {
            return None;
        }
        let token = self.token(start);
        self.at = token.as_ref().map_or(self.text.len(), |&(_, end)| end);
        Some(token.map(|(kind, end)| Token { kind, start, end }))
    }
}

fn begins_word(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn continues_word(b: u8) -> bool {
    begins_word(b) || b.is_ascii_digit() || b == b'$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        Lexer::new(text, 0).map(|t| t.unwrap()).map(|t| (t.kind, &text[t.start..t.end])).collect()
    }

    #[test]
    fn reads_every_form_of_quote() {
        use Kind::*;
        assert_eq!(kinds(r"E'a\'b' 'c\'"), [(Literal, r"E'a\'b'"), (Literal, r"'c\'")]);
        assert_eq!(kinds("E'a'\n 'b\\'c'"), [(Literal, "E'a'\n 'b\\'c'")]);
        assert_eq!(kinds("U&\"a\"\"b\" u&'x'"), [(Quoted, "U&\"a\"\"b\""), (Literal, "u&'x'")]);
        assert_eq!(kinds("$a$ $$ ; $b$ $a$"), [(Literal, "$a$ $$ ; $b$ $a$")]);
        assert_eq!(kinds("a$$b $1"), [(Word, "a$$b"), (Symbol, "$"), (Number, "1")]);
        assert_eq!(kinds("/* a /* b */ c */ x -- y"), [(Comment, "/* a /* b */ c */"), (Word, "x"), (Comment, "-- y")]);
    }

    #[test]
    fn names_where_an_open_quote_began() {
        for (text, what, start) in [
            ("a 'b", "quote", 2),
            ("a \"b", "quoted identifier", 2),
            ("x $q$ y", "dollar quote", 2),
            ("/* /* */", "comment", 0),
            ("E'\\", "quote", 0),
        ] {
            let error = Lexer::new(text, 0).find_map(Result::err).unwrap();
            assert_eq!((error.what, error.start), (what, start), "{text}");
        }
    }

    #[test]
    fn folds_and_cuts_identifiers() {
        let of = |text: &str| Lexer::new(text, 0).next().unwrap().unwrap().identifier(text).unwrap();
        assert_eq!(of("Users"), "users");
        assert_eq!(of("\"Us\"\"ers\""), "Us\"ers");
        assert_eq!(of(&"é".repeat(40)).len(), 62);
    }
}
