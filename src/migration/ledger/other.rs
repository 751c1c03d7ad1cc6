//! What other tools of migrations have recorded, in tables that have the name of the ledger's.

use std::fmt;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use super::Ledger;
use crate::failure::Failure;
use crate::migration::file::{Migration, order};
use crate::sql::ident;

/// A tool that keeps a `schema_migrations` of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// golang-migrate: one row, the last version.
    GolangMigrate,
    /// Supabase's command line.
    Supabase,
    /// Rails or dbmate: a row for each version, nothing more.
    Rails,
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Other::GolangMigrate => "golang-migrate",
            Other::Supabase => "Supabase",
            Other::Rails => "Rails or dbmate",
        })
    }
}

/// What one of them has recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The schema of its table.
    pub schema: String,
    /// The tool.
    pub of: Other,
    /// The versions.
    pub versions: Vec<String>,
}

impl Recorded {
    /// Whether the database has had a migration.
    pub fn has(&self, migration: &Migration) -> bool {
        self.versions.iter().any(|version| match self.of {
            Other::GolangMigrate => order(&migration.version, version).is_le(),
            Other::Supabase | Other::Rails => order(&migration.version, version).is_eq(),
        })
    }

    /// The versions that are none of these migrations'.
    pub fn without(&self, migrations: &[Migration]) -> Vec<String> {
        let is_known = |version: &&String| migrations.iter().any(|m| order(&m.version, version).is_eq());
        self.versions.iter().filter(|version| !is_known(version)).cloned().collect()
    }
}

impl Ledger {
    /// What other tools have recorded in a database.
    ///
    /// # Errors
    /// `Failure::Refused` where a migration of another tool has failed half-way.
    pub async fn recorded(&self, client: &Client) -> Result<Vec<Recorded>> {
        let mut all = Vec::new();
        for (schema, of) in self.others(client).await? {
            let table = format!("{}.schema_migrations", ident(&schema));
            let dirty = if of == Other::GolangMigrate { "dirty" } else { "false" };
            let sql = format!("SELECT version::text, {dirty} FROM {table} ORDER BY 1");
            let rows = client.query_typed(&sql, &[]).await.with_context(|| format!("cannot read {table}"))?;
            if let Some(row) = rows.iter().find(|row| row.get(1)) {
                let version: &str = row.get(0);
                return Err(Failure::Refused {
                    message: format!("{of} says that its migration {version} failed half-way (dirty)"),
                    hint: "Mend the database and tell that tool so (migrate force VERSION); then run this again"
                        .to_owned(),
                }
                .into());
            }
            all.push(Recorded { schema, of, versions: rows.iter().map(|row| row.get(0)).collect() });
        }
        Ok(all)
    }
}

/// Whose table it is by its columns, if not dbtool's.
pub fn kept_by(schema: &str, columns: &[String]) -> Option<Other> {
    let has = |name: &str| columns.iter().any(|column| column == name);
    match () {
        () if has("checksum") => None,
        () if has("dirty") => Some(Other::GolangMigrate),
        () if has("statements") || schema == "supabase_migrations" => Some(Other::Supabase),
        () => Some(Other::Rails),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::super::file::Script;
    use super::*;

    fn migration(version: &str) -> Migration {
        let up = Script::new(PathBuf::new(), "");
        Migration { version: version.to_owned(), name: "x".to_owned(), up, down: None }
    }

    #[test]
    fn golang_migrate_records_the_last_version_and_others_each() {
        let recorded = |of| Recorded { schema: "public".to_owned(), of, versions: vec!["2".to_owned()] };
        let had = |of| ["000001", "000002", "000003"].map(|version| recorded(of).has(&migration(version)));
        assert_eq!(had(Other::GolangMigrate), [true, true, false]);
        assert_eq!(had(Other::Rails), [false, true, false]);
        assert_eq!(recorded(Other::Rails).without(&[migration("000001")]), ["2"]);
        assert_eq!(recorded(Other::Rails).without(&[migration("000002")]), [""; 0]);
    }
}
