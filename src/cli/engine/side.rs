//! One side of a comparison, read to a catalog.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use super::files::{declares_tables_of_tools, files};
use super::surroundings::{around, is_supabase, shadow_options, surroundings};
use crate::catalog::{self, Catalog, Scope};
use crate::cli::Context;
use crate::cli::config::{Endpoint, Origin, Target};
use crate::cli::render::Side;
use crate::database::{Session, ShadowOptions, Timeouts, connect};
use crate::desired::{Early, Surroundings, roles_of};
use crate::proof::Stage;
use crate::rename;
use crate::source::Source;
use crate::sql::Statement;

/// One side with its catalog.
pub struct Read {
    /// What it is called.
    pub side: Side,
    /// What of it is managed.
    pub managed: Catalog,
    /// What of it is there and not managed.
    pub given: Catalog,
    /// The files that declare it, if some do.
    pub source: Option<Arc<Source>>,
    /// The session on it, if it is a database.
    pub session: Option<Session>,
}

/// Two sides, the declared renames done on the first.
pub struct Sides {
    /// The side that is to change.
    pub current: Read,
    /// The side that is right.
    pub desired: Read,
    /// What the first had before the renames, if any are declared.
    pub before: Option<Catalog>,
    /// The declared renames that are still to be done.
    pub renames: Vec<Statement>,
    /// What takes them back.
    pub renames_back: Vec<Statement>,
}

impl Sides {
    /// Two sides with no renames between them.
    pub fn of(current: Read, desired: Read) -> Self {
        Self { current, desired, before: None, renames: Vec::new(), renames_back: Vec::new() }
    }

    /// What the side that is to change has.
    pub fn original(&self) -> &Catalog {
        self.before.as_ref().unwrap_or(&self.current.managed)
    }

    /// Ends their sessions.
    pub async fn close(self) {
        for session in [self.current.session, self.desired.session].into_iter().flatten() {
            session.close().await;
        }
    }
}

/// Both sides: a database goes first, for files are read as its server reads them.
pub async fn both(context: &Context<'_>, current: &Endpoint, desired: &Endpoint) -> Result<Sides> {
    let scope = scope(context, &[current, desired]);
    let (current, desired) = if matches!(current, Endpoint::Schema(_)) {
        let desired = read(context, desired, None, &scope).await?;
        (read(context, current, Some(&desired), &scope).await?, desired)
    } else {
        let (current, early) = match (current, desired) {
            (Endpoint::Database(target), Endpoint::Schema(paths)) => beforehand(context, target, paths, &scope).await?,
            _ => (read(context, current, None, &scope).await?, None),
        };
        let desired = read_with(context, desired, Some(&current), early, &scope).await?;
        (current, desired)
    };
    face(context, current, desired, &scope).await
}

/// Reads a database, and meanwhile what is kept of the files that it is compared with.
async fn beforehand(
    context: &Context<'_>,
    target: &Target,
    paths: &[PathBuf],
    scope: &Scope,
) -> Result<(Read, Option<Early>)> {
    let session = open(target).await?;
    let shadow = ShadowOptions { supabase: is_supabase(context), ..ShadowOptions::default() };
    let early = match context.sources.read(paths) {
        Ok(source) => Early::begin(&source, &around(shadow, Some(&session), None, scope)).await?,
        // What is wrong with the files is told of when they are built.
        Err(_) => None,
    };
    Ok((read_open(target, session, scope).await?, early))
}

/// The sides of a comparison of which the first is read already.
pub async fn facing(context: &Context<'_>, current: Read, desired: &Endpoint, scope: &Scope) -> Result<Sides> {
    let desired = read(context, desired, Some(&current), scope).await?;
    face(context, current, desired, scope).await
}

/// Gives the second side what it leaves open, and does the declared renames on the first.
async fn face(context: &Context<'_>, mut current: Read, mut desired: Read, scope: &Scope) -> Result<Sides> {
    scope.align(&current.managed, &mut desired.managed);
    let declared = desired.source.as_ref().is_some_and(|source| !source.renames.is_empty());
    let before = declared.then(|| current.managed.clone());
    let (renames, renames_back) = renamed(context, &mut current, &mut desired, scope).await?;
    Ok(Sides { current, desired, before, renames, renames_back })
}

