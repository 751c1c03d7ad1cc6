//! Shell operators: names that another operator gave to its commutator or negator before that was defined.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// An operator without its definition.
    pub struct ShellOperator {
    }
}

impl ObjectKind for ShellOperator {
    const KEYWORD: &'static str = "OPERATOR";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_operator'::regclass::oid AS classid, o.oid AS objid, 0 AS objsubid, o.oid::regoperator::text AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl
        FROM pg_operator o
            JOIN pg_namespace n ON n.oid = o.oprnamespace
        WHERE o.oprcode = 0 AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    /// The operator that names it makes it.
    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        Vec::new()
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(Vec::new())
    }

    fn title(&self, id: &ObjectId) -> String {
        format!("{} (shell)", id.identity)
    }
}
