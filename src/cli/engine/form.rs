//! In what form statements are planned.

use std::collections::HashSet;

use anyhow::Result;

use super::side::Sides;
use crate::catalog;
use crate::plan::sparing;
use crate::sql::Statement;

/// In what form statements are planned; by default the plain one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Whether tables with rows are spared: indexes built concurrently, rows read under weak locks.
    pub online: bool,
}

impl Form {
    /// The statements that bring the first side to the second, and those that bring it back.
    pub(super) async fn plans(&self, sides: &Sides) -> Result<(Vec<Statement>, Vec<Statement>)> {
        let (current, desired) = (&sides.current.managed, &sides.desired.managed);
        let known = self.in_use(sides).await?;
        let in_use = |relation: &str| self.online && known.as_ref().is_none_or(|known| known.contains(relation));
        let mut up = sides.renames.clone();
        up.extend(sparing(current, desired, &in_use)?.statements().cloned());
        let mut down: Vec<Statement> = sparing(desired, current, &in_use)?.statements().cloned().collect();
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
