//! What a catalog lacks and only a live database knows: how large its relations are, and how much its indexes are used.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use tokio_postgres::Client;

/// One row for each relation with rows or entries of its own.
const QUERY: &str = include_str!("activity.sql");

/// What a live database knows of its relations, by schema and name.
#[derive(Clone, Debug, Default)]
pub struct Activity(HashMap<(String, String), Measure>);

/// What is known of one relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// How many rows, if the server has an idea.
    pub rows: Option<i64>,
    /// Its bytes, without its indexes.
    pub bytes: i64,
    /// How often it was scanned.
    pub scans: i64,
}

impl Activity {
    /// What is known of a relation, by its plain names.
    pub fn of(&self, (schema, name): (String, String)) -> Measure {
        self.0.get(&(schema, name)).copied().unwrap_or_default()
    }
}

/// Asks the database, once for all relations.
pub async fn read(client: &Client) -> Result<Activity> {
    let rows = client.query_typed(QUERY, &[]).await.context("cannot read the sizes of the relations")?;
    let measure = |row: &tokio_postgres::Row| {
        let measure = Measure { rows: row.try_get(2)?, bytes: row.try_get(3)?, scans: row.try_get(4)? };
        Ok(((row.try_get(0)?, row.try_get(1)?), measure))
    };
    Ok(Activity(rows.iter().map(measure).collect::<Result<_>>()?))
}
