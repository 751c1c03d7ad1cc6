//! Transforms of types for procedural languages.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A transform of a type for a language.
    pub struct Transform {
        /// The function that converts from the type to the language.
        pub from_sql: Option<String>,
        /// The function that converts from the language to the type.
        pub to_sql: Option<String>,
    }
}

impl Transform {
    /// `CREATE [OR REPLACE] TRANSFORM …`
    fn statement(&self, verb: &str, id: &ObjectId) -> Statement {
        let with = |words: &str, function: &Option<String>| function.as_ref().map(|f| format!("{words} SQL WITH FUNCTION {f}"));
        let functions = with("FROM", &self.from_sql).into_iter().chain(with("TO", &self.to_sql)).collect::<Vec<_>>();
        Statement::new(format!("{verb} TRANSFORM {} ({})", id.identity, functions.join(", ")))
    }
}

impl ObjectKind for Transform {
    const KEYWORD: &'static str = "TRANSFORM";
    const QUERY: &'static str = "
        SELECT 'pg_transform'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid,
            format('FOR %s LANGUAGE %I', format_type(trftype, NULL), lanname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            CASE WHEN trffromsql <> 0 THEN trffromsql::regprocedure::text END AS from_sql,
            CASE WHEN trftosql <> 0 THEN trftosql::regprocedure::text END AS to_sql
        FROM pg_transform t
            JOIN pg_language l ON l.oid = trflang
        WHERE t.oid >= 16384";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![self.statement("CREATE", id)]
    }

    fn alter(&self, _old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(vec![self.statement("CREATE OR REPLACE", id)])
    }
}
