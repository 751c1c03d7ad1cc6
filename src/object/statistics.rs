//! Extended statistics.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// Extended statistics on a table or materialized view.
    pub struct Statistics {
        /// The whole of `CREATE STATISTICS`, as Postgres prints it.
        pub definition: String,
        /// The statistics target, where it was set.
        pub target: Option<i32>,
    }
}

impl Statistics {
    fn set_target(&self, id: &ObjectId) -> Statement {
        Statement::new(format!("ALTER STATISTICS {} SET STATISTICS {}", id.identity, self.target.unwrap_or(-1)))
    }
}

impl ObjectKind for Statistics {
    const KEYWORD: &'static str = "STATISTICS";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_statistic_ext'::regclass::oid AS classid, s.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, stxname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, stxrelid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            pg_get_statisticsobjdef(s.oid) AS definition, nullif(stxstattarget::int4, -1) AS target
        FROM pg_statistic_ext s
            JOIN pg_namespace n ON n.oid = stxnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn follows_column(&self) -> bool {
        true
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(self.definition.clone())]
    }

    fn settle(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        self.target.iter().map(|_| self.set_target(id)).collect()
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        if self.definition != old.definition {
            return Alter::Rebuild;
        }
        Alter::InPlace(vec![self.set_target(id)])
    }
}
