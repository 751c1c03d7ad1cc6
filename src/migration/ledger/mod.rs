//! The ledger: the table in each database that says which migrations it has had, and the log of every act.

mod layout;
mod log;
mod other;
mod record;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::failure::Failure;
use crate::sql::ident;

pub use log::{Act, Entry, Who};
pub use other::{Other, Recorded};
pub use record::{Progress, Record, Way};

/// The ledger of one database, in the schema where it is kept.
#[derive(Clone, Debug)]
pub struct Ledger {
    schema: String,
}

impl Ledger {
    /// The ledger in a schema, by its plain name.
    pub fn new(schema: &str) -> Self {
        Self { schema: schema.to_owned() }
    }

    /// The table of migrations, quoted.
    pub fn table(&self) -> String {
        format!("{}.schema_migrations", ident(&self.schema))
    }

    /// The table of acts, quoted.
    fn log_table(&self) -> String {
        format!("{}.migration_log", ident(&self.schema))
    }

    /// Whether the database has this ledger, in whatever layout.
    pub async fn exists(&self, client: &Client) -> Result<bool> {
        let tables = layout::tables(client).await?;
        let ours = tables.iter().find(|table| table.schema == self.schema);
        Ok(ours.is_some_and(|table| table.of.is_none()))
    }

    /// The tables in which other tools have recorded something, with the schemas that they are in.
    pub async fn others(&self, client: &Client) -> Result<Vec<(String, Other)>> {
        let mut others = Vec::new();
        for table in layout::tables(client).await? {
            let Some(of) = table.of else { continue };
            let sql = format!("SELECT FROM {}.schema_migrations LIMIT 1", ident(&table.schema));
            if !client.query_typed(&sql, &[]).await.context("cannot read another tool's ledger")?.is_empty() {
                others.push((table.schema, of));
            }
        }
        Ok(others)
    }

    /// Makes the ledger, or brings an older one to the present layout.
    ///
    /// # Errors
    /// `Failure::Refused` where another tool's table stands in its place.
    pub async fn prepare(&self, client: &Client) -> Result<()> {
        let tables = layout::tables(client).await?;
        if let Some(other) = tables.iter().find(|table| table.schema == self.schema).and_then(|table| table.of) {
            return Err(self.taken(other).into());
        }
        let sql = layout::statements(&self.schema, client).await?;
        client.batch_execute(&sql).await.context("cannot make the ledger of migrations")
    }

    fn taken(&self, other: Other) -> Failure {
        Failure::Refused {
            message: format!("{} is kept by {other}, not by dbtool", self.table()),
            hint: "Name another schema for the ledger in dbtool.toml ([migrations] ledger = \"dbtool\"), \
                   then take over what was recorded there: dbtool migration import"
                .to_owned(),
        }
    }
}
