//! That a table is of a composite type (`OF`).

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// The tie of a table to its composite type, which holds its columns as they are.
    pub struct TableType {
        /// The identity of the table.
        pub table: String,
        /// The identity of the type.
        pub composite: String,
    }
}

impl ObjectKind for TableType {
    const KEYWORD: &'static str = "TABLE TYPE";
    const QUERY: &'static str = "
        SELECT 'pg_attribute'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
            format('%I.%I', nspname, relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, c.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', nspname, relname) AS table, format_type(reloftype, NULL) AS composite
        FROM pg_class c
            JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('r', 'p') AND reloftype <> 0 AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER TABLE {} OF {}", self.table, self.composite))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER TABLE {} NOT OF", self.table))]
    }

    fn title(&self, id: &ObjectId) -> String {
        format!("{} OF {}", id.identity, self.composite)
    }

    fn stands_on(&self, _id: &ObjectId) -> Vec<ObjectId> {
        vec![ObjectId::new(Kind::Table, self.table.as_str())]
    }

    fn also_needs(&self, _id: &ObjectId) -> Vec<ObjectId> {
        vec![ObjectId::new(Kind::Composite, self.composite.as_str())]
    }
}
