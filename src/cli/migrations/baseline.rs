//! Marks databases that have had the migrations in whose place a baseline stands.

use anyhow::Result;

use super::{Correction, Database, Project};
use crate::failure::Failure;
use crate::migration::{Act, Migration, Record};

impl Project<'_> {
    /// Records the baselines that a database has had in the form of other migrations, no longer those; whether the user wanted it.
    ///
    /// On a dry run only the records at hand change.
    pub async fn mark_baselines(&self, database: &mut Database, is_dry: bool) -> Result<bool> {
        let due: Vec<&Migration> = self.folder.migrations.iter().filter(|m| has_had(m, &database.records)).collect();
        let replaced: Vec<String> = due.iter().flat_map(|migration| migration.header().replaces).collect();
        let mut corrections = due.into_iter().map(Correction::applied).collect::<Result<Vec<_>>>()?;
        for correction in &mut corrections {
            correction.words = format!("{}: the database has had all that it replaces", correction.words);
        }
        let old = database.records.iter().filter(|record| replaced.contains(&record.version));
        corrections.extend(old.map(Correction::dropped));
        if corrections.is_empty() {
            return Ok(true);
        }
        if is_dry {
            database.records.retain(|record| !replaced.contains(&record.version));
            database.records.extend(corrections.into_iter().filter(|c| c.is_kept).map(|c| c.record));
            return Ok(true);
        }
        if !self.is_wanted(&corrections)? {
            return Ok(false);
        }
        self.correct(database, &corrections, Act::Consolidate).await?;
        Ok(true)
    }
}

/// Whether a migration replaces others, and a database has had all of these and not itself.
fn has_had(migration: &Migration, records: &[Record]) -> bool {
    let is_recorded = |version: &str| records.iter().any(|record| record.version == version);
    let replaces = migration.header().replaces;
    !replaces.is_empty() && !is_recorded(&migration.version) && replaces.iter().all(|version| is_recorded(version))
}

/// The refusal to run a baseline on a database that has had a part of what it replaces; none if it has had nothing of it.
pub fn partly_had(migration: &Migration, records: &[Record]) -> Option<Failure> {
    let replaces = migration.header().replaces;
    let (had, lacking): (Vec<&String>, Vec<&String>) =
        replaces.iter().partition(|version| records.iter().any(|record| record.version == **version));
    (!had.is_empty() && !lacking.is_empty()).then(|| Failure::Refused {
        message: format!(
            "The database has had {} of the {} migrations in whose place {} stands, but not {}",
            had.len(),
            replaces.len(),
            migration.title(),
            lacking[0]
        ),
        hint: "Apply the rest from the state of the project before the consolidation (in version control), then run this again"
            .to_owned(),
    })
}
