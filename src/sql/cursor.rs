//! A place in the tokens of one statement, from which words and names are taken.

use super::lex::{Kind, Lexer, Token};

/// Reads tokens from left to right, comments passed over; what is not there is not taken.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    lexer: Lexer<'a>,
}

impl<'a> Cursor<'a> {
    /// Begins at byte `at` of `text`.
    pub fn new(text: &'a str, at: usize) -> Self {
        Self { lexer: Lexer::new(text, at) }
    }

    /// The text that is read.
    pub fn text(&self) -> &'a str {
        self.lexer.text()
    }

    /// Takes the next token, whatever it is.
    pub fn advance(&mut self) -> Option<Token> {
        self.lexer.by_ref().map_while(Result::ok).find(|t| t.kind != Kind::Comment)
    }

    /// The tokens from here on.
    pub fn rest(mut self) -> impl Iterator<Item = Token> {
        std::iter::from_fn(move || self.advance())
    }

    /// The next token, which stays.
    pub fn peek(&self) -> Option<Token> {
        { *self }.advance()
    }

    /// The next token's text, which stays.
    pub fn peek_text(&self) -> &'a str {
        self.peek().map_or("", |t| &self.text()[t.start..t.end])
    }

    /// Takes `phrase`, words with single spaces between them, if it comes next.
    pub fn take(&mut self, phrase: &str) -> bool {
        let mut ahead = *self;
        let taken = phrase.split(' ').all(|word| ahead.advance().is_some_and(|t| t.is(self.text(), word)));
        if taken {
            *self = ahead;
        }
        taken
    }

    /// Takes the first of `phrases` that comes next.
    pub fn take_any<'p>(&mut self, phrases: &[&'p str]) -> Option<&'p str> {
        phrases.iter().copied().find(|phrase| self.take(phrase))
    }

    /// Takes the symbol if it comes next.
    pub fn take_symbol(&mut self, symbol: u8) -> bool {
        let taken = self.peek().is_some_and(|t| t.is_symbol(self.text(), symbol));
        if taken {
            self.advance();
        }
        taken
    }

    /// Takes one identifier if it comes next.
    pub fn identifier(&mut self) -> Option<String> {
        let name = self.peek()?.identifier(self.text())?;
        self.advance();
        Some(name)
    }

    /// Takes a string constant's text, or an identifier, if one comes next.
    pub fn label(&mut self) -> Option<String> {
        let token = self.peek().filter(|t| t.kind == Kind::Literal);
        let Some(token) = token else { return self.identifier() };
        self.advance();
        let raw = &self.text()[token.start..token.end];
        let body = raw.split_once('\'')?.1.strip_suffix('\'')?;
        Some(body.replace("''", "'"))
    }

    /// Takes a name of one or more parts; none where no identifier comes next.
    pub fn name(&mut self) -> Vec<String> {
        let mut parts = Vec::from_iter(self.identifier());
        while !parts.is_empty() && self.take_symbol(b'.') {
            match self.identifier() {
                Some(part) => parts.push(part),
                None => break,
            }
        }
        parts
    }

    /// Takes the name of an operator, with its schema if it has one.
    pub fn operator(&mut self) -> Vec<String> {
        let mut parts = Vec::new();
        while let Some(schema) = self.identifier() {
            parts.push(schema);
            self.take_symbol(b'.');
        }
        let mut symbols = String::new();
        while let Some(token) = self.peek().filter(|t| t.kind == Kind::Symbol && !t.is_symbol(self.text(), b'(')) {
            symbols.push_str(&self.text()[token.start..token.end]);
            self.advance();
        }
        parts.push(symbols);
        parts
    }

    /// Goes behind the next `word` that stands outside of parentheses, if there is one.
    pub fn skip_behind(&mut self, word: &str) -> bool {
        let mut depth = 0usize;
        let text = self.text();
        while let Some(token) = self.advance() {
            match text.as_bytes()[token.start] {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ if depth == 0 && token.is(text, word) => return true,
                _ => {}
            }
        }
        false
    }
}
