//! Renames as statements, there and back: those that are declared, those that follow, and what looks like one.

mod alike;
mod implied;

use std::collections::HashMap;

use crate::catalog::Catalog;
use crate::object::{Kind, Object, ObjectId};
use crate::source::{Rename, Source};
use crate::sql::{Statement, ident, literal};

pub use alike::{Alike, alike};
pub use implied::implied;

/// The statements that rename what is still called by its old name in `current`, and those that take it back.
pub fn statements(source: &Source, current: &Catalog) -> (Vec<Statement>, Vec<Statement>) {
    let (mut up, mut down) = (Vec::new(), Vec::new());
    let mut names = Names { current, former: HashMap::new() };
    for rename in &source.renames {
        if let Some((there, back)) = pair(rename, &mut names) {
            up.push(there);
            down.push(back);
        }
    }
    down.reverse();
    (up, down)
}

/// The names that objects have now, and those that whole objects had before the renames so far.
struct Names<'a> {
    current: &'a Catalog,
    former: HashMap<String, String>,
}

impl Names<'_> {
    /// The name by which the catalog knows what is now called `name`.
    fn former<'b>(&'b self, name: &'b str) -> &'b str {
        self.former.get(name).map_or(name, String::as_str)
    }

    /// Whether there is an object of this kind and plain name, in no schema.
    fn is(&self, keyword: &str, name: &str) -> bool {
        let name = quoted(name);
        let kinds = Kind::ALL.iter().filter(|kind| kind.keyword() == keyword);
        kinds.into_iter().any(|kind| self.current.entry(&ObjectId::new(*kind, name.as_str())).is_some())
    }

    /// The labels of an enum, or the attributes of a composite type, that is now called `name`.
    fn within(&self, name: &str) -> Vec<&str> {
        let entry = |kind| self.current.entry(&ObjectId::new(kind, self.former(name)));
        match [Kind::EnumType, Kind::Composite].into_iter().find_map(entry).map(|entry| &entry.object) {
            Some(Object::EnumType(of)) => of.labels.iter().map(String::as_str).collect(),
            Some(Object::Composite(of)) => of.attributes.iter().map(|attribute| &*attribute.name).collect(),
            _ => Vec::new(),
        }
    }

    fn has(&self, identity: &str) -> bool {
        self.current.entries.keys().any(|id| &*id.identity == identity)
    }
}

