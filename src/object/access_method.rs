//! Access methods.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// An access method of tables or indexes.
    pub struct AccessMethod {
        /// `TABLE` or `INDEX`.
        pub of: String,
        /// The function that hands out its parts.
        pub handler: String,
    }
}

impl ObjectKind for AccessMethod {
    const KEYWORD: &'static str = "ACCESS METHOD";
    const QUERY: &'static str = "
        SELECT 'pg_am'::regclass::oid AS classid, m.oid AS objid, 0 AS objsubid, quote_ident(amname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            CASE amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END AS of, amhandler::text AS handler
        FROM pg_am m
        WHERE m.oid >= 16384";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("CREATE ACCESS METHOD {} TYPE {} HANDLER {}", id.identity, self.of, self.handler))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }
}
