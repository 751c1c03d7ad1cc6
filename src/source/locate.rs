//! Where an object is declared.

use std::collections::HashMap;

use super::identity::{self, Identity};
use super::{Source, SourceStatement};
use crate::failure::Place;
use crate::sql::{Cursor, Named, elements};

/// The statements that declare, by the kind and the own name of what they declare.
#[derive(Debug, Default)]
pub(super) struct Declared {
    by_name: HashMap<(&'static str, String), Vec<usize>>,
    /// The ALTERs, by the name of what they change.
    alters: HashMap<String, Vec<usize>>,
}

impl Declared {
    fn new(statements: &[SourceStatement]) -> Self {
        let mut declared = Self::default();
        for (index, statement) in statements.iter().enumerate() {
            let Named { keyword, .. } = statement.head.object;
            let name = statement.head.object.own_name().to_owned();
            if statement.head.declares() {
                declared.by_name.entry((family(keyword), name)).or_default().push(index);
            } else if statement.head.verb == "ALTER" {
                declared.alters.entry(name).or_default().push(index);
            }
        }
        declared
    }
}

/// Keywords that a declaration and a catalog may use for the same object are one.
fn family(keyword: &str) -> &'static str {
    match keyword {
        "PROCEDURE" | "ROUTINE" | "FUNCTION" => "FUNCTION",
        "FOREIGN TABLE" | "TABLE" => "TABLE",
        "DOMAIN" | "TYPE" => "TYPE",
        "USER" | "GROUP" | "ROLE" => "ROLE",
        other => crate::sql::keyword(other).unwrap_or(""),
    }
}

impl Source {
    /// Where the object of this kind and identity, as `pg_identify_object` prints it, is declared.
    pub fn locate(&self, keyword: &str, identity: &str) -> Option<Place> {
        let identity = Identity::read(keyword, identity);
        match keyword {
            "COLUMN" | "ATTRIBUTE" | "VALUE" => {
                let (part, of) = identity.name.split_last()?;
                self.part(&[keyword], part, of)
            }
            "CONSTRAINT" => self.part(&[keyword], identity.name.last()?, &identity.on),
            _ => {
                let index = self.declaration(keyword, &identity)?;
                Some(self.place(&self.statements[index], 0))
            }
        }
    }

    /// Which statement declares the object of this kind and identity.
    pub fn declaration_of(&self, keyword: &str, identity: &str) -> Option<usize> {
        self.declaration(keyword, &Identity::read(keyword, identity))
    }

    fn declared(&self) -> &Declared {
        self.declared.get_or_init(|| Declared::new(&self.statements))
    }

    /// The statement that declares an object: of several, the one whose schema and arguments fit best.
    fn declaration(&self, keyword: &str, identity: &Identity) -> Option<usize> {
        let name = identity.name.last()?;
        let candidates = self.declared().by_name.get(&(family(keyword), name.clone()))?;
        let fit = |&&index: &&usize| {
            let statement = &self.statements[index];
            let object = &statement.head.object;
            let named = in_schema(&object.name, &statement.schema, &identity.name)?;
            let on = if identity.on.is_empty() { 0 } else { in_schema(&object.on, &statement.schema, &identity.on)? };
            let arguments = identity.arguments.as_ref().map_or(0, |types| self.arguments_fit(statement, types));
            Some((named + on, arguments, std::cmp::Reverse(index)))
        };
        candidates.iter().filter(|index| fit(index).is_some()).max_by_key(|index| fit(index)).copied()
    }

    /// How well a routine's declared arguments agree with `types`: by number first, then by their words.
    fn arguments_fit(&self, statement: &SourceStatement, types: &[String]) -> usize {
        let mut cursor = Cursor::new(self.text(statement), 0);
        while cursor.advance().is_some_and(|token| !token.is_symbol(cursor.text(), b'(')) {}
        let mut declared = identity::arguments(&mut cursor);
        declared.retain(|argument| !argument.starts_with(" out "));
        let alike = declared.iter().zip(types).filter(|(argument, of_type)| mentions(argument, of_type)).count();
        alike + if declared.len() == types.len() { 1000 } else { 0 }
    }

    /// Where a part of a table or type is declared, or else what it is part of.
    fn part(&self, keywords: &[&str], part: &str, of: &[String]) -> Option<Place> {
        let owner = Identity { name: of.to_vec(), ..Identity::default() };
        let created = ["TABLE", "TYPE", "VIEW", "MATERIALIZED VIEW"];
        let created = created.iter().find_map(|keyword| self.declaration(keyword, &owner));
        let altered = self.declared().alters.get(of.last()?).into_iter().flatten().copied();
        let altered = altered.filter(|&index| {
            let statement = &self.statements[index];
            in_schema(&statement.head.object.name, &statement.schema, of).is_some()
        });
        let places = created.into_iter().chain(altered);
        let found = places.into_iter().find_map(|index| self.element(index, keywords, part));
        found.or_else(|| created.map(|index| self.place(&self.statements[index], 0)))
    }

    fn element(&self, index: usize, keywords: &[&str], part: &str) -> Option<Place> {
        let statement = &self.statements[index];
        let found = elements(self.text(statement), &statement.head);
        let exact = found.iter().find(|(_, e)| keywords.contains(&e.keyword) && e.own_name() == part);
        let (at, _) = exact.or_else(|| found.iter().find(|(_, e)| names_constraint(e, part)))?;
        Some(self.place_of_byte(statement, *at))
    }
}

/// Whether `constraint` is a name that the server gives to an unnamed constraint of this column.
fn names_constraint(element: &Named, constraint: &str) -> bool {
    let table = element.on.last().map_or("", String::as_str);
    let column = element.own_name();
    let kind = constraint.strip_prefix(table).and_then(|rest| rest.strip_prefix('_')?.strip_prefix(column));
    element.keyword == "COLUMN" && matches!(kind, Some("_key" | "_fkey" | "_check" | "_excl" | "_not_null"))
}

/// How surely a name that is declared, qualified or not, is the one looked for; none if it cannot be.
fn in_schema(declared: &[String], schema: &str, wanted: &[String]) -> Option<usize> {
    let (own, qualifier) = declared.split_last()?;
    let (wanted_own, wanted_qualifier) = wanted.split_last()?;
    if own != wanted_own {
        return None;
    }
    match (qualifier.last(), wanted_qualifier.last()) {
        (Some(a), Some(b)) => (a == b).then_some(2),
        (None, Some(b)) => Some(if schema == b { 2 } else { 1 }),
        (_, None) => Some(2),
    }
}

/// Whether a declared argument mentions a type, under the name that the catalog prints or a usual other one.
fn mentions(argument: &str, of_type: &str) -> bool {
    let of_type = of_type.trim();
    let others: &[&str] = match of_type {
        "integer" => &["int", "int4"],
        "bigint" => &["int8"],
        "smallint" => &["int2"],
        "boolean" => &["bool"],
        "character varying" => &["varchar"],
        "character" => &["char", "bpchar"],
        "numeric" => &["decimal"],
        "double precision" => &["float8", "float"],
        "real" => &["float4"],
        "timestamp with time zone" => &["timestamptz"],
        "timestamp without time zone" => &["timestamp"],
        _ => &[],
    };
    let own = of_type.rsplit(". ").next().unwrap_or(of_type);
    let words = format!("{argument} ");
    std::iter::once(&own).chain(others).any(|name| words.contains(&format!(" {name} ")))
}
