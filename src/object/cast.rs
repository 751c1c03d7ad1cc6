//! Casts between types.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A cast from one type to another.
    pub struct Cast {
        /// `WITH FUNCTION …`, `WITHOUT FUNCTION` or `WITH INOUT`.
        pub method: String,
        /// ` AS ASSIGNMENT`, ` AS IMPLICIT`, or nothing where it must be asked for.
        pub applied: String,
    }
}

impl ObjectKind for Cast {
    const KEYWORD: &'static str = "CAST";
    const QUERY: &'static str = "
        SELECT 'pg_cast'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
            format('(%s AS %s)', format_type(castsource, NULL), format_type(casttarget, NULL)) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            CASE castmethod WHEN 'f' THEN 'WITH FUNCTION ' || castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END
                AS method,
            CASE castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END AS applied
        FROM pg_cast c
        WHERE c.oid >= 16384 {{14: AND NOT EXISTS (SELECT FROM pg_range WHERE rngtypid = castsource AND rngmultitypid = casttarget) | }}";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("CREATE CAST {} {}{}", id.identity, self.method, self.applied))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }
}
