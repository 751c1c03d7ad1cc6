//! What a database has and no kind knows: named, never passed over.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use super::link::Address;

/// Names objects by their addresses, as `pg_identify_object` does; asks nothing when there are none.
///
/// Objects of the system's own schemas (TOAST tables, temporary tables of other sessions) are left out.
pub async fn name(client: &Client, addresses: &BTreeSet<Address>) -> Result<Vec<String>> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let (classes, objects): (Vec<u32>, Vec<u32>) = addresses.iter().map(|a| (a.class, a.object)).unzip();
    let sql = "SELECT upper(type) || ' ' || identity
        FROM unnest($1::oid[], $2::oid[]) a (class, object), pg_identify_object(class, object, 0)
        WHERE identity IS NOT NULL AND coalesce(schema, '') !~ '^pg_' AND identity !~ '^pg_(toast|temp)'
        ORDER BY 1";
    let rows = client.query(sql, &[&classes, &objects]).await.context("cannot name what dbtool does not handle")?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
