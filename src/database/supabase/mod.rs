//! What a Supabase project expects of its database, without Supabase: roles, schemas, tables, functions, and extensions, real or stood in for.

mod index;
mod stand_in;

use std::path::Path;

use anyhow::{Context, Result};

use super::connect::{Timeouts, connect};
use super::server::{Binaries, extended};
use super::session::Session;
use super::url::Url;

pub use index::{indexed, tolerated};
pub use stand_in::{brought, extensions};

/// What makes the roles, which belong to the server.
const ROLES: &str = include_str!("roles.sql");

/// What makes everything else of a database, in order.
const PARTS: [(&str, &str); 4] = [
    ("schemas", include_str!("schemas.sql")),
    ("auth", include_str!("auth.sql")),
    ("storage", include_str!("storage.sql")),
    ("services", include_str!("services.sql")),
];

/// The programs of a server with all extensions of Supabase: those that it lacks are stood in for.
///
/// # Errors
/// When the files cannot be written.
pub fn programs(binaries: &Binaries) -> Result<Binaries> {
    extended(binaries, &stand_in::extensions())
}

/// Furnishes a database on a server of dbtool's own, unless that was done before; says which extensions are stood in for.
///
/// The session keeps the settings that it had: a new one has the search path of a Supabase project.
///
/// # Errors
/// Whatever the server says.
pub async fn furnish(session: &Session) -> Result<Vec<String>> {
    if session.query_one("SELECT to_regclass('auth.users') IS NOT NULL", &[]).await?.get(0) {
        return Ok(Vec::new());
    }
    session.batch_execute("SET client_min_messages = error").await?;
    session.batch_execute(ROLES).await.context("cannot make the roles of Supabase")?;
    session.batch_execute("BEGIN").await?;
    for (part, sql) in PARTS {
        session.batch_execute(sql).await.with_context(|| format!("cannot make Supabase's {part}"))?;
    }
    session.batch_execute("COMMIT").await?;
    preinstall(session).await?;
    let path = "DO $$ BEGIN EXECUTE format(
        'ALTER ROLE %I IN DATABASE %I SET search_path = \"$user\", public, extensions', current_user, current_database()); END $$";
    session.batch_execute(path).await?;
    session.batch_execute("RESET client_min_messages").await?;
    stood_in(session).await
}

/// Whether the server is one of dbtool's own that has stand-ins: its files are among those that dbtool made.
pub async fn has_stand_ins(session: &Session) -> bool {
    let sql = "SELECT setting LIKE '%/dbtool/extended/%' FROM pg_catalog.pg_config WHERE name = 'SHAREDIR'";
    // Who may not look is on another server.
    session.query_one(sql, &[]).await.is_ok_and(|row| row.get(0))
}

/// The extensions that are stood in for on a server of dbtool's own: their files are no links to real ones.
async fn stood_in(session: &Session) -> Result<Vec<String>> {
    let share = session.query_one("SELECT setting FROM pg_catalog.pg_config WHERE name = 'SHAREDIR'", &[]).await?;
    let folder = Path::new(share.try_get::<_, &str>(0)?).join("extension");
    let is_own =
        |name: &&str| folder.join(format!("{name}.control")).symlink_metadata().is_ok_and(|file| file.is_file());
    let extensions = extensions();
    Ok(extensions.iter().map(|extension| extension.name).filter(is_own).map(str::to_owned).collect())
}

/// Makes the extensions that every project of Supabase begins with.
async fn preinstall(session: &Session) -> Result<()> {
    for (name, schema) in stand_in::PREINSTALLED {
        let sql = format!("CREATE EXTENSION {name} SCHEMA {schema}");
        session.batch_execute(&sql).await.with_context(|| format!("cannot make the extension {name}"))?;
    }
    session
        .batch_execute("GRANT USAGE ON SCHEMA vault, pgsodium TO postgres, anon, authenticated, service_role")
        .await?;
    Ok(())
}

/// The same where nobody can wait for a future: over a connection and a thread of its own.
///
/// # Errors
/// As [`furnish`].
pub fn furnish_blocking(conninfo: &str) -> Result<Vec<String>> {
    let url = Url::parse(conninfo, "the local Postgres")?;
    let work = move || -> Result<Vec<String>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let session = connect(&url, "the local Postgres", &Timeouts::default()).await?;
            let stood_in = furnish(&session).await;
            session.close().await;
            stood_in
        })
    };
    std::thread::spawn(work).join().expect("furnishing does not panic")
}
