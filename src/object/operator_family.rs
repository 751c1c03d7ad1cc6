//! Operator families; their classes and their loose members are objects of their own.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// An operator family.
    pub struct OperatorFamily {}
}

impl ObjectKind for OperatorFamily {
    const KEYWORD: &'static str = "OPERATOR FAMILY";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_opfamily'::regclass::oid AS classid, f.oid AS objid, 0 AS objsubid,
            format('%I.%I USING %I', nspname, opfname, amname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl
        FROM pg_opfamily f
            JOIN pg_namespace n ON n.oid = opfnamespace
            JOIN pg_am m ON m.oid = opfmethod
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("CREATE OPERATOR FAMILY {}", id.identity))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(Vec::new())
    }
}
