//! The trees in which Postgres keeps the queries of views (`pg_node_tree`), as far as they are needed here.

use std::borrow::Cow;
use std::collections::HashMap;

/// A part of a tree.
#[derive(Debug)]
pub enum Tree<'a> {
    /// `{NAME :field value …}`.
    Node(&'a str, HashMap<&'a str, Tree<'a>>),
    /// `(item …)`.
    List(Vec<Tree<'a>>),
    /// A word.
    Word(Cow<'a, str>),
    /// `<>`.
    Null,
}

impl<'a> Tree<'a> {
    /// Reads the text of a tree; none when it is not one.
    pub fn read(text: &'a str) -> Option<Self> {
        let mut words = Words { rest: text, next: None };
        let tree = words.tree()?;
        words.peek().is_none().then_some(tree)
    }

    /// A field of the node, if it is a node of that name.
    pub fn field(&self, node: &str, field: &str) -> Option<&Tree<'a>> {
        match self {
            Tree::Node(name, fields) if *name == node => fields.get(field),
            _ => None,
        }
    }

    /// The items of a list, none for anything else.
    pub fn items(&self) -> &[Tree<'a>] {
        if let Tree::List(items) = self { items } else { &[] }
    }

    /// The word that it is.
    pub fn word(&self) -> Option<&str> {
        if let Tree::Word(word) = self { Some(word) } else { None }
    }

    /// The number that a node's field holds.
    pub fn number<N: std::str::FromStr>(&self, node: &str, field: &str) -> Option<N> {
        self.field(node, field)?.word()?.parse().ok()
    }

    /// Whether it is a node of that name.
    pub fn is(&self, node: &str) -> bool {
        matches!(self, Tree::Node(name, _) if *name == node)
    }
}

/// The words of a text: brackets, labels and values.
struct Words<'a> {
    rest: &'a str,
    next: Option<&'a str>,
}

impl<'a> Words<'a> {
    fn peek(&mut self) -> Option<&'a str> {
        if self.next.is_none() {
            self.next = self.take();
        }
        self.next
    }

    fn pop(&mut self) -> Option<&'a str> {
        self.peek()?;
        self.next.take()
    }

    /// The next word; a backslash takes the character after it into the word.
    fn take(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\t']);
        let mut escaped = false;
        let end = self.rest.char_indices().find(|&(i, c)| {
            let ends = !escaped && i > 0 && (c.is_ascii_whitespace() || "(){}".contains(c));
            escaped = !escaped && c == '\\';
            ends || (i == 1 && self.rest.starts_with(['(', ')', '{', '}']))
        });
        let (word, rest) = self.rest.split_at(end.map_or(self.rest.len(), |(i, _)| i));
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn tree(&mut self) -> Option<Tree<'a>> {
        match self.pop()? {
            "{" => self.node(),
            "(" => self.list(),
            "<>" => Some(Tree::Null),
            word if word.contains('\\') => Some(Tree::Word(Cow::Owned(unescaped(word)))),
            word => Some(Tree::Word(Cow::Borrowed(word))),
        }
    }

    /// A field keeps its first value; those of constants have more.
    fn node(&mut self) -> Option<Tree<'a>> {
        let name = self.pop()?;
        let mut fields = HashMap::new();
        loop {
            let label = self.pop()?;
            if label == "}" {
                return Some(Tree::Node(name, fields));
            }
            let label = label.strip_prefix(':')?;
            let value = if self.at_end_of_field()? { Tree::Null } else { self.tree()? };
            fields.insert(label, value);
            while !self.at_end_of_field()? {
                self.tree()?;
            }
        }
    }

    fn at_end_of_field(&mut self) -> Option<bool> {
        Some(self.peek()? == "}" || self.peek()?.starts_with(':'))
    }

    /// The first word of a list may say what its items are.
    fn list(&mut self) -> Option<Tree<'a>> {
        let mut items = Vec::new();
        if matches!(self.peek()?, "i" | "o" | "b" | "x") {
            self.pop();
        }
        while self.peek()? != ")" {
            items.push(self.tree()?);
        }
        self.pop();
        Some(Tree::List(items))
    }
}

fn unescaped(word: &str) -> String {
    let mut out = String::new();
    let mut characters = word.chars();
    while let Some(c) = characters.next() {
        out.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_nodes_lists_and_escapes() {
        let text = r"({QUERY :jointree {FROMEXPR :fromlist ({RANGETBLREF :rtindex 3}) :quals <>} :cols (o 16 17) :name a\ b\{ :value 4 [ 1 0 ] :empty <>})";
        let tree = Tree::read(text).expect("it is a tree");
        let query = &tree.items()[0];
        let from = query.field("QUERY", "jointree").and_then(|tree| tree.field("FROMEXPR", "fromlist"));
        assert_eq!(from.expect("it has one").items()[0].number("RANGETBLREF", "rtindex"), Some(3));
        assert_eq!(query.field("QUERY", "cols").expect("it has them").items().len(), 2);
        assert_eq!(query.field("QUERY", "name").and_then(Tree::word), Some("a b{"));
        assert_eq!(query.number("QUERY", "value"), Some(4));
        assert!(matches!(query.field("QUERY", "empty"), Some(Tree::Null)));
        assert!(Tree::read("({QUERY :a 1)").is_none(), "a bracket is missing");
    }
}
