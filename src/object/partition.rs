//! Partitions as what they are: tables attached to a partitioned table.

use anyhow::Result;
use tokio_postgres::Row;

use super::context::Entry;
use super::inherited_key::{inherited_keys, stays};
use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// The attachment of a table to a partitioned table.
    pub struct Partition {
        /// The identity of the partitioned table.
        pub of: String,
        /// `FOR VALUES …` or `DEFAULT`.
        pub bound: String,
        /// Whether the attached table is a foreign table.
        pub foreign: bool,
        /// Whether it is half-way detached, as a broken CONCURRENTLY leaves it (from version 14 on).
        #[serde(default)]
        pub detaching: bool,
    }
}

impl Partition {
    /// The tables at both ends.
    fn ends(&self, id: &ObjectId) -> Vec<ObjectId> {
        let kind = if self.foreign { Kind::ForeignTable } else { Kind::Table };
        vec![ObjectId::new(kind, id.identity.clone()), ObjectId::new(Kind::Table, self.of.as_str())]
    }
}

impl ObjectKind for Partition {
    const KEYWORD: &'static str = "PARTITION";
    const QUERY: &'static str = "
        SELECT 'pg_inherits'::regclass::oid AS classid, inhrelid AS objid, inhseqno AS objsubid,
            format('%I.%I', n.nspname, c.relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, inhrelid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', pn.nspname, p.relname) AS of, pg_get_expr(c.relpartbound, c.oid) AS bound, c.relkind = 'f' AS foreign,
            {{14: inhdetachpending | false}} AS detaching
        FROM pg_inherits
            JOIN pg_class c ON c.oid = inhrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class p ON p.oid = inhparent
            JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER TABLE ONLY {} ATTACH PARTITION {} {}", self.of, id.identity, self.bound))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }

    fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let finalize = if self.detaching { " FINALIZE" } else { "" };
        let detach = Statement::new(format!("ALTER TABLE ONLY {} DETACH PARTITION {}{finalize}", self.of, id.identity));
        let (table, catalog) = (&self.ends(id)[0], context.current);
        let outlives = |key: &&(ObjectId, &Entry)| !stays(&key.0, key.1, &table.identity, context);
        let keys = context.desired.entry(table).map(|_| inherited_keys(&table.identity, &self.of, catalog));
        let drop = |(key, _): &(ObjectId, &Entry)| {
            Statement::new(format!("ALTER TABLE {} DROP CONSTRAINT {}", table.identity, key.name_in(table)))
        };
        std::iter::once(detach).chain(keys.unwrap_or_default().iter().filter(outlives).map(drop)).collect()
    }

    fn also_needs(&self, id: &ObjectId) -> Vec<ObjectId> {
        self.ends(id)
    }

    fn stands_on(&self, id: &ObjectId) -> Vec<ObjectId> {
        self.ends(id)
    }

    fn ties(&self) -> bool {
        false
    }

    fn receives_rows(&self) -> bool {
        true
    }
}
