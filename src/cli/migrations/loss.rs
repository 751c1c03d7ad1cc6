//! Consent to losing data, for migrations that say so or were seen to do so.

use anyhow::Result;

use super::{Database, Project, Task};
use crate::cli::engine::{self, Judged};
use crate::cli::render::{Sizes, refusal};
use crate::failure::Failure;
use crate::migration::{Progress, Record, Script};
use crate::run::{Remains, remains};
use crate::sql::{Hazard, Statement, batches};

/// Refuses what was seen to lose data, with how much it is.
pub async fn refuse_loss(database: &Database, losses: &[Hazard], force: bool) -> Result<()> {
    if losses.is_empty() || force {
        return Ok(());
    }
    let carry = |losses: Vec<Hazard>| [Statement { hazards: losses, ..Statement::new("") }];
    let sizes: Sizes = engine::sizes(database.session(), &carry(losses.to_vec())).await?;
    let holds = |hazard: &&Hazard| holds(hazard, &sizes);
    let carriers = carry(losses.iter().filter(holds).cloned().collect());
    match refusal(&carriers, &sizes) {
        Some(Failure::Refused { message, .. }) => {
            Err(Failure::Refused { message, hint: "Accept the loss with --force (or --allow-data-loss)".to_owned() }
                .into())
        }
        Some(other) => Err(other.into()),
        None => Ok(()),
    }
}

/// Whether there is anything to lose: an empty table has nothing.
fn holds(hazard: &Hazard, sizes: &Sizes) -> bool {
    let Hazard::DataLoss { relation: Some(relation), column, .. } = hazard else { return true };
    let key = column.as_ref().map_or_else(|| relation.clone(), |column| format!("{relation}.{column}"));
    sizes.get(&key).is_none_or(|size| size.rows != 0)
}

impl Project<'_> {
    /// Tries tasks on a copy of what the database has, in a shadow.
    pub async fn judge(&self, database: &Database, tasks: &[Task]) -> Result<Judged> {
        let mut scripts = Vec::new();
        for task in tasks {
            let (done, before) = rest(database, task).await?;
            scripts.push((task.script.clone(), done, before));
        }
        engine::judge(self.context, &database.live, &scripts, &self.scope).await
    }
}

impl Database {
    /// The statements that remove what a migration's cut-off step left behind, as a script.
    pub async fn left_behind(&self, record: &Record) -> Result<String> {
        let Progress::Up { done, begun: true } = record.progress else { return Ok(String::new()) };
        let script = Script::new(record.title().into(), record.up.as_deref().unwrap_or_default()).parse()?;
        match begun_step(self, &script.statements, done).await? {
            Some(Remains::Undone(before)) => Ok(before.iter().map(|sql| format!("{sql};\n")).collect()),
            Some(Remains::Done) | None => Ok(String::new()),
            Some(Remains::Finish(_) | Remains::Unknown) => Err(Failure::Refused {
                message: format!(
                    "{} was cut off in a step that must be finished before it can be taken back",
                    record.title()
                ),
                hint: "Finish it: dbtool apply-safe".to_owned(),
            }
            .into()),
        }
    }
}

/// How much of a task is done, and what goes before the rest: a statement that was cut off may have left something behind.
async fn rest(database: &Database, task: &Task) -> Result<(usize, Vec<String>)> {
    let begun = matches!(task.record.progress, Progress::Up { begun: true, .. } | Progress::Down { begun: true, .. });
    let step = if begun { begun_step(database, &task.script.statements, task.done).await? } else { None };
    Ok(match step {
        Some(Remains::Done) => (task.done + 1, Vec::new()),
        Some(Remains::Undone(before)) => (task.done, before),
        Some(Remains::Finish(_) | Remains::Unknown) | None => (task.done, Vec::new()),
    })
}

/// What became of the step after those that are done.
async fn begun_step(database: &Database, statements: &[Statement], done: usize) -> Result<Option<Remains>> {
    match batches(statements).get(done) {
        Some(segment) => Ok(Some(remains(database.session(), &segment.statements()[0].text).await?)),
        None => Ok(None),
    }
}
