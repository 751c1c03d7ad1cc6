//! Procedural languages.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A procedural language.
    pub struct Language {
        /// Whether roles that are not superusers may use it.
        pub trusted: bool,
        /// The function that runs its functions.
        pub handler: String,
        /// The function that runs `DO` blocks.
        pub inline: Option<String>,
        /// The function that checks new functions.
        pub validator: Option<String>,
    }
}

impl Language {
    /// `CREATE [OR REPLACE] LANGUAGE …`
    fn statement(&self, verb: &str, id: &ObjectId) -> Statement {
        let trusted = if self.trusted { "TRUSTED " } else { "" };
        let mut text = format!("{verb} {trusted}LANGUAGE {} HANDLER {}", id.identity, self.handler);
        for (word, function) in [("INLINE", &self.inline), ("VALIDATOR", &self.validator)] {
            if let Some(function) = function {
                text.push_str(&format!(" {word} {function}"));
            }
        }
        Statement::new(text)
    }
}

impl ObjectKind for Language {
    const KEYWORD: &'static str = "LANGUAGE";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "LANGUAGE", letters: "U", public: "U", default_acl: None, columns: false });
    const QUERY: &'static str = "
        SELECT 'pg_language'::regclass::oid AS classid, l.oid AS objid, 0 AS objsubid, quote_ident(lanname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, lanacl::text[] AS acl,
            lanpltrusted AS trusted, lanplcallfoid::regproc::text AS handler,
            CASE WHEN laninline <> 0 THEN laninline::regproc::text END AS inline,
            CASE WHEN lanvalidator <> 0 THEN lanvalidator::regproc::text END AS validator
        FROM pg_language l
        WHERE l.oid >= 16384";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![self.statement("CREATE", id)]
    }

    /// Nothing can be granted or revoked on a language that is not trusted any more.
    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        if old.trusted && !self.trusted {
            return Alter::Rebuild;
        }
        Alter::InPlace(vec![self.statement("CREATE OR REPLACE", id)])
    }
}
