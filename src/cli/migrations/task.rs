//! What is to be done to a database: migrations that were cut off, and those that it has not had.

use anyhow::Result;

use super::baseline::partly_had;
use super::{Database, Project};
use crate::failure::Failure;
use crate::migration::{Migration, Parsed, Progress, Record, Script, Standing, State, Way, standings};

/// A migration to carry out, or the rest of one.
#[derive(Clone, Debug)]
pub struct Task {
    /// The way.
    pub way: Way,
    /// What the ledger is to say of it.
    pub record: Record,
    /// The statements of that way.
    pub script: Parsed,
    /// How many segments of it are done.
    pub done: usize,
}

/// Whether a database has objects, and the folder migrations, and nothing says which of them it has had.
pub fn is_strange(project: &Project<'_>, database: &Database) -> bool {
    !project.folder.migrations.is_empty() && database.is_unrecorded()
}

impl Task {
    /// The way up of a migration from its beginning.
    pub fn up(migration: &Migration) -> Result<Self> {
        let record = Record {
            version: migration.version.clone(),
            name: migration.name.clone(),
            checksum: migration.up.checksum(),
            up: Some(migration.up.text.clone()),
            down: migration.down.as_ref().map(|down| down.text.clone()),
            fingerprint: migration.header().to,
            progress: Progress::Up { done: 0, begun: false },
            ..Record::default()
        };
        Ok(Self { way: Way::Up, record, script: migration.up.parse()?, done: 0 })
    }

    /// The way down of what is recorded, by a script.
    pub fn down(record: &Record, down: &Script) -> Result<Self> {
        // What is run is what is recorded, so that a run that is cut off goes on with the same.
        let text = Some(down.text.clone());
        let record = Record { progress: Progress::Down { done: 0, begun: false }, down: text, ..record.clone() };
        Ok(Self { way: Way::Down, record, script: down.parse()?, done: 0 })
    }

    /// The rest of one that was cut off, by the texts that were recorded when it began.
    fn rest(standing: &Standing<'_>) -> Result<Self> {
        let record = standing.record.cloned().unwrap_or_default();
        let file = standing.migration.map(|migration| migration.up.path.clone());
        let path = file.unwrap_or_else(|| format!("{}_{}.up.sql", record.version, record.name).into());
        let (way, done, text) = match record.progress {
            Progress::Down { done, .. } => (Way::Down, done, &record.down),
            Progress::Up { done, .. } => (Way::Up, done, &record.up),
            Progress::Applied => (Way::Up, 0, &record.up),
        };
        let script = Script::new(path, text.as_deref().unwrap_or_default()).parse()?;
        Ok(Self { way, record, script, done })
    }

    /// `VERSION_name`.
    pub fn title(&self) -> String {
        self.record.title()
    }
}

impl Project<'_> {
    /// What is to be done, in order: first what was cut off.
    ///
    /// # Errors
    /// `Failure::Refused` where folder and ledger contradict each other.
    pub fn todo(&self, database: &Database) -> Result<Vec<Task>> {
        let all = standings(&self.folder.migrations, &database.records);
        for standing in &all {
            match standing.state {
                State::Changed => return Err(changed(standing).into()),
                State::Missing => return Err(missing(standing).into()),
                State::OutOfOrder => self.context.ui.warn(&format!(
                    "{}_{} is older than migrations that the database has had; it is applied after them",
                    standing.version, standing.name
                )),
                State::Applied | State::Pending | State::Replaced | State::Interrupted => {}
            }
        }
        let fresh = || all.iter().filter(|standing| matches!(standing.state, State::Pending | State::OutOfOrder));
        let refusal = fresh().filter_map(|standing| partly_had(standing.migration?, &database.records)).next();
        if let Some(refusal) = refusal {
            return Err(refusal.into());
        }
        let cut_off = all.iter().filter(|standing| standing.state == State::Interrupted).map(Task::rest);
        let fresh = fresh().filter_map(|standing| standing.migration).map(Task::up);
        cut_off.chain(fresh).collect()
    }

    /// The refusal to work on a database of which nothing says what it has had.
    pub fn strange(&self) -> Result<Failure> {
        let (name, flags) = (self.name()?, self.context.target_flags());
        Ok(Failure::Refused {
            message: format!("{name} is not empty, but nothing is recorded of the migrations that it has had"),
            hint: format!(
                "Find out which of them it has, and record that: dbtool migration repair --auto{flags}; or take over what another \
                 tool recorded: dbtool migration import{flags}"
            ),
        })
    }
}

fn changed(standing: &Standing<'_>) -> Failure {
    Failure::Refused {
        message: format!(
            "{}_{} was changed after it was applied: its file is not what the database has had",
            standing.version, standing.name
        ),
        hint: format!(
            "Put the file back as it was, and make the change in a new migration; 'dbtool migration list' shows what changed. \
             If the change means nothing to the schema: dbtool migration repair {} --checksum",
            standing.version
        ),
    }
}

fn missing(standing: &Standing<'_>) -> Failure {
    Failure::Refused {
        message: format!(
            "The database has had {}_{}, which is not among the migrations",
            standing.version, standing.name
        ),
        hint: format!(
            "Get the file from version control; if it is lost for good: dbtool migration repair {} --forget",
            standing.version
        ),
    }
}
