//! What languages with types of their own need: enum types, and records of rows, inserts, updates and composite types.

use std::collections::{HashMap, HashSet};

use super::name::{Taken, pascal};
use super::{Selection, by_name};
use crate::surface::{Column, Relation, Type};

/// Names that mean something else in one of the languages.
const MEANING_MORE: &[&str] =
    &["False", "Infinity", "NaN", "None", "Ok", "Option", "Result", "Self", "String", "True", "TryFrom", "Vec"];

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A type by the name that the system or an extension gives it.
    Scalar(String),
    /// One of the enum types of the outline, by its identifier.
    Enum(String),
    /// One of the records of the outline, by its identifier.
    Record(String),
    /// An array of any dimension.
    Array(Box<Shape>),
}

/// An enum type.
pub struct Enum<'a> {
    /// Its identifier.
    pub ident: String,
    /// The type.
    pub of: &'a Type,
}

/// What a record is a record of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A row as it is read.
    Row,
    /// What may be inserted.
    Insert,
    /// What may be updated.
    Update,
    /// A value of a composite type.
    Composite,
}

/// Named fields.
pub struct Record<'a> {
    /// Its identifier.
    pub ident: String,
    /// What it is a record of.
    pub of: Use,
    /// The schema of the relation or type.
    pub schema: &'a str,
    /// The name of the relation or type.
    pub name: &'a str,
    /// The comment on it.
    pub comment: Option<&'a str>,
    /// Its fields, in the order of the columns.
    pub fields: Vec<Field<'a>>,
}

/// A field.
pub struct Field<'a> {
    /// The column's or attribute's name.
    pub name: &'a str,
    /// What it holds when it is not null.
    pub shape: Shape,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether it may be left out.
    pub optional: bool,
    /// How many characters it may have, where its type says so.
    pub longest: Option<u32>,
    /// The comment on it.
    pub comment: Option<&'a str>,
}

/// All of it, in an order in which each stands after what it uses.
pub struct Outline<'a> {
    /// The enum types by name.
    pub enums: Vec<Enum<'a>>,
    /// The records.
    pub records: Vec<Record<'a>>,
}

impl<'a> Outline<'a> {
    /// Outlines what is selected; identifiers are in the form `OddName`, with the schema before those of any but `public`.
    pub fn new(selection: &Selection<'a>) -> Self {
        let mut taken = Taken::new(MEANING_MORE);
        let mut maker = Maker { selection, idents: HashMap::new() };
        let enums = maker.enums(&mut taken);
        let (composites, relations) = (maker.composites(&mut taken), maker.relations(&mut taken));
        let composites = composites.into_iter().map(|(ident, of)| maker.composite(ident, of));
        let relations: Vec<Record> = relations.into_iter().flat_map(|of| maker.of_relation(of)).collect();
        Self { enums, records: in_order(composites.chain(relations).collect()) }
    }
}

/// A relation with the identifiers of its records.
struct Named<'a> {
    relation: &'a Relation,
    row: String,
    insert: String,
    update: String,
}

struct Maker<'s, 'a> {
    selection: &'s Selection<'a>,
    /// The identifiers of enum types and of types of rows, by oid.
    idents: HashMap<u32, Shape>,
}

