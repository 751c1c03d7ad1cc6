//! How large the relations are that hazards name.

use anyhow::Result;

use crate::cli::render::{RelationSize, Sizes};
use crate::database::Session;
use crate::sql::{Hazard, Statement};

/// How large the relations are that the hazards name, and how much would be lost.
pub async fn sizes(session: &Session, statements: &[Statement]) -> Result<Sizes> {
    let mut sizes = Sizes::new();
    for hazard in statements.iter().flat_map(|statement| &statement.hazards) {
        let (relation, column) = match hazard {
            Hazard::DataLoss { relation: Some(relation), column, .. }
            | Hazard::Kept { relation: Some(relation), column, .. } => (relation, column.as_ref()),
            Hazard::Rewrite { relation } | Hazard::Scan { relation, .. } | Hazard::MayFail { relation, .. } => {
                (relation, None)
            }
            Hazard::DataLoss { relation: None, .. } | Hazard::Kept { relation: None, .. } => continue,
        };
        let key = column.map_or_else(|| relation.clone(), |column| format!("{relation}.{column}"));
        if sizes.contains_key(&key) {
            continue;
        }
        if let Some(size) =
            size(session, relation, column, matches!(hazard, Hazard::DataLoss { .. } | Hazard::Kept { .. })).await?
        {
            sizes.insert(key, size);
        }
    }
    Ok(sizes)
}

/// The size of a relation, counted where rows would be lost and estimated elsewhere; none for one that is not there yet.
///
/// Nothing is counted on the servers of foreign tables.
async fn size(session: &Session, relation: &str, column: Option<&String>, exact: bool) -> Result<Option<RelationSize>> {
    let estimate = "
        SELECT greatest(reltuples, -1)::int8, pg_catalog.pg_total_relation_size(c.oid), EXISTS (
            WITH RECURSIVE below AS (
                SELECT c.oid UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN below ON inhparent = below.oid
            )
            SELECT FROM below JOIN pg_catalog.pg_class f ON f.oid = below.oid WHERE f.relkind = 'f')
        FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)";
    let Some(row) = session.query_opt(estimate, &[&relation]).await? else { return Ok(None) };
    let mut size = RelationSize { rows: row.get(0), bytes: row.get(1) };
    let elsewhere: bool = row.get(2);
    if exact && !elsewhere {
        let what = column.map_or("*", |column| column.as_str());
        size.rows = session.query_one(&format!("SELECT count({what}) FROM {relation}"), &[]).await?.get(0);
    }
    Ok(Some(size))
}
