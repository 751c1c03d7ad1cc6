//! From types of Postgres to types of TypeScript.
//!
//! The generators know a type by its name alone; where several schemas have the name, they prefer one schema, and the first otherwise.

use std::collections::HashMap;

use super::model::Ts;
use super::{Compat, by_schema_and_name};
use crate::surface::{Column, Relation, Type};
use crate::types::Selection;

/// What a name may mean, each list in the order in which the generator looks through it.
pub struct Types<'a> {
    selection: &'a Selection<'a>,
    compat: Compat,
    enums: HashMap<&'a str, Vec<&'a Type>>,
    composites: HashMap<&'a str, Vec<&'a Type>>,
    relations: HashMap<&'a str, Vec<(&'static str, &'a Relation)>>,
}

impl<'a> Types<'a> {
    /// Sorts what there is by name.
    pub fn new(selection: &'a Selection<'a>, compat: Compat) -> Self {
        let mut types: Vec<&Type> = selection.surface.types.iter().collect();
        if compat != Compat::Hosted {
            let named = |of: &&Type| !of.labels.is_empty() || !of.attributes.is_empty();
            types.retain(named);
            types.sort_by(|a, b| by_schema_and_name((&a.schema, &a.name), (&b.schema, &b.name)));
        }
        let mut found =
            Self { selection, compat, enums: HashMap::new(), composites: HashMap::new(), relations: HashMap::new() };
        for of in types {
            if !of.labels.is_empty() {
                found.enums.entry(&of.name).or_default().push(of);
            }
            if !of.attributes.is_empty() {
                found.composites.entry(&of.name).or_default().push(of);
            }
        }
        found.note_relations();
        found
    }

    /// Tables go before foreign tables, those before views, those before materialized views; the hosted generator knows no row
    /// types of the second and the last.
    fn note_relations(&mut self) {
        let mut relations: Vec<&Relation> = self.selection.relations().collect();
        if self.compat != Compat::Hosted {
            relations.sort_by(|a, b| by_schema_and_name((&a.schema, &a.name), (&b.schema, &b.name)));
        }
        for (kinds, section) in [("rp", "Tables"), ("f", "Tables"), ("v", "Views"), ("m", "Views")] {
            if self.compat == Compat::Hosted && matches!(kinds, "f" | "m") {
                continue;
            }
            for relation in relations.iter().filter(|relation| kinds.contains(&*relation.kind)) {
                self.relations.entry(&relation.name).or_default().push((section, relation));
            }
        }
    }

    /// What a column of a relation in `schema` holds.
    pub fn of_column(&self, schema: &str, column: &Column) -> Ts {
        self.selection
            .under_domain(column.of)
            .map_or(Ts::Word("unknown"), |of| self.of_name(schema, &of.name, &of.schema))
    }

    /// What a type of an argument, attribute or result means in `schema`.
    pub fn of_oid(&self, schema: &str, oid: u32) -> Ts {
        let known = self.selection.type_of(oid).filter(|of| self.is_known(of));
        known.map_or(Ts::Word("unknown"), |of| self.of_name(schema, &of.name, &of.schema))
    }

    /// Whether the generator has read the type at all: rows of foreign tables are none to the hosted one.
    pub fn is_known(&self, of: &Type) -> bool {
        self.compat != Compat::Hosted || of.relation_kind.as_deref() != Some("f")
    }

    /// The type of rows that `oid` is, if any: of a relation or of a composite type.
    pub fn row_type(&self, oid: u32) -> Option<&'a Type> {
        self.selection.type_of(oid).filter(|of| of.relation.is_some() && self.is_known(of))
    }

    fn of_name(&self, schema: &str, name: &str, type_schema: &str) -> Ts {
        if let Some(word) = word(name) {
            return Ts::Word(word);
        }
        if let Some(element) = name.strip_prefix('_') {
            return Ts::List(Box::new(self.of_name(schema, element, type_schema)));
        }
        let preferred = if self.compat == Compat::Hosted { schema } else { type_schema };
        let unknown = Ts::Word("unknown");
        if let Some(of) = preferred_of(self.enums.get(name), |of| of.schema == preferred) {
            return match self.selection.includes(&of.schema) {
                true => member(&of.schema, "Enums", &of.name, false),
                false => Ts::Literals(of.labels.clone()),
            };
        }
        if let Some(of) = preferred_of(self.composites.get(name), |of| of.schema == preferred) {
            let included = self.selection.includes(&of.schema);
            return if included { member(&of.schema, "CompositeTypes", &of.name, false) } else { unknown };
        }
        let relations = self.relations.get(name);
        let found = if self.compat == Compat::Hosted {
            // Tables of any schema go before views of the preferred one.
            let of =
                |section| relations.map(|all| all.iter().filter(|(s, _)| *s == section).copied().collect::<Vec<_>>());
            ["Tables", "Views"]
                .iter()
                .find_map(|s| preferred_of(of(*s).as_ref(), |(_, r)| r.schema == preferred).copied())
        } else {
            preferred_of(relations, |(_, relation)| relation.schema == preferred).copied()
        };
        found.map_or(unknown, |(section, relation)| member(&relation.schema, section, &relation.name, true))
    }
}

/// The first that is preferred, or else the first.
fn preferred_of<T>(all: Option<&Vec<T>>, preferred: impl Fn(&T) -> bool) -> Option<&T> {
    let all = all?;
    all.iter().find(|one| preferred(one)).or_else(|| all.first())
}

fn member(schema: &str, section: &'static str, name: &str, row: bool) -> Ts {
    Ts::Member { schema: schema.to_owned(), section, name: name.to_owned(), row }
}

/// What the names of the system's types mean.
fn word(name: &str) -> Option<&'static str> {
    Some(match name {
        "bool" => "boolean",
        "int2" | "int4" | "int8" | "float4" | "float8" | "numeric" => "number",
        "bytea" | "bpchar" | "varchar" | "date" | "text" | "citext" | "time" | "timetz" | "timestamp"
        | "timestamptz" | "uuid" | "vector" | "interval" => "string",
        "json" | "jsonb" => "Json",
        "void" => "undefined",
        "record" => "Record<string, unknown>",
        _ => return None,
    })
}
