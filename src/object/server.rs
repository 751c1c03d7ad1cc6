//! Foreign servers.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind, options};
use crate::sql::{Statement, literal};

record! {
    /// A foreign server.
    pub struct Server {
        /// The foreign-data wrapper, quoted.
        pub wrapper: String,
        /// `TYPE`, if given.
        pub server_type: Option<String>,
        /// `VERSION`, if given.
        pub version: Option<String>,
        /// `OPTIONS (…)`.
        pub options: Vec<String>,
    }
}

impl ObjectKind for Server {
    const KEYWORD: &'static str = "SERVER";
    const SECRETS: &'static [&'static str] = &["options"];
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "FOREIGN SERVER", letters: "U", public: "", default_acl: None, columns: false });
    const QUERY: &'static str = "
        SELECT 'pg_foreign_server'::regclass::oid AS classid, s.oid AS objid, 0 AS objsubid, quote_ident(srvname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, srvacl::text[] AS acl,
            quote_ident(fdwname) AS wrapper, srvtype AS server_type, srvversion AS version, coalesce(srvoptions, '{}') AS options
        FROM pg_foreign_server s
            JOIN pg_foreign_data_wrapper w ON w.oid = srvfdw
        WHERE s.oid >= 16384";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let Self { wrapper, server_type, version, options } = self;
        let clause = |word: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!(" {word} {}", literal(value).trim_start())).unwrap_or_default()
        };
        let (server_type, version) = (clause("TYPE", server_type), clause("VERSION", version));
        let options = options::foreign_clause(&options::foreign(options));
        let text =
            format!("CREATE SERVER {}{server_type}{version} FOREIGN DATA WRAPPER {wrapper}{options}", id.identity);
        vec![Statement::new(text)]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        let Self { wrapper, server_type, version, options } = self;
        if (wrapper, server_type) != (&old.wrapper, &old.server_type) {
            return Alter::Rebuild;
        }
        let mut text = format!("ALTER SERVER {}", id.identity);
        if *version != old.version {
            let version = version.as_ref().map_or_else(|| "NULL".to_owned(), |v| literal(v).trim_start().to_owned());
            text.push_str(&format!(" VERSION {version}"));
        }
        text.push_str(&options::foreign_clause(&options::foreign_change(&old.options, options)));
        Alter::InPlace(vec![Statement::new(text)])
    }
}
