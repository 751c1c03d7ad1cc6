//! Triggers; those that a partition has from its partitioned table come and go with that.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A trigger.
    pub struct Trigger {
        /// The relation that it is on.
        pub table: String,
        /// The whole of `CREATE TRIGGER`, as Postgres prints it.
        pub definition: String,
        /// When it fires (`pg_trigger.tgenabled`): `O`, `D`, `R` or `A`.
        pub enabled: String,
    }
}

/// The words of `ALTER TABLE` for a state of a trigger or rule.
pub(super) fn state(enabled: &str) -> &'static str {
    match enabled {
        "D" => "DISABLE",
        "R" => "ENABLE REPLICA",
        "A" => "ENABLE ALWAYS",
        _ => "ENABLE",
    }
}

impl Trigger {
    fn set_state(&self, id: &ObjectId) -> Statement {
        let name = id.identity.strip_suffix(&format!(" on {}", self.table)).unwrap_or(&id.identity);
        Statement::new(format!("ALTER TABLE {} {} TRIGGER {name}", self.table, state(&self.enabled)))
    }
}

impl ObjectKind for Trigger {
    const KEYWORD: &'static str = "TRIGGER";
    const QUERY: &'static str = "
        SELECT 'pg_trigger'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid,
            format('%I on %I.%I', tgname, nspname, relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, c.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', nspname, relname) AS table, pg_get_triggerdef(t.oid) AS definition, tgenabled::text AS enabled
        FROM pg_trigger t
            JOIN pg_class c ON c.oid = tgrelid
            JOIN pg_namespace n ON n.oid = relnamespace
        WHERE NOT tgisinternal AND tgparentid = 0 AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

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
        if self.definition != old.definition {
            return Alter::Rebuild;
        }
        // The triggers of partitions follow, but for those whose state is their own.
        Alter::AroundDependents(vec![self.set_state(id)])
    }

    fn minds_rows(&self) -> bool {
        true
    }
}
