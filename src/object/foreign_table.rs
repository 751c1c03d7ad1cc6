//! Foreign tables; their columns and constraints are objects of their own, as those of tables are.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind, Table, options};
use crate::sql::Statement;

record! {
    /// A foreign table.
    pub struct ForeignTable {
        /// The server, quoted.
        pub server: String,
        /// `OPTIONS (…)`.
        pub options: Vec<String>,
    }
}

impl ObjectKind for ForeignTable {
    const KEYWORD: &'static str = "FOREIGN TABLE";
    const SECRETS: &'static [&'static str] = &["options"];
    const OWNED: bool = true;
    const APART: &'static str = "a";
    const PRIVILEGES: Option<Grantable> = Table::PRIVILEGES;
    const QUERY: &'static str = "
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, relname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, relacl::text[] AS acl,
            quote_ident(srvname) AS server, coalesce(ftoptions, '{}') AS options
        FROM pg_class c
            JOIN pg_namespace n ON n.oid = relnamespace
            JOIN pg_foreign_table ON ftrelid = c.oid
            JOIN pg_foreign_server s ON s.oid = ftserver
        WHERE relkind = 'f' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let options = options::foreign_clause(&options::foreign(&self.options));
        let text = format!("CREATE FOREIGN TABLE {} {}", id.identity, Table::body(id, context));
        let mut statements = vec![Statement::new(format!("{text} SERVER {}{options}", self.server))];
        statements.extend(Table::overrides(id, context));
        statements
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        let Self { server, options } = self;
        if *server != old.server {
            return Alter::Rebuild;
        }
        let change = options::foreign_clause(&options::foreign_change(&old.options, options));
        Alter::InPlace(vec![Statement::new(format!("ALTER FOREIGN TABLE {}{change}", id.identity))])
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }
}