impl<'a> Maker<'_, 'a> {
    fn ident(&self, schema: &str, name: &str) -> String {
        let schema = if schema == "public" { String::new() } else { pascal(schema, "X") };
        schema + &pascal(name, "X")
    }

    /// The types of the chosen schemas for which `chosen` holds, by name.
    fn types(&self, chosen: impl Fn(&Type) -> bool) -> Vec<&'a Type> {
        let mut found = Vec::new();
        for schema in &self.selection.schemas {
            let from = found.len();
            found.extend(self.selection.surface.types.iter().filter(|of| of.schema == **schema && chosen(of)));
            found[from..].sort_by(|a: &&Type, b: &&Type| by_name(&a.name, &b.name));
        }
        found
    }

    fn enums(&mut self, taken: &mut Taken) -> Vec<Enum<'a>> {
        let mut enums = Vec::new();
        for of in self.types(|of| !of.labels.is_empty()) {
            let ident = taken.take(self.ident(&of.schema, &of.name));
            self.idents.insert(of.oid, Shape::Enum(ident.clone()));
            enums.push(Enum { ident, of });
        }
        enums
    }

    fn composites(&mut self, taken: &mut Taken) -> Vec<(String, &'a Type)> {
        let mut composites = Vec::new();
        for of in self.types(|of| of.relation_kind.as_deref() == Some("c")) {
            let ident = taken.take(self.ident(&of.schema, &of.name));
            self.idents.insert(of.oid, Shape::Record(ident.clone()));
            composites.push((ident, of));
        }
        composites
    }

    fn relations(&mut self, taken: &mut Taken) -> Vec<Named<'a>> {
        let mut all: Vec<&Relation> = self.selection.relations().collect();
        all.sort_by(|a, b| by_name(&a.schema, &b.schema).then_with(|| by_name(&a.name, &b.name)));
        let rows: HashMap<u32, u32> =
            self.selection.surface.types.iter().filter_map(|of| Some((of.relation?, of.oid))).collect();
        let mut named = Vec::new();
        for relation in all {
            let row = taken.take(self.ident(&relation.schema, &relation.name));
            if let Some(oid) = rows.get(&relation.oid) {
                self.idents.insert(*oid, Shape::Record(row.clone()));
            }
            let (insert, update) = (taken.take(format!("{row}Insert")), taken.take(format!("{row}Update")));
            named.push(Named { relation, row, insert, update });
        }
        named
    }

    fn composite(&self, ident: String, of: &'a Type) -> Record<'a> {
        let field = |(name, oid): (&'a String, &u32)| Field {
            name,
            shape: self.shape(*oid),
            nullable: true,
            optional: false,
            longest: None,
            comment: None,
        };
        let fields = of.attributes.iter().zip(&of.attribute_types).map(field).collect();
        let comment = of.comment.as_deref();
        Record { ident, of: Use::Composite, schema: &of.schema, name: &of.name, comment, fields }
    }

    fn of_relation(&self, Named { relation, row, insert, update }: Named<'a>) -> Vec<Record<'a>> {
        let view = matches!(&*relation.kind, "v" | "m");
        let columns = || self.selection.columns(relation.oid).iter().filter(|column| column.visible);
        let record = |ident, of, fields| Record {
            ident,
            of,
            schema: &relation.schema,
            name: &relation.name,
            comment: relation.comment.as_deref(),
            fields,
        };
        let in_row = |column: &'a Column| self.field(column, !column.never_null, false);
        let mut records = vec![record(row, Use::Row, columns().map(in_row).collect())];
        for (ident, of, bit) in [(insert, Use::Insert, 8), (update, Use::Update, 4)] {
            if view && relation.writable & bit == 0 {
                continue;
            }
            let writable = |column: &&Column| {
                let by_server = column.identity == "a" || !column.generated.is_empty();
                if view { column.updatable || relation.rewritten } else { !by_server }
            };
            let written = |column: &'a Column| {
                let given = !column.identity.is_empty() || column.has_default;
                let optional = of == Use::Update || view || given || self.selection.is_nullable(column);
                self.field(column, true, optional)
            };
            records.push(record(ident, of, columns().filter(writable).map(written).collect()));
        }
        records
    }

    /// A column as a field; `may_be_null` is false where a view's query shows that it is not.
    fn field(&self, column: &'a Column, may_be_null: bool, optional: bool) -> Field<'a> {
        Field {
            name: &column.name,
            shape: self.shape(column.of),
            nullable: may_be_null && self.selection.is_nullable(column),
            optional,
            longest: self.longest(column),
            comment: column.comment.as_deref(),
        }
    }

    /// The length in `varchar(n)` and `char(n)`, also of the type under a domain.
    fn longest(&self, column: &Column) -> Option<u32> {
        let of = self.selection.type_of(column.of)?;
        let (name, modifier) = match of.base.and_then(|base| self.selection.type_of(base)) {
            Some(base) => (&base.name, of.modifier),
            None => (&of.name, column.modifier),
        };
        let counted = matches!(&**name, "varchar" | "bpchar");
        u32::try_from(modifier - 4).ok().filter(|longest| counted && *longest > 0)
    }

    /// What a type is; domains are what is under them.
    fn shape(&self, oid: u32) -> Shape {
        let Some(of) = self.selection.type_of(oid) else { return Shape::Scalar("unknown".to_owned()) };
        match (of.base, of.element, self.idents.get(&oid)) {
            (Some(base), _, _) => self.shape(base),
            (_, Some(element), _) => Shape::Array(Box::new(self.shape(element))),
            (_, _, Some(shape)) => shape.clone(),
            _ => Shape::Scalar(self.scalar(of)),
        }
    }

    /// The name of a type that has no identifier: an enum type without labels, or of a schema that was not asked for, is text.
    fn scalar(&self, of: &Type) -> String {
        match &*of.kind {
            "e" => "text".to_owned(),
            "c" => "record".to_owned(),
            _ => of.name.clone(),
        }
    }
}

/// Each record after those that its fields hold; Postgres allows no circles.
fn in_order(records: Vec<Record>) -> Vec<Record> {
    let places: HashMap<String, usize> = records.iter().enumerate().map(|(i, r)| (r.ident.clone(), i)).collect();
    let mut order = Vec::new();
    let mut seen = HashSet::new();
    for place in 0..records.len() {
        visit(place, &records, &places, &mut seen, &mut order);
    }
    let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| records[place].take()).collect()
}

fn visit(
    place: usize,
    records: &[Record],
    places: &HashMap<String, usize>,
    seen: &mut HashSet<usize>,
    order: &mut Vec<usize>,
) {
    if !seen.insert(place) {
        return;
    }
    for field in &records[place].fields {
        let mut shape = &field.shape;
        while let Shape::Array(element) = shape {
            shape = element;
        }
        if let Shape::Record(ident) = shape
            && let Some(&inner) = places.get(ident)
        {
            visit(inner, records, places, seen, order);
        }
    }
    order.push(place);
}
