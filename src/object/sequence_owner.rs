//! `OWNED BY`: the tie between a sequence and the column that it goes with, apart from both since each may need the other first.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// The column that owns a sequence.
    pub struct SequenceOwner {
        /// The identity of the column.
        pub column: String,
    }
}

impl ObjectKind for SequenceOwner {
    const KEYWORD: &'static str = "SEQUENCE OWNER";
    const QUERY: &'static str = "
        SELECT 'pg_sequence'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
            format('%I.%I', n.nspname, c.relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, c.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I.%I', tn.nspname, t.relname, attname) AS column
        FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
                AND d.deptype = 'a'
            JOIN pg_class t ON t.oid = d.refobjid
            JOIN pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_attribute a ON attrelid = t.oid AND attnum = d.refobjsubid
        WHERE c.relkind = 'S' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER SEQUENCE {} OWNED BY {}", id.identity, self.column))]
    }

    fn alter(&self, _old: &Self, id: &ObjectId, context: &Context) -> Alter {
        Alter::InPlace(self.create(id, context))
    }

    fn drop(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER SEQUENCE {} OWNED BY NONE", id.identity))]
    }

    fn also_needs(&self, _id: &ObjectId) -> Vec<ObjectId> {
        vec![ObjectId::new(Kind::Column, self.column.as_str())]
    }

    fn ties(&self) -> bool {
        true
    }
}
