//! What a Supabase project expects of its database, without Supabase: roles, schemas, tables, functions, and extensions, real or stood in for.

use anyhow::{Context, Result};

use super::connect::{Timeouts, connect};
use super::session::Session;
use super::url::Url;
use crate::sql::literal;

/// What makes the roles, which belong to the server.
const ROLES: &str = include_str!("roles.sql");

/// What makes everything else of a database, in order.
const PARTS: [(&str, &str); 4] = [
    ("schemas", include_str!("schemas.sql")),
    ("auth", include_str!("auth.sql")),
    ("storage", include_str!("storage.sql")),
    ("services", include_str!("services.sql")),
];

/// The extensions that Supabase has and hardly any other machine, with what stands in for them where they are missing.
const STAND_INS: [(&str, &str); 16] = [
    ("vector", include_str!("standins/vector.sql")),
    ("pg_cron", include_str!("standins/pg_cron.sql")),
    ("pgmq", include_str!("standins/pgmq.sql")),
    ("http", include_str!("standins/http.sql")),
    ("pgjwt", include_str!("standins/pgjwt.sql")),
    ("pg_jsonschema", include_str!("standins/pg_jsonschema.sql")),
    ("pg_tle", include_str!("standins/pg_tle.sql")),
    ("pg_net", ""),
    ("pg_graphql", ""),
    ("supabase_vault", ""),
    ("pgsodium", ""),
    ("hypopg", ""),
    ("index_advisor", ""),
    ("plpgsql_check", ""),
    ("wrappers", ""),
    ("pgaudit", ""),
];

/// Makes an extension of what the transaction has made: `CREATE EXTENSION IF NOT EXISTS` finds it, and no comparison looks into it.
const ADOPT: &str = include_str!("adopt.sql");

/// Whether an extension that is missing is stood in for.
pub fn stands_in_for(extension: &str) -> bool {
    STAND_INS.iter().any(|(name, _)| *name == extension)
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
    let stood_in = stand_in(session).await?;
    let path = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = \"$user\", public, extensions', current_database()); END $$";
    session.batch_execute(path).await?;
    session.batch_execute("RESET client_min_messages").await?;
    Ok(stood_in)
}

/// Puts a stand-in in the place of each extension that the server does not have.
async fn stand_in(session: &Session) -> Result<Vec<String>> {
    let names: Vec<&str> = STAND_INS.iter().map(|(name, _)| *name).collect();
    let sql =
        "SELECT n FROM unnest($1::text[]) n WHERE n NOT IN (SELECT name::text FROM pg_catalog.pg_available_extensions)";
    let rows = session.query(sql, &[&names]).await?;
    let missing: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    for (name, sql) in STAND_INS.iter().filter(|(name, _)| missing.iter().any(|missing| missing == name)) {
        let adopt = ADOPT.replace(":extension", &literal(name));
        let whole = format!("BEGIN; {sql}; {adopt}; COMMIT");
        session.batch_execute(&whole).await.with_context(|| format!("cannot stand in for the extension {name}"))?;
    }
    Ok(missing)
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
