//! Tables of publications, apart from both since they may begin after both.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A table of a publication.
    pub struct PublicationTable {
        /// The publication, quoted.
        pub publication: String,
        /// The table's identity.
        pub table: String,
        /// The columns that are published, quoted; all if none is named.
        pub columns: Vec<String>,
        /// The condition of `WHERE`.
        pub condition: Option<String>,
    }
}

impl ObjectKind for PublicationTable {
    const KEYWORD: &'static str = "PUBLICATION TABLE";
    const QUERY: &'static str = "
        SELECT 'pg_publication_rel'::regclass::oid AS classid, r.oid AS objid, 0 AS objsubid,
            format('%I.%I in publication %I', nspname, relname, pubname) AS identity,
            'pg_publication'::regclass::oid AS parent_classid, prpubid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            quote_ident(pubname) AS publication, format('%I.%I', nspname, relname) AS table,
            {{15: ARRAY(SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = prrelid AND attnum = ANY (prattrs::int2[])
                ORDER BY attnum) | '{}'::text[]}} AS columns,
            {{15: pg_get_expr(prqual, prrelid) | NULL::text}} AS condition
        FROM pg_publication_rel r
            JOIN pg_publication p ON p.oid = prpubid
            JOIN pg_class c ON c.oid = prrelid
            JOIN pg_namespace n ON n.oid = relnamespace";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let Self { publication, table, columns, condition } = self;
        let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
        let condition = condition.as_ref().map(|condition| format!(" WHERE ({condition})")).unwrap_or_default();
        vec![Statement::new(format!("ALTER PUBLICATION {publication} ADD TABLE ONLY {table}{columns}{condition}"))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        Alter::InPlace([old.drop(id, context), self.create(id, context)].concat())
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER PUBLICATION {} DROP TABLE ONLY {}", self.publication, self.table))]
    }
}
