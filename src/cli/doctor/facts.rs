//! What the checks judge, gathered once.

use anyhow::Result;
use jiff::Timestamp;

use crate::cli::config::Target;
use crate::cli::report::ErrorReport;
use crate::cli::{Context, engine};
use crate::database::Session;
use crate::database::server::{Binaries, all};

/// One row about the server, the connection and what the role may do.
const SERVER: &str = r"
    SELECT extract(epoch FROM clock_timestamp())::float8 AS now,
        rolsuper OR rolcreatedb AS makes_databases,
        rolsuper AS superuser,
        has_database_privilege(current_database(), 'CREATE') AS makes_schemas,
        rolsuper OR pg_has_role(datdba, 'USAGE') AS owns_database,
        pg_get_userbyid(datdba)::text AS owner,
        (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
            WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
                AND NOT rolsuper AND NOT pg_has_role(relowner, 'USAGE')) AS not_owned,
        (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
            WHERE relkind IN ('r', 'p', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
                AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))) AS unreadable,
        coalesce((SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
        pg_is_in_recovery() AS standby,
        pg_database_size(current_database()) AS bytes,
        ARRAY(SELECT datname::text FROM pg_catalog.pg_database
            WHERE datname ~ '^dbtool_shadow_\d+_\d+_\d+$' OR datname ~ '_(restoring|before)_\d{8}_\d{6}$' ORDER BY 1) AS databases
    FROM pg_catalog.pg_roles, pg_catalog.pg_database
    WHERE rolname = current_user AND datname = current_database()";

/// What the checks judge.
pub struct Facts<'a> {
    /// What is configured.
    pub context: &'a Context<'a>,
    /// The server programs on this machine.
    pub programs: Vec<Binaries>,
    /// The database to work on, and the session on it, or why there is none.
    pub connection: Result<(Target, Session), ErrorReport>,
    /// What the server says; nothing without a connection.
    pub server: Option<Server>,
}

/// What the server says.
pub struct Server {
    /// By how many seconds the server's clock is before ours.
    pub ahead: f64,
    /// Whether the role may make databases.
    pub makes_databases: bool,
    /// Whether the role is a superuser.
    pub superuser: bool,
    /// Whether the role may make schemas.
    pub makes_schemas: bool,
    /// Whether the role has the rights of the database's owner.
    pub owns_database: bool,
    /// The database's owner.
    pub owner: String,
    /// How many relations the role may not change.
    pub not_owned: i64,
    /// How many tables the role may not read.
    pub unreadable: i64,
    /// Whether the connection is encrypted, as the server sees it.
    pub encrypted: bool,
    /// Whether the server only follows another.
    pub standby: bool,
    /// The size of the database.
    pub bytes: i64,
    /// Databases that dbtool made and did not remove.
    pub databases: Vec<String>,
}

impl<'a> Facts<'a> {
    /// Gathers them; a database that cannot be reached is a fact as well.
    pub async fn gather(context: &'a Context<'a>) -> Self {
        let programs = all(context.config.shadow_bin_dir());
        let connection = connect(context).await.map_err(|error| ErrorReport::of(&error));
        let server = match &connection {
            Ok((_, session)) => Server::ask(session).await.ok(),
            Err(_) => None,
        };
        Self { context, programs, connection, server }
    }

    /// The session, if there is one.
    pub fn session(&self) -> Option<&Session> {
        self.connection.as_ref().ok().map(|(_, session)| session)
    }
}

async fn connect(context: &Context<'_>) -> Result<(Target, Session)> {
    let target = context.target()?;
    let session = engine::open(&target).await?;
    Ok((target, session))
}

impl Server {
    async fn ask(session: &Session) -> Result<Self> {
        let before = Timestamp::now();
        let row = session.query_one(SERVER, &[]).await?;
        let after = Timestamp::now();
        let ours = (before.as_nanosecond() + after.as_nanosecond()) as f64 / 2e9;
        Ok(Self {
            ahead: row.try_get::<_, f64>("now")? - ours,
            makes_databases: row.try_get("makes_databases")?,
            superuser: row.try_get("superuser")?,
            makes_schemas: row.try_get("makes_schemas")?,
            owns_database: row.try_get("owns_database")?,
            owner: row.try_get("owner")?,
            not_owned: row.try_get("not_owned")?,
            unreadable: row.try_get("unreadable")?,
            encrypted: row.try_get("encrypted")?,
            standby: row.try_get("standby")?,
            bytes: row.try_get("bytes")?,
            databases: row.try_get("databases")?,
        })
    }
}
