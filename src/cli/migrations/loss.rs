//! Consent to losing data, for migrations that say so or were seen to do so.

use anyhow::Result;

use super::{Database, Project};
use crate::cli::engine::{self, Judged};
use crate::cli::render::{Sizes, refusal};
use crate::failure::Failure;
use crate::migration::Progress;
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
    pub async fn judge(&self, database: &Database, tasks: &[super::Task]) -> Result<Judged> {
        let mut scripts = Vec::new();
        for task in tasks {
            let (done, before) = rest(database, task).await?;
            scripts.push((task.script.clone(), done, before));
        }
        engine::judge(self.context, &database.live, &scripts, &self.scope).await
    }
}

/// How much of a task is done, and what goes before the rest: a statement that was cut off may have left something behind.
async fn rest(database: &Database, task: &super::Task) -> Result<(usize, Vec<String>)> {
    let begun = matches!(task.record.progress, Progress::Up { begun: true, .. } | Progress::Down { begun: true, .. });
    let segments = batches(&task.script.statements);
    let Some(segment) = segments.get(task.done).filter(|_| begun) else { return Ok((task.done, Vec::new())) };
    match remains(database.session(), &segment.statements()[0].text).await? {
        Remains::Done => Ok((task.done + 1, Vec::new())),
        Remains::Undone(before) => Ok((task.done, before)),
        Remains::Finish(_) | Remains::Unknown => Ok((task.done, Vec::new())),
    }
}
