//! Text search templates.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A text search template.
    pub struct TextSearchTemplate {
        /// The function that initialises a dictionary.
        pub init: Option<String>,
        /// The function that looks up a token.
        pub lexize: String,
    }
}

impl ObjectKind for TextSearchTemplate {
    const KEYWORD: &'static str = "TEXT SEARCH TEMPLATE";
    const QUERY: &'static str = "
        SELECT 'pg_ts_template'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, tmplname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            CASE WHEN tmplinit <> 0 THEN tmplinit::text END AS init, tmpllexize::text AS lexize
        FROM pg_ts_template t
            JOIN pg_namespace n ON n.oid = tmplnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let init = self.init.as_ref().map(|init| format!("INIT = {init}, ")).unwrap_or_default();
        vec![Statement::new(format!("CREATE TEXT SEARCH TEMPLATE {} ({init}LEXIZE = {})", id.identity, self.lexize))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }
}
