//! The attachment of a partition's index to the index of the partitioned table; that of an exclusion constraint comes with it.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// An index attached to another.
    pub struct IndexAttachment {
        /// The identity of the index of the partitioned table.
        pub to: String,
        /// The identity of the constraint that the attached index serves, if it does.
        pub constraint: Option<String>,
        /// The identity of the constraint that the other index serves, if it does.
        pub to_constraint: Option<String>,
    }
}

/// An index, or the constraint that it serves.
fn index_or_constraint(index: &str, constraint: Option<&String>) -> ObjectId {
    match constraint {
        Some(constraint) => ObjectId::new(Kind::Constraint, constraint.as_str()),
        None => ObjectId::new(Kind::Index, index),
    }
}

impl ObjectKind for IndexAttachment {
    const KEYWORD: &'static str = "INDEX ATTACHMENT";
    const QUERY: &'static str = "
        SELECT 'pg_inherits'::regclass::oid AS classid, inhrelid AS objid, inhseqno AS objsubid,
            format('%I.%I', n.nspname, c.relname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', pn.nspname, p.relname) AS to,
            CASE WHEN k.oid IS NOT NULL THEN format('%I on %I.%I', k.conname, tn.nspname, t.relname) END AS constraint,
            CASE WHEN pk.oid IS NOT NULL THEN format('%I on %I.%I', pk.conname, ptn.nspname, pt.relname) END AS to_constraint
        FROM pg_inherits
            JOIN pg_class c ON c.oid = inhrelid
            JOIN pg_index i ON i.indexrelid = c.oid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class p ON p.oid = inhparent
            JOIN pg_namespace pn ON pn.oid = p.relnamespace
            LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
            LEFT JOIN pg_class t ON t.oid = k.conrelid
            LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
            LEFT JOIN pg_constraint pk ON pk.conindid = p.oid AND pk.contype IN ('p', 'u', 'x')
            LEFT JOIN pg_class pt ON pt.oid = pk.conrelid
            LEFT JOIN pg_namespace ptn ON ptn.oid = pt.relnamespace
        WHERE c.relkind IN ('i', 'I') AND NOT indisexclusion AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER INDEX {} ATTACH PARTITION {}", self.to, id.identity))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }

    /// An index cannot be detached: it goes with the other one, or comes free when its table is detached.
    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        Vec::new()
    }

    fn shown_with(&self, id: &ObjectId) -> Option<ObjectId> {
        Some(index_or_constraint(&id.identity, self.constraint.as_ref()))
    }

    fn completes(&self) -> Option<ObjectId> {
        Some(index_or_constraint(&self.to, self.to_constraint.as_ref()))
    }

    fn also_needs(&self, id: &ObjectId) -> Vec<ObjectId> {
        vec![
            index_or_constraint(&id.identity, self.constraint.as_ref()),
            index_or_constraint(&self.to, self.to_constraint.as_ref()),
        ]
    }
}
