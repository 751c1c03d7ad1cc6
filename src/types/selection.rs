//! What of a surface is asked for, with ways to look things up.

use std::collections::HashMap;

use super::collate::by_name;
use crate::surface::{Column, Function, Key, Relation, Surface, Type};

/// A surface seen through the schemas that are asked for.
pub struct Selection<'a> {
    /// All there is.
    pub surface: &'a Surface,
    /// The schemas that are asked for and there, by name.
    pub schemas: Vec<&'a str>,
    types: HashMap<u32, &'a Type>,
    relations: HashMap<u32, &'a Relation>,
}

impl<'a> Selection<'a> {
    /// Looks at a surface through some of its schemas.
    pub fn new(surface: &'a Surface, schemas: &[String]) -> Self {
        let mut chosen: Vec<&str> =
            surface.schemas.iter().filter(|name| schemas.contains(name)).map(String::as_str).collect();
        chosen.sort_by(|a, b| by_name(a, b));
        Self {
            surface,
            schemas: chosen,
            types: surface.types.iter().map(|of| (of.oid, of)).collect(),
            relations: surface.relations.iter().map(|relation| (relation.oid, relation)).collect(),
        }
    }

    /// Whether a schema is asked for.
    pub fn includes(&self, schema: &str) -> bool {
        self.schemas.contains(&schema)
    }

    /// The type of an oid.
    pub fn type_of(&self, oid: u32) -> Option<&'a Type> {
        self.types.get(&oid).copied()
    }

    /// The relation of an oid, in any schema.
    pub fn relation(&self, oid: u32) -> Option<&'a Relation> {
        self.relations.get(&oid).copied()
    }

    /// The relations that are asked for; of tables, those on which the role has a privilege.
    pub fn relations(&self) -> impl Iterator<Item = &'a Relation> {
        let chosen = |relation: &&Relation| {
            self.includes(&relation.schema) && (relation.visible || !matches!(&*relation.kind, "r" | "p"))
        };
        self.surface.relations.iter().filter(chosen)
    }

    /// The columns of a relation by number.
    pub fn columns(&self, relation: u32) -> &'a [Column] {
        let columns = &self.surface.columns;
        let first = columns.partition_point(|column| column.relation < relation);
        let end = columns.partition_point(|column| column.relation <= relation);
        &columns[first..end]
    }

    /// The columns of a relation on which the role has a privilege, by name.
    pub fn columns_by_name(&self, relation: u32) -> Vec<&'a Column> {
        let mut columns: Vec<&Column> = self.columns(relation).iter().filter(|column| column.visible).collect();
        columns.sort_by(|a, b| by_name(&a.name, &b.name));
        columns
    }

    /// The name of a relation's column.
    pub fn column_name(&self, relation: u32, number: i16) -> Option<&'a str> {
        self.columns(relation).iter().find(|column| column.number == number).map(|column| &*column.name)
    }

    /// The functions that are asked for.
    pub fn functions(&self) -> impl Iterator<Item = &'a Function> {
        self.surface.functions.iter().filter(|function| self.includes(&function.schema))
    }

    /// The keys of all relations, of one kind.
    pub fn keys(&self, kind: &'static str) -> impl Iterator<Item = &'a Key> {
        self.surface.keys.iter().filter(move |key| key.kind == kind)
    }

    /// The type that a column of type `oid` holds: a domain stands for the type under it.
    pub fn under_domain(&self, oid: u32) -> Option<&'a Type> {
        let of = self.type_of(oid)?;
        Some(of.base.and_then(|base| self.type_of(base)).unwrap_or(of))
    }

    /// Whether a column may hold null.
    pub fn is_nullable(&self, column: &Column) -> bool {
        !column.not_null && !self.type_of(column.of).is_some_and(|of| of.kind == "d" && of.not_null)
    }
}
