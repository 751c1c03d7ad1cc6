//! In what form statements are planned.

use std::collections::HashSet;

use anyhow::Result;

use super::side::Sides;
use crate::archive;
use crate::catalog;
use crate::cli::Context;
use crate::cli::config::Drops;
use crate::plan::sparing;
use crate::sql::Statement;

/// In what form statements are planned; by default the plain one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Whether tables with rows are spared: indexes built concurrently, rows read under weak locks.
    pub online: bool,
    /// The version under which what would be lost is kept, if it is to be.
    pub archive: Option<String>,
}

impl Form {
    /// The form of a migration: online unless that is declined; what would be lost is kept unless `drops = "final"`.
    pub fn of_migration(context: &Context<'_>, offline: bool, version: &str) -> Self {
        let keeps = context.config.file.drops == Drops::Archive;
        Self { online: !offline, archive: keeps.then(|| version.to_owned()) }
    }

    /// The statements that bring the first side to the second, and those that bring it back.
    pub(super) async fn plans(&self, sides: &Sides) -> Result<(Vec<Statement>, Vec<Statement>)> {
        let (current, desired) = (&sides.current.managed, &sides.desired.managed);
        let known = self.in_use(sides).await?;
        let in_use = |relation: &str| self.online && known.as_ref().is_none_or(|known| known.contains(relation));
        let mut up = sides.renames.clone();
        let plans = (sparing(current, desired, &in_use)?, sparing(desired, current, &in_use)?);
        let plans = match &self.archive {
            Some(version) => archive::keep(plans.0, plans.1, current, desired, version),
            None => plans,
        };
        up.extend(plans.0.statements().cloned());
        let mut down: Vec<Statement> = plans.1.statements().cloned().collect();
        down.extend(sides.renames_back.clone());
        Ok((up, down))
    }

    /// The relations with rows; none where that cannot be known, by the names that they have by then, so that all count.
    async fn in_use(&self, sides: &Sides) -> Result<Option<HashSet<String>>> {
        match &sides.current.session {
            Some(session) if self.online && sides.renames.is_empty() => Ok(Some(catalog::in_use(session).await?)),
            _ => Ok(None),
        }
    }
}
