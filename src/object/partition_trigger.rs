//! Triggers that a partition has from its partitioned table, where their state is another than there.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::trigger::state;
use super::{Alter, Context, Follows, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// The state of a partition's trigger.
    pub struct PartitionTrigger {
        /// The partition.
        pub table: String,
        /// The trigger's name, quoted.
        pub name: String,
        /// When it fires (`pg_trigger.tgenabled`): `O`, `D`, `R` or `A`.
        pub enabled: String,
        /// When that of the partitioned table fires.
        pub enabled_above: String,
        /// The identity of the trigger of the partitioned table.
        pub above: String,
    }
}

impl PartitionTrigger {
    fn set_state(&self, enabled: &str) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER TABLE {} {} TRIGGER {}", self.table, state(enabled), self.name))]
    }
}

impl ObjectKind for PartitionTrigger {
    const KEYWORD: &'static str = "TRIGGER";
    /// Those of foreign keys are the system's own.
    const QUERY: &'static str = "
        SELECT 'pg_trigger'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid,
            format('%I on %I.%I', t.tgname, n.nspname, c.relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, c.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', n.nspname, c.relname) AS table, quote_ident(t.tgname) AS name, t.tgenabled::text AS enabled,
            p.tgenabled::text AS enabled_above, format('%I on %I.%I', p.tgname, pn.nspname, pc.relname) AS above
        FROM pg_trigger t
            JOIN pg_trigger p ON p.oid = t.tgparentid
            JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class pc ON pc.oid = p.tgrelid
            JOIN pg_namespace pn ON pn.oid = pc.relnamespace
        WHERE t.tgenabled <> p.tgenabled AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = t.tgconstraint AND contype = 'f')";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        self.set_state(&self.enabled)
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(self.set_state(&self.enabled))
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        self.set_state(&self.enabled_above)
    }

    fn follows(&self, _id: &ObjectId) -> Vec<Follows> {
        vec![Follows {
            object: ObjectId::new(Kind::Trigger, self.above.as_str()),
            through: ObjectId::new(Kind::Partition, self.table.as_str()),
            comes: false,
            joins: false,
        }]
    }

    fn also_needs(&self, _id: &ObjectId) -> Vec<ObjectId> {
        vec![
            ObjectId::new(Kind::Partition, self.table.as_str()),
            ObjectId::new(Kind::Trigger, self.above.as_str()),
            ObjectId::new(Kind::PartitionTrigger, self.above.as_str()),
        ]
    }

    fn title(&self, id: &ObjectId) -> String {
        format!("{} (as a partition)", id.identity)
    }
}
