//! Text search configurations.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A text search configuration.
    pub struct TextSearchConfiguration {
        /// The parser.
        pub parser: String,
        /// The dictionaries for each type of token that has any, as `token WITH dictionary, …`.
        pub mappings: Vec<String>,
    }
}

/// The type of token that a mapping is for.
fn token_of(mapping: &str) -> &str {
    mapping.split_once(" WITH ").map_or(mapping, |(token, _)| token)
}

impl TextSearchConfiguration {
    /// The statements that lead from the mappings of `old` to these.
    fn remap(&self, old: &[String], id: &ObjectId) -> Vec<Statement> {
        let of = |mappings: &[String], token: &str| mappings.iter().any(|mapping| token_of(mapping) == token);
        let dropped = old.iter().map(|m| token_of(m)).filter(|token| !of(&self.mappings, token));
        let dropped = dropped.map(|token| format!("DROP MAPPING FOR {token}"));
        let set = self.mappings.iter().filter(|mapping| !old.contains(mapping)).map(|mapping| {
            let verb = if of(old, token_of(mapping)) { "ALTER" } else { "ADD" };
            format!("{verb} MAPPING FOR {mapping}")
        });
        let alter = |what| Statement::new(format!("ALTER TEXT SEARCH CONFIGURATION {} {what}", id.identity));
        dropped.chain(set).map(alter).collect()
    }
}

impl ObjectKind for TextSearchConfiguration {
    const KEYWORD: &'static str = "TEXT SEARCH CONFIGURATION";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_ts_config'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', n.nspname, cfgname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', pn.nspname, prsname) AS parser,
            ARRAY(
                SELECT format('%I WITH %s', alias, string_agg(mapdict::regdictionary::text, ', ' ORDER BY mapseqno))
                FROM pg_ts_config_map JOIN ts_token_type(cfgparser) ON tokid = maptokentype
                WHERE mapcfg = c.oid GROUP BY tokid, alias ORDER BY tokid
            ) AS mappings
        FROM pg_ts_config c
            JOIN pg_namespace n ON n.oid = cfgnamespace
            JOIN pg_ts_parser p ON p.oid = cfgparser
            JOIN pg_namespace pn ON pn.oid = prsnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let create = format!("CREATE TEXT SEARCH CONFIGURATION {} (PARSER = {})", id.identity, self.parser);
        let mut statements = vec![Statement::new(create)];
        statements.extend(self.remap(&[], id));
        statements
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        if self.parser != old.parser {
            return Alter::Rebuild;
        }
        Alter::InPlace(self.remap(&old.mappings, id))
    }
}
