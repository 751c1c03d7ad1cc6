//! Which relations have rows.

use std::collections::HashSet;

use anyhow::{Context, Result};
use tokio_postgres::Client;

/// The identities of the tables and materialized views that may have rows, and of those above them.
///
/// Where the statistics say nothing the size is looked at, which has to wait for whoever has the relation to himself.
pub async fn in_use(client: &Client) -> Result<HashSet<String>> {
    let sql = "
        WITH RECURSIVE filled AS (
            SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
            WHERE relkind IN ('r', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
                AND CASE WHEN relpages > 0 OR pg_stat_get_live_tuples(c.oid) > 0 THEN true ELSE pg_relation_size(c.oid) > 0 END
            UNION
            SELECT inhparent FROM pg_inherits JOIN filled ON inhrelid = filled.oid
        )
        SELECT format('%I.%I', nspname, relname)
        FROM filled JOIN pg_class c ON c.oid = filled.oid JOIN pg_namespace n ON n.oid = relnamespace";
    let rows = client.query_typed(sql, &[]).await.context("cannot see which tables have rows")?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
