//! Text search parsers.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A text search parser.
    pub struct TextSearchParser {
        /// The function that begins.
        pub start: String,
        /// The function that gives the next token.
        pub gettoken: String,
        /// The function that ends.
        pub end: String,
        /// The function that lists the types of tokens.
        pub lextypes: String,
        /// The function that makes headlines.
        pub headline: Option<String>,
    }
}

impl ObjectKind for TextSearchParser {
    const KEYWORD: &'static str = "TEXT SEARCH PARSER";
    const QUERY: &'static str = "
        SELECT 'pg_ts_parser'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, prsname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            prsstart::text AS start, prstoken::text AS gettoken, prsend::text AS end, prslextype::text AS lextypes,
            CASE WHEN prsheadline <> 0 THEN prsheadline::text END AS headline
        FROM pg_ts_parser p
            JOIN pg_namespace n ON n.oid = prsnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let Self { start, gettoken, end, lextypes, headline } = self;
        let headline = headline.as_ref().map(|h| format!(", HEADLINE = {h}")).unwrap_or_default();
        let functions = format!("START = {start}, GETTOKEN = {gettoken}, END = {end}, LEXTYPES = {lextypes}{headline}");
        vec![Statement::new(format!("CREATE TEXT SEARCH PARSER {} ({functions})", id.identity))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }
}
