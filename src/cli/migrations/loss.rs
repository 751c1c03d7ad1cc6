//! Consent to losing data, for migrations that say so or were seen to do so.

use anyhow::Result;

use super::{Database, Project};
use crate::cli::engine::{self, Judged};
use crate::cli::render::{Sizes, refusal};
use crate::failure::Failure;
use crate::sql::{Hazard, Statement};

/// Refuses what was seen to lose data, with how much it is.
pub async fn refuse_loss(database: &Database, losses: &[Hazard], force: bool) -> Result<()> {
    if losses.is_empty() || force {
        return Ok(());
    }
    let carrier = Statement { hazards: losses.to_vec(), ..Statement::new("") };
    let carriers = [carrier];
    let sizes: Sizes = engine::sizes(database.session(), &carriers).await?;
    match refusal(&carriers, &sizes) {
        Some(Failure::Refused { message, .. }) => {
            Err(Failure::Refused { message, hint: "Accept the loss with --force (or --allow-data-loss)".to_owned() }
                .into())
        }
        Some(other) => Err(other.into()),
        None => Ok(()),
    }
}

impl Project<'_> {
    /// Tries tasks on a copy of what the database has, in a shadow.
    pub async fn judge(&self, database: &Database, tasks: &[super::Task]) -> Result<Judged> {
        let scripts: Vec<_> = tasks.iter().map(|task| (task.script.clone(), task.done)).collect();
        engine::judge(self.context, &database.live, &scripts, &self.scope).await
    }
}
