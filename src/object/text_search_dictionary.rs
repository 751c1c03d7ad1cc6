//! Text search dictionaries.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A text search dictionary.
    pub struct TextSearchDictionary {
        /// The template.
        pub template: String,
        /// The template's options, each as `name = value`, quoted.
        pub options: Vec<String>,
    }
}

/// The name of an option.
fn name_of(option: &str) -> &str {
    option.split_once(" = ").map_or(option, |(name, _)| name)
}

impl ObjectKind for TextSearchDictionary {
    const KEYWORD: &'static str = "TEXT SEARCH DICTIONARY";
    const OWNED: bool = true;
    const QUERY: &'static str = r#"
        SELECT 'pg_ts_dict'::regclass::oid AS classid, d.oid AS objid, 0 AS objsubid, format('%I.%I', n.nspname, dictname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', tn.nspname, tmplname) AS template,
            ARRAY(
                SELECT m[1] FROM regexp_matches(
                    dictinitoption, '((?:"(?:[^"]|"")+"|[^", ]+) = (?:E?''(?:[^'']|'''')*''|[^'', ]+))', 'g') m
            ) AS options
        FROM pg_ts_dict d
            JOIN pg_namespace n ON n.oid = dictnamespace
            JOIN pg_ts_template t ON t.oid = dicttemplate
            JOIN pg_namespace tn ON tn.oid = tmplnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"#;

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let options: String = self.options.iter().map(|option| format!(", {option}")).collect();
        vec![Statement::new(format!("CREATE TEXT SEARCH DICTIONARY {} (TEMPLATE = {}{options})", id.identity, self.template))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        if self.template != old.template {
            return Alter::Rebuild;
        }
        let names: Vec<&str> = self.options.iter().map(|option| name_of(option)).collect();
        let removed = old.options.iter().map(|option| name_of(option)).filter(|name| !names.contains(name));
        let set = self.options.iter().filter(|option| !old.options.contains(option)).map(String::as_str);
        let changes: Vec<&str> = set.chain(removed).collect();
        let text = format!("ALTER TEXT SEARCH DICTIONARY {} ({})", id.identity, changes.join(", "));
        Alter::InPlace(if changes.is_empty() { Vec::new() } else { vec![Statement::new(text)] })
    }
}
