//! Checks of a running database: each is one SQL file, which answers with schema, object, severity, message and repair.

use anyhow::{Context, Result};

use super::{Finding, Found, Severity};
use crate::catalog::Scope;
use crate::database::Session;
use crate::sql::ident;

/// The checks, those that may stop the work first.
pub(super) const CHECKS: &[(&str, &str)] = &[
    ("wraparound", include_str!("live/wraparound.sql")),
    ("sequence_end", include_str!("live/sequence_end.sql")),
    ("connections", include_str!("live/connections.sql")),
    ("idle_in_transaction", include_str!("live/idle_in_transaction.sql")),
    ("autovacuum", include_str!("live/autovacuum.sql")),
    ("dead_rows", include_str!("live/dead_rows.sql")),
    ("bloat", include_str!("live/bloat.sql")),
    ("unused_index", include_str!("live/unused_index.sql")),
    ("slow_statements", include_str!("live/slow_statements.sql")),
];

/// What stands before the name of the extension that a check needs.
const NEEDS: &str = "-- needs: ";

/// Runs all checks of a running database, within the managed schemas.
pub async fn live(session: &Session, scope: &Scope) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (name, sql) in CHECKS {
        let found = one(session, scope, sql).await.with_context(|| format!("the check {name} fails"))?;
        findings.extend(found.into_iter().map(|found| found.of(name)));
    }
    Ok(findings)
}

async fn one(session: &Session, scope: &Scope, sql: &str) -> Result<Vec<Found>> {
    let Some(path) = search_path(session, sql).await? else { return Ok(vec![not_installed(sql)]) };
    session.batch_execute(&format!("SET search_path = {path}")).await?;
    let mut found = Vec::new();
    for row in session.query(sql, &[]).await? {
        let schema: Option<String> = row.try_get("schema")?;
        if schema.is_some_and(|schema| !scope.covers(&schema)) {
            continue;
        }
        let severity = Severity::named(row.try_get("severity")?).context("it answers with an unknown severity")?;
        let (object, message) = (row.try_get("object")?, row.try_get("message")?);
        found.push(Found { severity, object, message, repair: row.try_get("repair")? });
    }
    Ok(found)
}

/// The extension that a check needs, if it needs one.
fn needs(sql: &str) -> Option<&str> {
    sql.lines().find_map(|line| line.strip_prefix(NEEDS))
}

/// The schemas that a check reads from; none when the extension that it needs is not there.
async fn search_path(session: &Session, sql: &str) -> Result<Option<String>> {
    let Some(extension) = needs(sql) else { return Ok(Some("pg_catalog".to_owned())) };
    let installed =
        "SELECT nspname::text FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace n ON n.oid = extnamespace
        WHERE extname = $1 AND extname = ANY (string_to_array(
            regexp_replace(current_setting('shared_preload_libraries'), '\\s', '', 'g'), ','))";
    let row = session.query_opt(installed, &[&extension]).await?;
    row.map(|row| Ok(format!("pg_catalog, {}", ident(row.try_get(0)?)))).transpose()
}

fn not_installed(sql: &str) -> Found {
    let extension = needs(sql).unwrap_or_default();
    let message = format!(
        "This is not known without the extension {extension}, which must be in shared_preload_libraries as well"
    );
    Found::new(Severity::Note, extension, message, format!("CREATE EXTENSION {}", ident(extension)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_says_what_it_is_about() {
        for (name, sql) in CHECKS {
            let first = sql.lines().next().unwrap_or_default();
            assert!(first.starts_with("-- ") && first.ends_with('.'), "{name} begins with a sentence");
        }
    }
}
