//! The seam to the engine: what the commands ask of it.

use std::path::Path;

use anyhow::{Result, bail};

use super::Context;
use super::config::{Endpoint, Target};
use super::render::{Comparison, Sizes};
use crate::sql::Statement;

/// What brings one side to the other, and back.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The statements that bring current to desired.
    pub up: Vec<Statement>,
    /// The statements that bring it back.
    pub down: Vec<Statement>,
    /// How large the relations are that the hazards of `up` name.
    pub sizes: Sizes,
    /// What differs.
    pub comparison: Comparison,
}

/// What differs between two sides; the SQL of missing and extra objects with it.
pub async fn compare(_context: &Context<'_>, _current: &Endpoint, _desired: &Endpoint) -> Result<Comparison> {
    bail!("the engine is not joined to the command line yet")
}

/// What brings `current` to `desired`, and back.
pub async fn plan(_context: &Context<'_>, _current: &Endpoint, _desired: &Endpoint) -> Result<Plan> {
    bail!("the engine is not joined to the command line yet")
}

/// Runs the plan's way up, reads the database again, and says what still differs.
pub async fn apply(_context: &Context<'_>, _target: &Target, _plan: &Plan) -> Result<Comparison> {
    bail!("the engine is not joined to the command line yet")
}

/// Saves what `endpoint` has as a snapshot.
pub async fn snapshot(_context: &Context<'_>, _endpoint: &Endpoint, _file: &Path) -> Result<()> {
    bail!("the engine is not joined to the command line yet")
}
