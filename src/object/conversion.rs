//! Conversions between encodings.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::{Statement, literal};

record! {
    /// A conversion between encodings.
    pub struct Conversion {
        /// Whether it is the one that is used when none is named.
        pub default: bool,
        /// The encoding that it converts from.
        pub source: String,
        /// The encoding that it converts to.
        pub target: String,
        /// The function that does it.
        pub function: String,
    }
}

impl ObjectKind for Conversion {
    const KEYWORD: &'static str = "CONVERSION";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_conversion'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, conname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            condefault AS default, pg_encoding_to_char(conforencoding)::text AS source,
            pg_encoding_to_char(contoencoding)::text AS target, conproc::text AS function
        FROM pg_conversion c
            JOIN pg_namespace n ON n.oid = connamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let default = if self.default { "DEFAULT " } else { "" };
        let (source, target) = (literal(&self.source), literal(&self.target));
        let text = format!("CREATE {default}CONVERSION {} FOR {source} TO {target} FROM {}", id.identity, self.function);
        vec![Statement::new(text)]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }
}
