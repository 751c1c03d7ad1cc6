//! Roles; managed only when the scope says so. Passwords are neither read nor set.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::{Hazard, Statement, literal};

record! {
    /// A role's attributes.
    pub struct Role {
        /// `SUPERUSER`.
        pub superuser: bool,
        /// `CREATEDB`.
        pub create_db: bool,
        /// `CREATEROLE`.
        pub create_role: bool,
        /// `INHERIT`.
        pub inherit: bool,
        /// `LOGIN`.
        pub login: bool,
        /// `REPLICATION`.
        pub replication: bool,
        /// `BYPASSRLS`.
        pub bypass_rls: bool,
        /// `CONNECTION LIMIT`; -1 for none.
        pub connection_limit: i32,
        /// `VALID UNTIL`.
        pub valid_until: Option<String>,
    }
}

impl Role {
    /// What a role is that was made by `CREATE ROLE` alone.
    fn plain() -> Self {
        Self {
            superuser: false,
            create_db: false,
            create_role: false,
            inherit: true,
            login: false,
            replication: false,
            bypass_rls: false,
            connection_limit: -1,
            valid_until: None,
        }
    }

    /// The words that lead from `old` to this.
    fn changes(&self, old: &Self) -> String {
        let Self { superuser, create_db, create_role, inherit, login, replication, bypass_rls, connection_limit, valid_until } = self;
        let flags = [
            ("SUPERUSER", *superuser, old.superuser),
            ("CREATEDB", *create_db, old.create_db),
            ("CREATEROLE", *create_role, old.create_role),
            ("INHERIT", *inherit, old.inherit),
            ("LOGIN", *login, old.login),
            ("REPLICATION", *replication, old.replication),
            ("BYPASSRLS", *bypass_rls, old.bypass_rls),
        ];
        let changed = flags.into_iter().filter(|(_, new, old)| new != old);
        let mut words: Vec<String> = changed.map(|(word, new, _)| format!("{}{word}", if new { "" } else { "NO" })).collect();
        if *connection_limit != old.connection_limit {
            words.push(format!("CONNECTION LIMIT {connection_limit}"));
        }
        if *valid_until != old.valid_until {
            words.push(format!("VALID UNTIL {}", literal(valid_until.as_deref().unwrap_or("infinity"))));
        }
        words.iter().map(|word| format!(" {word}")).collect()
    }
}

impl ObjectKind for Role {
    const KEYWORD: &'static str = "ROLE";
    const OUTLIVED: bool = true;
    /// Without the superuser made by `initdb`, the server's own roles, and the one that is connected.
    const QUERY: &'static str = "
        SELECT 'pg_authid'::regclass::oid AS classid, oid AS objid, 0 AS objsubid, quote_ident(rolname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            rolsuper AS superuser, rolcreatedb AS create_db, rolcreaterole AS create_role, rolinherit AS inherit,
            rolcanlogin AS login, rolreplication AS replication, rolbypassrls AS bypass_rls, rolconnlimit AS connection_limit,
            CASE WHEN isfinite(rolvaliduntil) THEN to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' END
                AS valid_until
        FROM pg_roles
        WHERE oid >= 16384 AND rolname !~ '^pg_' AND rolname <> current_user";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("CREATE ROLE {}{}", id.identity, self.changes(&Self::plain())))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(vec![Statement::new(format!("ALTER ROLE {}{}", id.identity, self.changes(old)))])
    }

    fn drop(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let what = format!("role {} with its password, for all databases of the server", id.identity);
        let loss = Hazard::DataLoss { what, relation: None, column: None };
        vec![Statement::new(format!("DROP ROLE {}", id.identity)).hazard(loss)]
    }
}
