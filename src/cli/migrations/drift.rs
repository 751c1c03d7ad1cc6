//! Whether a database is what the migrations that it has had make of an empty one.

use anyhow::{Context as _, Result};

use super::{Database, Project};
use crate::catalog::Catalog;
use crate::cli::engine;
use crate::failure::Failure;
use crate::migration::{Migration, Progress};
use crate::plan::Difference;

/// A database that is not what its migrations make.
pub struct Drift {
    /// What they make.
    pub expected: Catalog,
    /// What differs from it.
    pub differences: Vec<Difference>,
}

impl Project<'_> {
    /// How the database has drifted from its migrations, if it has.
    pub async fn drift(&self, database: &Database) -> Result<Option<Drift>> {
        let live = &database.live.managed;
        let last = database.records.iter().rev().find(|record| record.progress == Progress::Applied);
        let Some(last) = last else { return Ok(None) };
        if last.fingerprint.as_ref() == Some(&live.fingerprint(&self.scope)) {
            return Ok(None);
        }
        let had: Vec<Migration> = database
            .records
            .iter()
            .filter(|record| record.progress == Progress::Applied)
            .filter_map(|record| self.folder.find(&record.version).cloned())
            .collect();
        let expected = engine::replay(self.context, &had, Some(&database.live), &self.scope)
            .await
            .context("The migrations cannot be replayed from nothing, so it cannot be told whether the database has drifted from them")?;
        let differences = engine::differences(live, &expected, &self.scope);
        Ok((!differences.is_empty()).then_some(Drift { expected, differences }))
    }
}

impl Drift {
    /// The refusal to build on it.
    pub fn refusal(&self, name: &str, flags: &str) -> Failure {
        let list: String =
            self.differences.iter().take(20).map(|difference| format!("\n  - {}", told(difference))).collect();
        let more = self.differences.len().saturating_sub(20);
        let more = if more > 0 { format!("\n  … and {more} more") } else { String::new() };
        Failure::Refused {
            message: format!("{name} was changed by hand: it differs from what its migrations make\n{list}{more}"),
            hint: format!(
                "Take the changes into a migration of their own: dbtool sync --adopt-drift{flags}; or undo them in the database"
            ),
        }
    }
}

/// A difference of a database from what it should be.
pub fn told(difference: &Difference) -> String {
    let how = match &difference.change {
        crate::plan::Change::Missing => "missing".to_owned(),
        crate::plan::Change::Extra => "extra".to_owned(),
        crate::plan::Change::Different(attributes) => {
            let names: Vec<&str> = attributes.iter().map(|attribute| attribute.name.as_str()).collect();
            format!("different: {}", names.join(", "))
        }
    };
    format!("{} ({how})", difference.title)
}
