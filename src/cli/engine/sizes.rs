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
async fn size(session: &Session, relation: &str, column: Option<&String>, exact: bool) -> Result<Option<RelationSize>> {
    let estimate = "SELECT greatest(reltuples, -1)::int8, pg_catalog.pg_total_relation_size(oid)
        FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)";
    let Some(row) = session.query_opt(estimate, &[&relation]).await? else { return Ok(None) };
    let mut size = RelationSize { rows: row.get(0), bytes: row.get(1) };
    if exact {
        let what = column.map_or("*", |column| column.as_str());
        size.rows = session.query_one(&format!("SELECT count({what}) FROM {relation}"), &[]).await?.get(0);
    }
    Ok(Some(size))
}
