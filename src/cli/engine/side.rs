//! One side of a comparison, read to a catalog.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use crate::catalog::{self, Catalog, Scope, TABLES_OF_TOOLS};
use crate::cli::Context;
use crate::cli::config::{Endpoint, Origin, Platform, Target};
use crate::cli::render::Side;
use crate::database::{Session, ShadowOptions, Timeouts, Url, connect};
use crate::desired::{Early, Surroundings, build, roles_of};
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
    let patterns: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let shadow = ShadowOptions { supabase: is_supabase(context), ..ShadowOptions::default() };
    let early = match context.sources.read(&patterns) {
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

/// Whether files declare what a tool of migrations keeps (Rails' `structure.sql` does); what cannot be read is told of later.
fn declares_tables_of_tools(context: &Context<'_>, endpoint: &Endpoint) -> bool {
    let Endpoint::Schema(paths) = endpoint else { return false };
    let patterns: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let Ok(source) = context.sources.read(&patterns) else { return false };
    let heads = source.statements.iter().map(|statement| &statement.head);
    let mut tables = heads.filter(|head| head.declares() && head.object.keyword == "TABLE");
    tables.any(|head| TABLES_OF_TOOLS.contains(&head.object.own_name()))
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

/// Schema files, built as the server of the other side builds them.
async fn files(
    context: &Context<'_>,
    paths: &[PathBuf],
    surroundings: Surroundings<'_>,
) -> Result<(Side, Catalog, Arc<Source>)> {
    let patterns: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let source = source(context, paths, &patterns)?;
    let spinner = context.ui.spinner("Building the schema in a shadow");
    let desired = build(&source, surroundings).await?;
    drop(spinner);
    for notice in &desired.notices {
        context.ui.note(notice);
    }
    let newest = source.files.iter().filter_map(|f| std::fs::metadata(&f.path).ok()?.modified().ok()).max();
    let side = Side::Files { name: patterns.join(", "), modified: newest.and_then(|t| Timestamp::try_from(t).ok()) };
    Ok((side, desired.catalog, source))
}

/// The statements of schema files; what is configured as the schema may not be empty, a file that is named for once may.
pub fn source(context: &Context<'_>, paths: &[PathBuf], patterns: &[String]) -> Result<Arc<Source>> {
    let source = context.sources.read(patterns)?;
    if context.config.schema() == paths {
        source.refuse_empty()?;
    }
    if source.statements.is_empty() {
        context.ui.warn(&format!("{} declares nothing", patterns.join(", ")));
    }
    for notice in &source.notices {
        context.ui.note(&format!("{}: {}", notice.place, notice.message));
    }
    Ok(source)
}

/// Whether the files that are configured as the schema declare anything.
pub fn declares(context: &Context<'_>) -> Result<bool> {
    let paths = context.config.schema();
    if let [only] = paths.as_slice()
        && !only.exists()
    {
        return Ok(false);
    }
    let patterns: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    Ok(!Source::read_even_empty(&patterns, Path::new("."))?.statements.is_empty())
}

/// What a database has before anything is made there, but for what is given around `side`.
pub async fn fresh(context: &Context<'_>, side: &Read, scope: &Scope) -> Result<Catalog> {
    let fresh = build(&Source::default(), surroundings(context, Some(side), scope)?).await?;
    Ok(scope.split(fresh.catalog).0)
}

/// What files are built like: as the server of `other` would, with what is given there.
pub fn surroundings<'a>(context: &Context<'_>, other: Option<&'a Read>, scope: &Scope) -> Result<Surroundings<'a>> {
    let target = other.and_then(|other| other.session.as_ref());
    Ok(around(shadow_options(context, other)?, target, other.map(|other| &other.given), scope))
}

fn around<'a>(
    shadow: ShadowOptions,
    target: Option<&'a Session>,
    given: Option<&'a Catalog>,
    scope: &Scope,
) -> Surroundings<'a> {
    let cache = directories::ProjectDirs::from("", "", "dbtool").map(|dirs| dirs.cache_dir().join("catalogs"));
    Surroundings { shadow, target, roles: scope.roles, given, cache, early: None }
}

fn is_supabase(context: &Context<'_>) -> bool {
    context.config.file.platform == Platform::Supabase
}

/// Where a shadow for a side may be.
pub fn shadow_options(context: &Context<'_>, other: Option<&Read>) -> Result<ShadowOptions> {
    let session = other.and_then(|other| other.session.as_ref());
    let major = match other {
        Some(other) => other.managed.version / 10_000,
        None => crate::database::server::find(None, context.config.shadow_bin_dir())?.major,
    };
    shadow(context, major, session.map(|session| session.url().clone()))
}

/// Where a shadow of a major version may be, for a database on `server`.
pub fn shadow(context: &Context<'_>, major: u32, server: Option<Url>) -> Result<ShadowOptions> {
    let url = context.config.shadow_url()?.map(|url| Url::parse(url.expose(), "[shadow] url")).transpose()?;
    let bin_dir = context.config.shadow_bin_dir().map(Path::to_owned);
    let server_allowed = context.config.file.shadow.server;
    let supabase = is_supabase(context);
    Ok(ShadowOptions { major, server, server_allowed, url, bin_dir, supabase, ..ShadowOptions::default() })
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
