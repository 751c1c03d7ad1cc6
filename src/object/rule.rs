//! Rewrite rules but those that are views.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::trigger::state;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A rule.
    pub struct Rule {
        /// The relation that it is on.
        pub table: String,
        /// The whole of `CREATE RULE`, as Postgres prints it.
        pub definition: String,
        /// When it applies (`pg_rewrite.ev_enabled`): `O`, `D`, `R` or `A`.
        pub enabled: String,
    }
}

impl Rule {
    fn set_state(&self, id: &ObjectId) -> Statement {
        let name = id.identity.strip_suffix(&format!(" on {}", self.table)).unwrap_or(&id.identity);
        Statement::new(format!("ALTER TABLE {} {} RULE {name}", self.table, state(&self.enabled)))
    }
}

impl ObjectKind for Rule {
    const KEYWORD: &'static str = "RULE";
    const QUERY: &'static str = "
        SELECT 'pg_rewrite'::regclass::oid AS classid, r.oid AS objid, 0 AS objsubid,
            format('%I on %I.%I', rulename, nspname, relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, c.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', nspname, relname) AS table, rtrim(pg_get_ruledef(r.oid), ';') AS definition, ev_enabled::text AS enabled
        FROM pg_rewrite r
            JOIN pg_class c ON c.oid = ev_class
            JOIN pg_namespace n ON n.oid = relnamespace
        WHERE rulename <> '_RETURN' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(self.definition.clone())]
    }

    fn settle(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        if self.enabled == "O" { Vec::new() } else { vec![self.set_state(id)] }
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        let mut statements = Vec::new();
        if self.definition != old.definition {
            statements.push(Statement::new(self.definition.replacen("CREATE RULE", "CREATE OR REPLACE RULE", 1)));
        }
        if self.enabled != old.enabled {
            statements.push(self.set_state(id));
        }
        Alter::InPlace(statements)
    }
}
