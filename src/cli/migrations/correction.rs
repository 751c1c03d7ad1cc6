//! Corrections of what is recorded: shown, consented to, written with a line in the log for each.

use anyhow::Result;
use serde::Serialize;

use super::{Database, Project, Task};
use crate::cli::protection::consent;
use crate::cli::style::Style;
use crate::migration::{Act, Migration, Progress, Record};

/// A change of the record.
pub struct Correction {
    /// What it is.
    pub words: String,
    /// The record that it is about.
    pub record: Record,
    /// Whether that is to be recorded, or recorded no longer.
    pub is_kept: bool,
}

/// What became of corrections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Corrected {
    /// There was nothing to correct.
    Nothing,
    /// They were only to be shown.
    Planned,
    /// The user did not want them.
    Declined,
    /// They are recorded.
    Done,
}

impl Correction {
    /// That a database has had a migration.
    pub fn applied(migration: &Migration) -> Result<Self> {
        let record = Record { progress: Progress::Applied, fingerprint: None, ..Task::up(migration)?.record };
        Ok(Self { words: format!("{} is recorded as applied", migration.title()), record, is_kept: true })
    }

    /// That it no longer has what is recorded.
    pub fn dropped(record: &Record) -> Self {
        let words = format!("{} is recorded no longer", record.title());
        Self { words, record: record.clone(), is_kept: false }
    }
}

impl Project<'_> {
    /// Shows corrections and asks; whether the user wants them.
    pub fn is_wanted(&self, corrections: &[Correction]) -> Result<bool> {
        let name = self.name()?;
        let list: String = corrections.iter().map(|correction| format!("  - {}\n", correction.words)).collect();
        self.context.ui.show(|style| format!("{}\n{list}\n", style.heading(&format!("To be recorded on {name}:"))));
        consent(self.context, &self.target, "Record that? No migration is run.")
    }

    /// Writes corrections in one transaction, and reads the database again.
    pub async fn correct(&self, database: &mut Database, corrections: &[Correction], act: Act) -> Result<()> {
        self.begin(database).await?;
        let (session, ledger) = (database.session(), &self.ledger);
        session.batch_execute("BEGIN").await?;
        for Correction { words, record, is_kept } in corrections {
            match is_kept {
                true => ledger.save(session, record).await?,
                false => ledger.forget(session, &record.version).await?,
            }
            let of = (record.version.as_str(), record.name.as_str());
            ledger.note(session, &self.who, act, of, "done", Some(words), None).await?;
        }
        session.batch_execute("COMMIT").await?;
        self.look_again(database).await
    }
}

/// What became of corrections, in words.
pub fn recorded(outcome: Corrected, changes: &[String], style: &Style) -> String {
    let list: String = changes.iter().map(|change| format!("  - {change}\n")).collect();
    match outcome {
        Corrected::Nothing => "The record says what the database has: nothing to mend\n".to_owned(),
        Corrected::Planned => {
            format!("{}\n{list}\nNothing was changed (--dry-run)\n", style.heading("Would be recorded:"))
        }
        Corrected::Declined => "Nothing was changed\n".to_owned(),
        Corrected::Done => format!("{}\n{list}", style.good("Recorded")),
    }
}
