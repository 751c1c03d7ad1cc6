//! Schemas of publications (from version 15 on).

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A schema all of whose tables a publication publishes.
    pub struct PublicationSchema {
        /// The publication, quoted.
        pub publication: String,
        /// The schema, quoted.
        pub schema: String,
    }
}

impl ObjectKind for PublicationSchema {
    const KEYWORD: &'static str = "PUBLICATION SCHEMA";
    const QUERY: &'static str = "
        SELECT {{15: 'pg_publication_namespace'::regclass::oid | 0::oid}} AS classid, s.oid AS objid, 0 AS objsubid,
            format('%I in publication %I', nspname, pubname) AS identity,
            'pg_publication'::regclass::oid AS parent_classid, pnpubid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            quote_ident(pubname) AS publication, quote_ident(nspname) AS schema
        FROM {{15: pg_publication_namespace | (SELECT 0::oid AS oid, 0::oid AS pnpubid, 0::oid AS pnnspid LIMIT 0)}} s
            JOIN pg_publication p ON p.oid = pnpubid
            JOIN pg_namespace n ON n.oid = pnnspid";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER PUBLICATION {} ADD TABLES IN SCHEMA {}", self.publication, self.schema))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER PUBLICATION {} DROP TABLES IN SCHEMA {}", self.publication, self.schema))]
    }
}
