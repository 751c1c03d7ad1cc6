//! The sequences of identity columns: the column says what they are, but privileges and comments are their own.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind, Sequence, WhenNeedReplaced};
use crate::sql::Statement;

record! {
    /// The sequence of an identity column.
    pub struct IdentitySequence {}
}

impl ObjectKind for IdentitySequence {
    const KEYWORD: &'static str = "SEQUENCE";
    const PART_OF_PARENT: bool = true;
    const PRIVILEGES: Option<Grantable> = Sequence::PRIVILEGES;
    const QUERY: &'static str = "
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, refobjid AS parent_objid, refobjsubid AS parent_objsubid,
            relacl::text[] AS acl
        FROM pg_class c
            JOIN pg_namespace n ON n.oid = relnamespace
            JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = c.oid AND refclassid = 'pg_class'::regclass AND deptype = 'i'
        WHERE relkind = 'S' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        Vec::new()
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(Vec::new())
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        Vec::new()
    }

    fn when_need_replaced(&self) -> WhenNeedReplaced {
        WhenNeedReplaced::Keep
    }

    fn is_derived(&self) -> bool {
        true
    }
}
