//! Collations.

use anyhow::Result;
use tokio_postgres::Row;

use super::id::split_last;
use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::{Statement, ident, literal};

record! {
    /// A collation; the version of the library's rules that it was made with is no part of it.
    pub struct Collation {
        /// `libc`, `icu` or `builtin`.
        pub provider: String,
        /// `DETERMINISTIC`.
        pub deterministic: bool,
        /// The locale of a provider other than `libc`.
        pub locale: Option<String>,
        /// `LC_COLLATE`, for `libc`.
        pub lc_collate: Option<String>,
        /// `LC_CTYPE`, for `libc`.
        pub lc_ctype: Option<String>,
        /// Additional tailoring rules (from version 16 on).
        pub rules: Option<String>,
    }
}

impl ObjectKind for Collation {
    const KEYWORD: &'static str = "COLLATION";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_collation'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, collname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            CASE collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'default' END AS provider,
            collisdeterministic AS deterministic,
            CASE WHEN collprovider <> 'c'
                THEN coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', collcollate::text) END AS locale,
            CASE WHEN collprovider = 'c' THEN collcollate::text END AS lc_collate,
            CASE WHEN collprovider = 'c' THEN collctype::text END AS lc_ctype,
            {{16: collicurules | NULL::text}} AS rules
        FROM pg_collation c
            JOIN pg_namespace n ON n.oid = collnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let text = |name: &str, value: &Option<String>| value.as_ref().map(|v| format!("{name} = {}", literal(v)));
        let mut options = vec![format!("provider = {}", self.provider)];
        options.extend(text("locale", &self.locale));
        options.extend(text("lc_collate", &self.lc_collate));
        options.extend(text("lc_ctype", &self.lc_ctype));
        options.extend((!self.deterministic).then(|| "deterministic = false".to_owned()));
        options.extend(text("rules", &self.rules));
        vec![Statement::new(format!("CREATE COLLATION {} ({})", id.identity, options.join(", ")))]
    }

    /// A new collation beside the old one, for columns to change over to.
    fn alter(&self, _old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let Some((schema, name)) = split_last(&id.identity) else { return Alter::Rebuild };
        let plain: String = name.chars().filter(|c| *c != '"').take(40).collect();
        let aside = ident(&format!("{plain}__dbtool_old"));
        let mut begin = vec![Statement::new(format!("ALTER COLLATION {} RENAME TO {aside}", id.identity))];
        begin.extend(self.create(id, context));
        Alter::Replace { begin, finish: vec![Statement::new(format!("DROP COLLATION {schema}.{aside}"))] }
    }
}
