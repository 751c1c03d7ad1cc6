//! Plain inheritance between tables.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// That a table inherits from another.
    pub struct Inheritance {
        /// The identity of the table that inherits.
        pub child: String,
        /// The identity of the table that it inherits from.
        pub ancestor: String,
    }
}

impl ObjectKind for Inheritance {
    const KEYWORD: &'static str = "INHERITANCE";
    const PART_OF_PARENT: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_inherits'::regclass::oid AS classid, inhrelid AS objid, inhseqno AS objsubid,
            format('%I.%I inherits %I.%I', n.nspname, c.relname, pn.nspname, p.relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, inhrelid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', n.nspname, c.relname) AS child, format('%I.%I', pn.nspname, p.relname) AS ancestor
        FROM pg_inherits
            JOIN pg_class c ON c.oid = inhrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class p ON p.oid = inhparent
            JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE NOT c.relispartition AND c.relkind IN ('r', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER TABLE {} INHERIT {}", self.child, self.ancestor))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER TABLE {} NO INHERIT {}", self.child, self.ancestor))]
    }

    fn stands_on(&self, _id: &ObjectId) -> Vec<ObjectId> {
        [&self.child, &self.ancestor].map(|table| ObjectId::new(Kind::Table, table.as_str())).into()
    }

    fn also_needs(&self, _id: &ObjectId) -> Vec<ObjectId> {
        vec![ObjectId::new(Kind::Table, self.ancestor.as_str())]
    }
}
