//! Schemas.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::{Soft, record};
use super::{Alter, Context, Grantable, ObjectId, ObjectKind};
use crate::sql::{Hazard, Statement};

record! {
    /// A schema; all that it is is common to all kinds.
    pub struct Schema {
        /// The tables that other tools of migration keep in it, in full: left alone while it stays.
        #[serde(default)]
        pub of_tools: Soft<Vec<String>>,
    }
}

impl ObjectKind for Schema {
    const KEYWORD: &'static str = "SCHEMA";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "SCHEMA", letters: "UC", public: "", default_acl: Some('n'), columns: false });
    const SOFT: &'static [&'static str] = &["of_tools"];
    const QUERY: &'static str = "
        SELECT 'pg_namespace'::regclass::oid AS classid, oid AS objid, 0 AS objsubid, quote_ident(nspname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, nspacl::text[] AS acl,
            ARRAY[]::text[] AS of_tools
        FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("CREATE SCHEMA {}", id.identity))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(Vec::new())
    }

    /// The tables of tools go with it; they are in no migration, so that one may come where they are not.
    fn drop(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let tables = self.of_tools.0.iter().map(|table| {
            let what = format!("table {table}, in which another tool records its migrations");
            let loss = Hazard::DataLoss { what, relation: Some(table.clone()), column: None };
            Statement::new(format!("DROP TABLE IF EXISTS {table}")).hazard(loss)
        });
        tables.chain([Statement::new(format!("DROP SCHEMA {}", id.identity))]).collect()
    }
}
