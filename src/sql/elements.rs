//! What a statement declares inside: columns, constraints, labels and attributes.

use super::cursor::Cursor;
use super::head::{Head, Named};
use super::keyword::BEFORE_NAME;
use super::lex::{Kind, Token};

/// What `text`, whose head is `head`, declares inside, each with the byte where it begins.
pub fn elements(text: &str, head: &Head) -> Vec<(usize, Named)> {
    let mut reader = Reader { cursor: Cursor::new(text, 0), head, found: Vec::new() };
    match (head.verb.as_str(), head.object.keyword) {
        ("CREATE", "TABLE" | "FOREIGN TABLE") => reader.list("COLUMN"),
        ("CREATE", "TYPE") => reader.list("ATTRIBUTE"),
        ("CREATE", "DOMAIN") => reader.constraints(),
        ("ALTER", "TABLE" | "FOREIGN TABLE") => reader.additions("COLUMN"),
        ("ALTER", "TYPE") => reader.additions("ATTRIBUTE"),
        ("ALTER", "DOMAIN") => reader.additions("CONSTRAINT"),
        _ => {}
    }
    reader.found
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    head: &'a Head,
    found: Vec<(usize, Named)>,
}

/// The words with which a part of a table begins that is not a column.
const NOT_COLUMNS: &[&str] = &["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE", "NOT"];

/// The words behind the name of a table or type after which no list of its parts can begin.
const ENDS_HEAD: &[&str] = &["FOR", "WITH", "SERVER", "BY", "USING", "RANGE"];

impl Reader<'_> {
    fn add(&mut self, at: usize, keyword: &'static str, name: Option<String>) {
        let named = Named { keyword, name: Vec::from_iter(name), on: self.head.object.name.clone() };
        if !named.name.is_empty() {
            self.found.push((at, named));
        }
    }

    /// Reads the parts in the first parentheses.
    fn list(&mut self, keyword: &'static str) {
        let text = self.cursor.text();
        loop {
            match self.cursor.advance() {
                None => return,
                Some(token) if token.is_symbol(text, b'(') => break,
                Some(token) if ENDS_HEAD.iter().any(|word| token.is(text, word)) => return,
                Some(token) if keyword == "COLUMN" && token.is(text, "AS") => return,
                Some(_) => {}
            }
        }
        if self.cursor.peek().is_some_and(|token| !self.defines_base_type(&token)) {
            self.parts(keyword);
        }
    }

    /// `CREATE TYPE t (INPUT = …)` has neither labels nor attributes.
    fn defines_base_type(&self, token: &Token) -> bool {
        let mut behind = Cursor::new(self.cursor.text(), token.end);
        behind.take_symbol(b'=')
    }

    fn parts(&mut self, keyword: &'static str) {
        loop {
            self.part(keyword);
            if !self.skip_to_comma(true) {
                return;
            }
        }
    }

    fn part(&mut self, keyword: &'static str) {
        let Some(token) = self.cursor.peek() else { return };
        if token.kind == Kind::Literal {
            let label = self.cursor.label();
            self.add(token.start, "VALUE", label);
        } else if self.cursor.take("CONSTRAINT") {
            let name = self.cursor.identifier();
            self.add(token.start, "CONSTRAINT", name);
        } else if !NOT_COLUMNS.iter().any(|word| token.is(self.cursor.text(), word)) {
            let name = self.cursor.identifier();
            self.add(token.start, keyword, name);
        }
    }

    /// Goes behind the comma that ends this part; notes the constraints that are named in it if it declares any.
    fn skip_to_comma(&mut self, declares: bool) -> bool {
        let mut depth = 0usize;
        while let Some(token) = self.cursor.advance() {
            match self.cursor.text().as_bytes()[token.start] {
                b',' if depth == 0 => return true,
                b')' if depth == 0 => return false,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ if depth == 0 && declares => self.named_constraint(&token),
                _ => {}
            }
        }
        false
    }

    fn named_constraint(&mut self, token: &Token) {
        if token.is(self.cursor.text(), "CONSTRAINT") {
            let name = self.cursor.identifier();
            self.add(token.start, "CONSTRAINT", name);
        }
    }

    fn constraints(&mut self) {
        while self.skip_to_comma(true) {}
    }

    /// Reads what `ADD` brings, in each of an ALTER's actions.
    fn additions(&mut self, keyword: &'static str) {
        self.cursor.advance();
        self.cursor.take(self.head.object.keyword);
        while self.cursor.take_any(BEFORE_NAME).is_some() {}
        self.cursor.name();
        self.cursor.take_symbol(b'*');
        loop {
            let at = self.cursor.peek().map_or(0, |token| token.start);
            let adds = self.cursor.take("ADD");
            if adds {
                self.addition(at, keyword);
            }
            if !self.skip_to_comma(adds) {
                return;
            }
        }
    }

    fn addition(&mut self, at: usize, keyword: &'static str) {
        if self.cursor.take("VALUE") {
            self.cursor.take("IF NOT EXISTS");
            let label = self.cursor.label();
            self.add(at, "VALUE", label);
            return;
        }
        self.cursor.take_any(&["COLUMN", "ATTRIBUTE"]);
        self.cursor.take("IF NOT EXISTS");
        let from = self.found.len();
        self.part(keyword);
        self.found[from..].iter_mut().for_each(|(start, _)| *start = at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&'static str, String)> {
        let found = elements(text, &Head::read(text));
        found.into_iter().map(|(_, named)| (named.keyword, named.name.concat())).collect()
    }

    fn expect(text: &str, expected: &[(&'static str, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(keyword, name)| (*keyword, (*name).to_owned())).collect();
        assert_eq!(read(text), expected, "{text}");
    }

    #[test]
    fn reads_the_parts_of_tables_and_types() {
        expect(
            "create table t (a int check (a > 0, 1), \"B\" numeric(1,2) constraint x not null, primary key (a), \
             constraint y unique (a, b), \"check\" int) partition by list (a)",
            &[("COLUMN", "a"), ("COLUMN", "B"), ("CONSTRAINT", "x"), ("CONSTRAINT", "y"), ("COLUMN", "check")],
        );
        expect("create table t partition of p for values in (1)", &[]);
        expect("create table t (constraint c check (true)) inherits (u)", &[("CONSTRAINT", "c")]);
        expect("create type e as enum ('a''b', 'c')", &[("VALUE", "a'b"), ("VALUE", "c")]);
        expect("create type c as (x int, y text)", &[("ATTRIBUTE", "x"), ("ATTRIBUTE", "y")]);
        expect("create type r as range (subtype = int)", &[]);
        expect("create domain d as int constraint pos check (value > 0)", &[("CONSTRAINT", "pos")]);
    }

    #[test]
    fn reads_what_an_alter_adds() {
        expect(
            "alter table only s.t add constraint c check (true), add column if not exists x int",
            &[("CONSTRAINT", "c"), ("COLUMN", "x")],
        );
        expect("alter type e add value if not exists 'z' before 'a'", &[("VALUE", "z")]);
        expect("alter table t alter column a add generated always as identity (start 1)", &[]);
        expect("alter table t drop constraint a, validate constraint b, add unique (c)", &[]);
    }
}
