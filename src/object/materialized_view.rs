//! Materialized views.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::{Soft, record};
use super::{Alter, Context, Grantable, Object, ObjectId, ObjectKind, Origins, options};
use crate::sql::Statement;

record! {
    /// A materialized view.
    pub struct MaterializedView {
        /// The query, as Postgres prints it, without the final semicolon.
        pub definition: String,
        /// Its columns in order, each with its type and collation.
        pub columns: Vec<String>,
        /// The access method, where it is not `heap`.
        pub access_method: Option<String>,
        /// The tablespace, where it is not the database's.
        pub tablespace: Option<String>,
        /// Storage parameters, those of the TOAST table as `toast.name`.
        pub options: Vec<String>,
        /// Whether it holds rows to be queried.
        pub populated: Soft<bool>,
        /// Where each of its columns comes from unchanged, if it does.
        #[serde(default)]
        pub origins: Soft<Origins>,
    }
}

impl ObjectKind for MaterializedView {
    const KEYWORD: &'static str = "MATERIALIZED VIEW";
    const SOFT: &'static [&'static str] = &["populated", "origins"];
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "TABLE", letters: "arwdDxtm", public: "", default_acl: Some('r'), columns: false });
    const QUERY: &'static str = "
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, c.relname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, c.relacl::text[] AS acl,
            rtrim(pg_get_viewdef(c.oid), ';') AS definition,
            ARRAY(
                SELECT quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
                    || CASE WHEN attcollation <> 0 THEN ' ' || attcollation::regcollation::text ELSE '' END
                FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            ) AS columns,
            (SELECT quote_ident(amname) FROM pg_am m WHERE m.oid = c.relam AND amname <> 'heap') AS access_method,
            (SELECT quote_ident(spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace,
            coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM unnest(t.reloptions) o) AS options,
            c.relispopulated AS populated,
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
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
        WHERE c.relkind = 'm' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let mut text = format!("CREATE MATERIALIZED VIEW {}", id.identity);
        if let Some(method) = &self.access_method {
            text.push_str(&format!(" USING {method}"));
        }
        if !self.options.is_empty() {
            text.push_str(&format!(" WITH ({})", options::list(&self.options)));
        }
        if let Some(tablespace) = &self.tablespace {
            text.push_str(&format!(" TABLESPACE {tablespace}"));
        }
        let was_populated = matches!(context.current.entry(id).map(|e| &e.object),
            Some(Object::MaterializedView(old)) if old.populated.0);
        let with = if self.populated.0 || was_populated { "" } else { "\nWITH NO DATA" };
        vec![Statement::new(format!("{text} AS\n{}{with}", self.definition))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let remade = self.access_method != old.access_method && context.version() < 150_000;
        if self.definition != old.definition || self.columns != old.columns || remade {
            return Alter::Rebuild;
        }
        let mut statements = Vec::new();
        let mut set = |differs: bool, what: String| {
            if differs {
                statements.push(Statement::new(format!("ALTER MATERIALIZED VIEW {} {what}", id.identity)));
            }
        };
        let method = self.access_method.as_deref().unwrap_or("heap");
        set(self.access_method != old.access_method, format!("SET ACCESS METHOD {method}"));
        let tablespace = self.tablespace.as_deref().unwrap_or("pg_default");
        set(self.tablespace != old.tablespace, format!("SET TABLESPACE {tablespace}"));
        let (added, removed) = options::change(&old.options, &self.options);
        set(!added.is_empty(), format!("SET ({added})"));
        set(!removed.is_empty(), format!("RESET ({removed})"));
        Alter::InPlace(statements)
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
