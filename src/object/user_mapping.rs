//! User mappings of foreign servers.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind, options};
use crate::sql::Statement;

record! {
    /// As whom a role works on a foreign server.
    pub struct UserMapping {
        /// The role, quoted, or `public`.
        pub role: String,
        /// The server, quoted.
        pub server: String,
        /// `OPTIONS (…)`; none where the connected role may not see them.
        pub options: Vec<String>,
    }
}

impl UserMapping {
    /// `VERB USER MAPPING FOR role SERVER server`, with what follows.
    fn statement(&self, verb: &str, rest: &str) -> Vec<Statement> {
        vec![Statement::new(format!("{verb} USER MAPPING FOR {} SERVER {}{rest}", self.role, self.server))]
    }
}

impl ObjectKind for UserMapping {
    const KEYWORD: &'static str = "USER MAPPING";
    const SECRETS: &'static [&'static str] = &["options"];
    const QUERY: &'static str = "
        SELECT 'pg_user_mapping'::regclass::oid AS classid, umid AS objid, 0 AS objsubid,
            quote_ident(usename) || ' on server ' || quote_ident(srvname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            CASE WHEN umuser = 0 THEN 'public' ELSE quote_ident(usename) END AS role, quote_ident(srvname) AS server,
            coalesce(umoptions, '{}') AS options
        FROM pg_user_mappings
        WHERE umid >= 16384";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        self.statement("CREATE", &options::foreign_clause(&options::foreign(&self.options)))
    }

    fn alter(&self, old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        let change = options::foreign_change(&old.options, &self.options);
        Alter::InPlace(self.statement("ALTER", &options::foreign_clause(&change)))
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        self.statement("DROP", "")
    }
}
