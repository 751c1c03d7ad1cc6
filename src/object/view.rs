//! Views.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::{Soft, record};
use super::{Alter, Context, Grantable, ObjectId, ObjectKind, Origins, options};
use crate::sql::Statement;

record! {
    /// A view.
    pub struct View {
        /// The query, as Postgres prints it, without the final semicolon.
        pub definition: String,
        /// `security_barrier`, `security_invoker`, `check_option`.
        pub options: Vec<String>,
        /// Its columns in order, each with its type and collation.
        pub columns: Vec<String>,
        /// Where each of its columns comes from unchanged, if it does.
        #[serde(default)]
        pub origins: Soft<Origins>,
    }
}

impl View {
    /// `CREATE [OR REPLACE] VIEW …`
    fn statement(&self, verb: &str, id: &ObjectId) -> Statement {
        let with = if self.options.is_empty() { String::new() } else { format!(" WITH ({})", options::list(&self.options)) };
        Statement::new(format!("{verb} VIEW {}{with} AS\n{}", id.identity, self.definition))
    }
}

impl ObjectKind for View {
    const KEYWORD: &'static str = "VIEW";
    const SOFT: &'static [&'static str] = &["origins"];
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "TABLE", letters: "arwdDxtm", public: "", default_acl: Some('r'), columns: false });
    const QUERY: &'static str = "
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, relname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, relacl::text[] AS acl,
            rtrim(pg_get_viewdef(c.oid), ';') AS definition, coalesce(reloptions, '{}') AS options,
            ARRAY(
                SELECT quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
                    || CASE WHEN attcollation <> 0 THEN ' ' || attcollation::regcollation::text ELSE '' END
                FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            ) AS columns,
            ARRAY[(SELECT ev_action::text FROM pg_rewrite WHERE ev_class = c.oid AND rulename = '_RETURN')] || ARRAY(
                SELECT DISTINCT format('%s.%s=%I.%I.%I', r.oid, a.attnum, rn.nspname, r.relname, a.attname)
                FROM pg_rewrite w
                    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
                    JOIN pg_class r ON r.oid = d.refobjid
                    JOIN pg_namespace rn ON rn.oid = r.relnamespace
                    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
                WHERE w.ev_class = c.oid AND w.rulename = '_RETURN' AND d.refobjsubid > 0
            ) AS origins
        FROM pg_class c
            JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind = 'v' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![self.statement("CREATE", id)]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        if !self.columns.starts_with(&old.columns) {
            return Alter::Rebuild;
        }
        if self.definition != old.definition {
            return Alter::InPlace(vec![self.statement("CREATE OR REPLACE", id)]);
        }
        Alter::InPlace(options::alter("VIEW", id, &old.options, &self.options))
    }

    fn title(&self, id: &ObjectId) -> String {
        match self.definition.lines().count() {
            1 => id.identity.to_string(),
            lines => format!("{} ({lines} lines)", id.identity),
        }
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }
}
