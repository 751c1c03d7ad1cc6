//! TypeScript, byte for byte as Supabase's generators print it.

mod functions;
mod layout;
mod model;
mod relationships;
mod template;
mod text;
mod types;

use std::cmp::Ordering;
use std::collections::HashMap;

use self::functions::{Functions, Known};
use self::model::{Database, Property, Relationship, Schema, Table, Ts};
use self::types::Types;
use super::{Compat, Language, Options, Selection, by_name};
use crate::surface::{Column, Relation};

/// TypeScript.
pub struct TypeScript;

impl Language for TypeScript {
    fn name(&self) -> &'static str {
        "typescript"
    }

    fn generate(&self, selection: &Selection, options: &Options) -> String {
        let types = Types::new(selection, options.compat);
        let database = Builder { selection, types: &types, compat: options.compat }.database(options);
        match options.compat {
            Compat::Hosted | Compat::Meta099 => layout::print(&database, options.compat),
            Compat::Cli3 => template::print(&database),
        }
    }
}

/// The order of things that have a schema and a name.
fn by_schema_and_name(a: (&str, &str), b: (&str, &str)) -> Ordering {
    by_name(a.0, b.0).then_with(|| by_name(a.1, b.1))
}

/// Makes the model.
struct Builder<'a> {
    selection: &'a Selection<'a>,
    types: &'a Types<'a>,
    compat: Compat,
}

impl<'a> Builder<'a> {
    fn database(&self, options: &Options) -> Database {
        let relations: HashMap<u32, &Relation> = self.selection.relations().map(|r| (r.oid, r)).collect();
        let row = |relation: &Relation, column: &Column| self.in_row(&relation.schema, relation, column);
        let functions =
            Functions { selection: self.selection, types: self.types, compat: self.compat, relations, row: &row };
        let mut relationships = relationships::relationships(self.selection, self.compat);
        let first = self.selection.schemas.first().filter(|_| self.compat == Compat::Cli3);
        let default = first.filter(|_| !self.selection.includes("public"));
        Database {
            postgrest_version: options.postgrest_version.clone(),
            default_schema: default.map_or("public", |schema| schema).to_owned(),
            schemas: self
                .selection
                .schemas
                .iter()
                .map(|name| self.schema(name, &functions, &mut relationships))
                .collect(),
        }
    }

    fn schema(
        &self,
        name: &str,
        functions: &Functions<'a>,
        relationships: &mut HashMap<u32, Vec<Relationship>>,
    ) -> Schema {
        let known = functions.of_schema(name);
        let mut table = |relation: &Relation| {
            self.table(relation, functions, &known, relationships.remove(&relation.oid).unwrap_or_default())
        };
        let mut of_kinds = |kinds: &str| -> Vec<Table> {
            let chosen = self.selection.relations().filter(|r| r.schema == name && kinds.contains(&*r.kind));
            let mut tables: Vec<Table> = chosen.map(&mut table).collect();
            tables.sort_by(|a, b| by_name(&a.name, &b.name));
            tables
        };
        let (tables, views) = (of_kinds("rpf"), of_kinds("vm"));
        let grouped = functions.grouped(&known).into_iter();
        let functions = grouped.map(|(f, group)| (f, functions.signatures(name, &group))).collect();
        let of_schema = || self.selection.surface.types.iter().filter(|of| of.schema == name);
        let enums = of_schema().filter(|of| !of.labels.is_empty()).map(|of| (of.name.clone(), of.labels.clone()));
        let composites = of_schema().filter(|of| !of.attributes.is_empty()).map(|of| {
            let attributes = of.attributes.iter().zip(&of.attribute_types);
            let property = |(attribute, oid): (&String, &u32)| Property {
                name: attribute.clone(),
                optional: false,
                of: self.nullable(self.types.of_oid(name, *oid), true),
            };
            (of.name.clone(), attributes.map(property).collect())
        });
        Schema { name: name.to_owned(), tables, views, functions, enums: sorted(enums), composites: sorted(composites) }
    }

    fn table(
        &self,
        relation: &'a Relation,
        functions: &Functions<'a>,
        known: &[Known<'a>],
        relationships: Vec<Relationship>,
    ) -> Table {
        let columns = self.selection.columns_by_name(relation.oid);
        let computed = functions.computed(known, relation);
        let in_row = columns.iter().map(|column| self.in_row(&relation.schema, relation, column));
        let of_row = computed.iter().map(|known| Property {
            name: known.function.name.clone(),
            optional: false,
            of: self.nullable(functions.returned(&relation.schema, known), true),
        });
        let (insertable, updatable) = self.accepts(relation);
        let written = |insert: bool| columns.iter().map(|column| self.written(relation, column, insert)).collect();
        Table {
            name: relation.name.clone(),
            of_view: matches!(&*relation.kind, "v" | "m"),
            row: in_row.chain(of_row).collect(),
            computed: computed.iter().map(|known| known.function.name.clone()).collect(),
            insert: insertable.then(|| written(true)),
            update: updatable.then(|| written(false)),
            relationships,
        }
    }

    /// Whether a relation takes inserts and updates.
    fn accepts(&self, relation: &Relation) -> (bool, bool) {
        match (&*relation.kind, self.compat) {
            ("m", _) => (false, false),
            ("v", Compat::Hosted) => (relation.updatable & 20 == 20, relation.updatable & 20 == 20),
            ("v", _) => (relation.writable & 8 != 0, relation.writable & 4 != 0),
            _ => (true, true),
        }
    }

    fn in_row(&self, schema: &str, relation: &Relation, column: &Column) -> Property {
        let nullable = self.selection.is_nullable(column) && !self.is_never_null(relation, column);
        let of = self.nullable(self.types.of_column(schema, column), nullable);
        Property { name: column.name.clone(), optional: false, of }
    }

    /// Whether the newest generator takes a view's column for never null: by the query, or by a comment's line `@notNull`.
    fn is_never_null(&self, relation: &Relation, column: &Column) -> bool {
        let says_so =
            || column.comment.iter().flat_map(|comment| comment.lines()).any(|line| line.trim() == "@notNull");
        self.compat == Compat::Cli3 && matches!(&*relation.kind, "v" | "m") && (column.never_null || says_so())
    }

    fn written(&self, relation: &Relation, column: &Column, insert: bool) -> Property {
        let of_view = relation.kind == "v";
        let rewritten = self.compat != Compat::Hosted && relation.rewritten;
        let by_server = column.identity == "a" || (self.compat != Compat::Hosted && !column.generated.is_empty());
        let never = if of_view { !(column.updatable || rewritten) } else { by_server };
        let nullable = of_view || self.selection.is_nullable(column);
        let optional = never || !insert || nullable || !column.identity.is_empty() || column.has_default;
        let of = if never {
            Ts::Word("never")
        } else {
            self.nullable(self.types.of_column(&relation.schema, column), nullable)
        };
        Property { name: column.name.clone(), optional, of }
    }

    /// With null where it may be; `unknown` holds it anyway, and `Json` has it to lose.
    fn nullable(&self, of: Ts, nullable: bool) -> Ts {
        match of {
            Ts::Word("Json") if !nullable && self.compat != Compat::Hosted => Ts::Word("NonNullable<Json>"),
            Ts::Word("unknown") => of,
            of if nullable => Ts::Nullable(Box::new(of)),
            of => of,
        }
    }
}

/// Things by name.
fn sorted<T>(all: impl Iterator<Item = (String, T)>) -> Vec<(String, T)> {
    let mut all: Vec<_> = all.collect();
    all.sort_by(|(a, _), (b, _)| by_name(a, b));
    all
}
