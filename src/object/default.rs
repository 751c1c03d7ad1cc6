//! Defaults of columns; apart from their columns, for they may need what needs the table.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Kind, Object, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// The default of a column of a table or view.
    pub struct Default {
        /// The expression, as Postgres prints it.
        pub expression: String,
    }
}

/// The functions of Postgres's own that give each row another value.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "currval",
    "gen_random_uuid",
    "lastval",
    "nextval",
    "random",
    "random_normal",
    "setval",
    "timeofday",
    "txid_current",
    "uuidv4",
    "uuidv7",
];

impl Default {
    /// Whether each row may get another value from it, as the default of `column`: what extensions bring counts as such.
    pub fn is_volatile(&self, column: &ObjectId, context: &Context) -> bool {
        let own = VOLATILE.iter().any(|name| self.expression.contains(&format!("{name}(")));
        let defaults = context.catalog.children(column).filter(|(id, _)| id.kind == Kind::Default);
        let needs = defaults.flat_map(|(_, entry)| &entry.needs);
        own || needs.into_iter().any(|need| match context.catalog.entry(need).map(|entry| &entry.object) {
            Some(Object::Function(function)) => function.0.is_volatile(),
            Some(Object::Extension(_)) => self.expression.contains('('),
            _ => false,
        })
    }
}

/// `ALTER TABLE ONLY t ALTER COLUMN c`, for the column that is the parent of `id`.
fn alter_column(id: &ObjectId, context: &Context) -> String {
    let column = context.parent(id);
    let table = context.parent(column);
    format!("ALTER TABLE ONLY {} ALTER COLUMN {}", table.identity, column.name_in(table))
}

impl ObjectKind for Default {
    const KEYWORD: &'static str = "DEFAULT VALUE";
    const PART_OF_PARENT: bool = true;
    // A default refers to no column, so `pg_get_expr` needs no table, which saves it the listing of all the table's columns.
    const QUERY: &'static str = "
        SELECT 'pg_attrdef'::regclass::oid AS classid, d.oid AS objid, 0 AS objsubid,
            format('for %I.%I.%I', nspname, relname, attname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, adrelid AS parent_objid, adnum::int4 AS parent_objsubid, NULL::text[] AS acl,
            pg_get_expr(adbin, 0) AS expression
        FROM pg_attrdef d
            JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
            JOIN pg_class c ON c.oid = adrelid
            JOIN pg_namespace n ON n.oid = relnamespace
        WHERE attgenerated = '' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("{} SET DEFAULT {}", alter_column(id, context), self.expression))]
    }

    /// A view brings its columns, but not their defaults.
    fn settle(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let of_view = matches!(context.parent_object(id), Some(Object::Column(column)) if column.of_view());
        if of_view && (context.brought)(id) { self.create(id, context) } else { Vec::new() }
    }

    fn alter(&self, _old: &Self, id: &ObjectId, context: &Context) -> Alter {
        Alter::InPlace(self.create(id, context))
    }

    fn follows_column(&self) -> bool {
        true
    }

    fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("{} DROP DEFAULT", alter_column(id, context)))]
    }
}