/// Does the declared renames, and those that follow from them, on the current side; the statements, there and back.
async fn renamed(
    context: &Context<'_>,
    current: &mut Read,
    desired: &mut Read,
    scope: &Scope,
) -> Result<(Vec<Statement>, Vec<Statement>)> {
    let Some(source) = &desired.source else { return Ok(Default::default()) };
    let (mut up, mut down) = rename::statements(source, &current.managed);
    if up.is_empty() {
        return Ok((up, down));
    }
    let stage = stage(context, current, scope).await?;
    current.managed = stage.play(&up).await.context("the declared renames fail")?;
    let (further, back) = rename::implied(&source.renames, &current.managed, &desired.managed);
    if !further.is_empty() {
        current.managed = stage.play(&further).await.context("what follows from the declared renames fails")?;
    }
    stage.close().await?;
    scope.align(&current.managed, &mut desired.managed);
    up.extend(further);
    down.splice(0..0, back);
    Ok((up, down))
}

/// A shadow that holds what a side has.
pub async fn stage(context: &Context<'_>, side: &Read, scope: &Scope) -> Result<Stage> {
    stage_of(context, side, &side.managed, scope).await
}

/// A shadow like a side's server that holds a catalog, and what is given around it.
pub async fn stage_of(context: &Context<'_>, side: &Read, managed: &Catalog, scope: &Scope) -> Result<Stage> {
    let roles = roles_of(side.session.as_ref()).await?;
    Stage::set(&shadow_options(context, Some(side))?, &roles, managed, &side.given, scope).await
}

/// What is managed on the sides of a comparison.
pub fn scope(context: &Context<'_>, sides: &[&Endpoint]) -> Scope {
    let environment = sides.iter().find_map(|side| match side {
        Endpoint::Database(target) => target.environment.as_ref(),
        Endpoint::Schema(_) | Endpoint::Snapshot(_) => None,
    });
    let section = context.config.scope(environment);
    let configured = context.schema();
    let declared = sides.iter().copied().chain([&configured]).any(|side| declares_tables_of_tools(context, side));
    Scope {
        schemas: section.schemas,
        exclude_schemas: section.exclude_schemas,
        extensions: context.config.file.platform.extensions(),
        privileges: section.privileges,
        roles: section.roles,
        owners: section.owners,
        ledger: context.config.file.migrations.ledger.clone(),
        leaves_tools: !declared,
    }
}

/// Reads an endpoint; files are built as the server of `other` builds them.
pub async fn read(context: &Context<'_>, endpoint: &Endpoint, other: Option<&Read>, scope: &Scope) -> Result<Read> {
    read_with(context, endpoint, other, None, scope).await
}

/// Reads an endpoint, with what is being read of files already.
async fn read_with(
    context: &Context<'_>,
    endpoint: &Endpoint,
    other: Option<&Read>,
    early: Option<Early>,
    scope: &Scope,
) -> Result<Read> {
    let (side, catalog, source) = match endpoint {
        Endpoint::Database(target) => return read_open(target, open(target).await?, scope).await,
        Endpoint::Snapshot(file) => {
            let taken = std::fs::metadata(file).and_then(|data| data.modified()).ok();
            let taken = taken.and_then(|time| Timestamp::try_from(time).ok());
            (Side::Snapshot { name: file.display().to_string(), taken }, Catalog::read_file(file)?, None)
        }
        Endpoint::Schema(paths) => {
            let (side, catalog, source) =
                files(context, paths, Surroundings { early, ..surroundings(context, other, scope)? }).await?;
            (side, catalog, Some(source))
        }
    };
    let (managed, given) = scope.split(catalog);
    Ok(Read { side, managed, given, source, session: None })
}

/// Reads a database over a session that is open.
pub async fn read_open(target: &Target, session: Session, scope: &Scope) -> Result<Read> {
    let catalog = session.interruptible(catalog::read(&session)).await?;
    let (managed, given) = scope.split(catalog);
    Ok(Read { side: database_side(target, &session), managed, given, source: None, session: Some(session) })
}

/// A session on a target, with the limits of its environment.
pub async fn open(target: &Target) -> Result<Session> {
    let url = target.address()?;
    let environment = target.environment.as_ref();
    let timeouts = Timeouts {
        lock: environment.and_then(|environment| environment.lock_timeout),
        statement: environment.and_then(|environment| environment.statement_timeout),
        ..Timeouts::default()
    };
    connect(&url, &target.name()?, &timeouts).await
}

fn database_side(target: &Target, session: &Session) -> Side {
    let name = target.origin.environment().map_or_else(|| session.url().target(), str::to_owned);
    // The socket of the local Postgres says nothing to people.
    let address = if target.origin == Origin::Local { name.clone() } else { session.url().target() };
    Side::Database { name, address, server: format!("PostgreSQL {}", version(session)) }
}

/// The version without the packager's words behind it.
fn version(session: &Session) -> &str {
    session.version_text().split(' ').next().unwrap_or_default()
}
