//! Declared renames as statements, there and back.

use std::collections::HashMap;

use crate::catalog::Catalog;
use crate::object::{Kind, ObjectId};
use crate::source::{Rename, Source};
use crate::sql::{Statement, ident, literal};

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
            let labels = names.current.labels(names.former(&name));
            let is = |label: &String| labels.contains(label);
            let value = |text: &str| literal(text).trim_start().to_owned();
            let alter = |a: &str, b: &str| format!("ALTER TYPE {name} RENAME VALUE {} TO {}", value(a), value(b));
            (is(old) && !is(new)).then(|| both(alter(old, new), alter(new, old)))?
        }
        "SCHEMA" => {
            let is = |name: &str| names.current.entry(&ObjectId::new(Kind::Schema, quoted(name))).is_some();
            let alter = |a: &str, b: &str| format!("ALTER SCHEMA {} RENAME TO {}", ident(a), ident(b));
            (is(old) && !is(new)).then(|| both(alter(old, new), alter(new, old)))?
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
