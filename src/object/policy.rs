//! Row security policies.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A policy of a table.
    pub struct Policy {
        /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
        pub command: String,
        /// `PERMISSIVE` rather than `RESTRICTIVE`.
        pub permissive: bool,
        /// The roles that it is for, quoted; `PUBLIC` for all.
        pub roles: Vec<String>,
        /// The expression of `USING`.
        pub using: Option<String>,
        /// The expression of `WITH CHECK`.
        pub check: Option<String>,
    }
}

impl Policy {
    /// ` TO … USING … WITH CHECK …`
    fn clauses(&self) -> String {
        format!(" TO {}{}", self.roles.join(", "), self.conditions())
    }

    fn conditions(&self) -> String {
        let using = self.using.as_ref().map(|e| format!(" USING ({e})")).unwrap_or_default();
        let check = self.check.as_ref().map(|e| format!(" WITH CHECK ({e})")).unwrap_or_default();
        format!("{using}{check}")
    }
}

impl ObjectKind for Policy {
    const KEYWORD: &'static str = "POLICY";
    const QUERY: &'static str = "
        SELECT 'pg_policy'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid,
            format('%I on %I.%I', polname, nspname, relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, c.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
                AS command,
            polpermissive AS permissive,
            ARRAY(SELECT CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END FROM unnest(polroles) r)
                AS roles,
            pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS check
        FROM pg_policy p
            JOIN pg_class c ON c.oid = polrelid
            JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let (name, table) = id.identity.rsplit_once(" on ").unwrap_or((&id.identity, ""));
        let permissive = if self.permissive { "" } else { " AS RESTRICTIVE" };
        // What goes without saying is not said.
        let command = if self.command == "ALL" { String::new() } else { format!(" FOR {}", self.command) };
        let clauses = if self.roles == ["PUBLIC"] { self.conditions() } else { self.clauses() };
        vec![Statement::new(format!("CREATE POLICY {name} ON {table}{permissive}{command}{clauses}"))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        let lost = (old.using.is_some() && self.using.is_none()) || (old.check.is_some() && self.check.is_none());
        if self.command != old.command || self.permissive != old.permissive || lost {
            return Alter::Rebuild;
        }
        Alter::InPlace(vec![Statement::new(format!("ALTER POLICY {}{}", id.identity, self.clauses()))])
    }
}