/// One rename and its way back; none when the old name is gone, or the new one taken.
fn pair(rename: &Rename, names: &mut Names) -> Option<(Statement, Statement)> {
    let old = rename.old.last()?;
    let new = rename.new.name.last()?;
    let schema = |name: &[String]| match name {
        [schema, _] => schema.clone(),
        _ if rename.schema.is_empty() => "public".to_owned(),
        _ => rename.schema.clone(),
    };
    let whole = |name: &[String]| Some(format!("{}.{}", quoted(&schema(name)), quoted(name.last()?)));
    let on = whole(&rename.new.on);
    let both = |up: String, down: String| Some((Statement::new(up), Statement::new(down)));
    match rename.new.keyword {
        "COLUMN" => {
            let table = on?;
            let is = |name: &str| names.has(&format!("{}.{}", names.former(&table), quoted(name)));
            let alter = |a: &str, b: &str| format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", ident(a), ident(b));
            (is(old) && !is(new)).then(|| both(alter(old, new), alter(new, old)))?
        }
        "ATTRIBUTE" => {
            let of = on?;
            let is = |name: &str| names.within(&of).contains(&&*quoted(name));
            let alter = |a: &str, b: &str| format!("ALTER TYPE {of} RENAME ATTRIBUTE {} TO {}", ident(a), ident(b));
            (is(old) && !is(new)).then(|| both(alter(old, new), alter(new, old)))?
        }
        "CONSTRAINT" => {
            let table = on?;
            let is = |name: &str| names.has(&format!("{} on {}", quoted(name), names.former(&table)));
            let alter =
                |a: &str, b: &str| format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {}", ident(a), ident(b));
            (is(old) && !is(new)).then(|| both(alter(old, new), alter(new, old)))?
        }
        "TRIGGER" | "POLICY" | "RULE" => {
            let (keyword, table) = (rename.new.keyword, on?);
            let is = |name: &str| names.has(&format!("{} on {}", quoted(name), names.former(&table)));
            let alter = |a: &str, b: &str| format!("ALTER {keyword} {} ON {table} RENAME TO {}", ident(a), ident(b));
            (is(old) && !is(new)).then(|| both(alter(old, new), alter(new, old)))?
        }
        "VALUE" => {
            let name = on?;
            let is = |label: &str| names.within(&name).contains(&label);
            let value = |text: &str| literal(text).trim_start().to_owned();
            let alter = |a: &str, b: &str| format!("ALTER TYPE {name} RENAME VALUE {} TO {}", value(a), value(b));
            (is(old) && !is(new)).then(|| both(alter(old, new), alter(new, old)))?
        }
        // What is in no schema.
        keyword if names.is(keyword, old) => {
            let alter = |a: &str, b: &str| format!("ALTER {keyword} {} RENAME TO {}", ident(a), ident(b));
            (!names.is(keyword, new)).then(|| both(alter(old, new), alter(new, old)))?
        }
        keyword => {
            let schema = quoted(&schema(&rename.new.name));
            let (from, to) = (format!("{schema}.{}", quoted(old)), format!("{schema}.{}", quoted(new)));
            let arguments = |name: &str| arguments(names.current, name);
            let (Some(found), None) = (arguments(&from), arguments(&to)) else { return None };
            let alter = |a: &str, b: &str| format!("ALTER {keyword} {a}{found} RENAME TO {}", ident(b));
            let statements = both(alter(&from, new), alter(&to, old));
            names.former.insert(to, from);
            statements
        }
    }
}

/// What follows a name in the identity of the one object that bears it: a routine's arguments, or nothing.
fn arguments(current: &Catalog, name: &str) -> Option<String> {
    let rest = |id: &ObjectId| id.identity.strip_prefix(name).map(str::to_owned);
    let mut found = current.entries.keys().filter(|id| !id.kind.is_part()).filter_map(rest);
    found.find(|rest| rest.is_empty() || rest.starts_with('('))
}

/// A name as the server prints it in identities: quoted only where it must be.
fn quoted(name: &str) -> String {
    let plain = name
        .bytes()
        .enumerate()
        .all(|(i, b)| b == b'_' || b.is_ascii_lowercase() || (i > 0 && (b.is_ascii_digit() || b == b'$')));
    if plain && !name.is_empty() { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// An identity around its own name: `app.`, `t` and nothing, or nothing, `c` and ` on app.t`; a routine's arguments stand behind.
fn split_own(identity: &str) -> (&str, &str, &str) {
    let mut quoted = false;
    let mut begin = 0;
    for (at, byte) in identity.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'.' if !quoted => begin = at + 1,
            b' ' | b'(' if !quoted => return (&identity[..begin], &identity[begin..at], &identity[at..]),
            _ => {}
        }
    }
    (&identity[..begin], &identity[begin..], "")
}

/// The own name of what an identity names: `t` of `app.t`, `c` of `c on app.t`.
pub fn own_name(identity: &str) -> &str {
    split_own(identity).1
}

#[cfg(test)]
mod tests {
    use super::split_own;

    #[test]
    fn finds_the_own_name_in_an_identity() {
        assert_eq!(split_own("app.t"), ("app.", "t", ""));
        assert_eq!(split_own("app.\"T.x\".c"), ("app.\"T.x\".", "c", ""));
        assert_eq!(split_own("\"a b\" on app.t"), ("", "\"a b\"", " on app.t"));
        assert_eq!(split_own("app.f(integer)"), ("app.", "f", "(integer)"));
    }
}
