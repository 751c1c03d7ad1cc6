//! Schemas.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A schema; all that it has is common to all kinds.
    pub struct Schema {
    }
}

impl ObjectKind for Schema {
    const KEYWORD: &'static str = "SCHEMA";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "SCHEMA", letters: "UC", public: "", default_acl: Some('n'), columns: false });
    const QUERY: &'static str = "
        SELECT 'pg_namespace'::regclass::oid AS classid, oid AS objid, 0 AS objsubid, quote_ident(nspname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, nspacl::text[] AS acl
        FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("CREATE SCHEMA {}", id.identity))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(Vec::new())
    }
}
