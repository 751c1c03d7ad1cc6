//! A plan in a file: what was reviewed is what is run.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::engine::Plan;
use crate::catalog::{Catalog, Scope};
use crate::failure::Failure;
use crate::sql::Statement;
use crate::whole::{self, Readers};

/// The layout of the file.
const FORMAT: u32 = 1;

/// A plan with the fingerprints of both its ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    format: u32,
    /// What the database was called.
    target: String,
    /// The fingerprint of what the database had.
    from: String,
    /// The fingerprint of what was declared.
    to: String,
    up: Vec<Statement>,
    down: Vec<Statement>,
}

impl Saved {
    /// A plan between two catalogs.
    pub fn new(target: String, plan: &Plan, from: &Catalog, to: &Catalog, scope: &Scope) -> Self {
        let (from, to) = (from.fingerprint(scope), to.fingerprint(scope));
        Self { format: FORMAT, target, from, to, up: plan.up.clone(), down: plan.down.clone() }
    }

    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("Cannot read {}", file.display()))?;
        let saved: Self = serde_json::from_str(&text).map_err(|error| unreadable(file, &error.to_string()))?;
        match saved.format {
            FORMAT => Ok(saved),
            other => Err(unreadable(file, &format!("its format is {other}")).into()),
        }
    }

    /// Writes the file, whole or not at all, for its owner only: statements may hold passwords.
    pub fn write(&self, file: &Path) -> Result<()> {
        whole::write(file, Readers::Owner, |out| {
            serde_json::to_writer_pretty(&mut *out, self)?;
            out.write_all(b"\n")
        })
    }

    /// Puts the saved statements in the place of a fresh plan's, if both ends are what they were.
    pub fn replace(self, plan: &mut Plan, from: &Catalog, to: &Catalog, scope: &Scope) -> Result<()> {
        let what = if from.fingerprint(scope) != self.from {
            format!("{} is no longer what it was", self.target)
        } else if to.fingerprint(scope) != self.to {
            "The schema is no longer what it was".to_owned()
        } else {
            (plan.up, plan.down) = (self.up, self.down);
            return Ok(());
        };
        Err(Failure::Refused {
            message: format!("{what} when the plan was made"),
            hint: "Make and review a new one: dbtool plan -o FILE".to_owned(),
        }
        .into())
    }
}

fn unreadable(file: &Path, why: &str) -> Failure {
    Failure::File {
        message: format!("{} is no plan of this dbtool: {why}", file.display()),
        hint: "Make one with 'dbtool plan -o FILE'".to_owned(),
    }
}
