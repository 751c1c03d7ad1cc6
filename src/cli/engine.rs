//! The seam to the engine: what the commands ask of it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use super::Context;
use super::compare::Difference;
use super::config::{Endpoint, Target};
use super::render::{Comparison, Entry, RelationSize, Side, Sizes};
use crate::catalog::{self, Catalog, Scope};
use crate::database::{Session, ShadowOptions, Timeouts, Url, connect};
use crate::desired::{Surroundings, build, roles_of};
use crate::plan::{self, Change};
use crate::proof::Stage;
use crate::rename;
use crate::run;
use crate::source::Source;
use crate::sql::{Hazard, Statement};

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

/// One side with its catalog.
struct Read {
    side: Side,
    managed: Catalog,
    given: Catalog,
    source: Option<Source>,
    session: Option<Session>,
}

/// Two sides, the declared renames done on the first.
struct Sides {
    current: Read,
    desired: Read,
    renames: Vec<Statement>,
    renames_back: Vec<Statement>,
}

impl Sides {
    async fn close(self) {
        close([self.current, self.desired]).await;
    }
}

/// What differs between two sides; the SQL of missing and extra objects with it.
pub async fn compare(context: &Context<'_>, current: &Endpoint, desired: &Endpoint) -> Result<Comparison> {
    let sides = both(context, current, desired).await?;
    let comparison = comparison(&sides)?;
    sides.close().await;
    Ok(comparison)
}

/// What brings `current` to `desired`, and back.
pub async fn plan(context: &Context<'_>, current: &Endpoint, desired: &Endpoint) -> Result<Plan> {
    let sides = both(context, current, desired).await?;
    let (renamed, desired) = (&sides.current.managed, &sides.desired.managed);
    let mut up = sides.renames.clone();
    up.extend(plan::plan(renamed, desired)?.statements().cloned());
    let mut down: Vec<Statement> = plan::plan(desired, renamed)?.statements().cloned().collect();
    down.extend(sides.renames_back.clone());
    let sizes = match &sides.current.session {
        Some(session) => sizes(session, &up).await?,
        None => Sizes::new(),
    };
    let comparison = comparison(&sides)?;
    sides.close().await;
    Ok(Plan { up, down, sizes, comparison })
}

/// Plays a plan for a database in a shadow, up and down; the failure says what does not come out as claimed.
pub async fn prove(context: &Context<'_>, current: &Endpoint, desired: &Endpoint, plan: &Plan) -> Result<()> {
    let scope = scope(context, &[current, desired]);
    let now = read(context, current, None, &scope).await?;
    let mut then = read(context, desired, Some(&now), &scope).await?;
    scope.align(&now.managed, &mut then.managed);
    let stage = stage(context, &now, &scope).await?;
    let proven = stage.prove(&now.managed, &then.managed, &plan.up, &plan.down).await;
    stage.close().await?;
    close([now, then]).await;
    proven
}

/// A shadow that holds what a side has.
async fn stage(context: &Context<'_>, side: &Read, scope: &Scope) -> Result<Stage> {
    let roles = roles_of(side.session.as_ref()).await?;
    Stage::set(&shadow_options(context, Some(side))?, &roles, &side.managed, &side.given, scope).await
}

/// Runs the plan's way up, reads the database again, and says what still differs.
pub async fn apply(context: &Context<'_>, target: &Target, plan: &Plan) -> Result<Comparison> {
    let session = open(target).await?;
    let progress = context.ui.bar("Applying", plan.up.len() as u64);
    session.interruptible(run::run(&session, &plan.up, |_| progress.step())).await?;
    drop(progress);
    session.close().await;
    compare(context, &Endpoint::Database(target.clone()), &context.schema()).await
}

/// The managed catalog of an endpoint: a live database, schema files (through the shadow and its cache) or a snapshot.
pub async fn catalog(context: &Context<'_>, endpoint: &Endpoint) -> Result<Catalog> {
    let scope = scope(context, &[endpoint]);
    let read = read(context, endpoint, None, &scope).await?;
    if let Some(session) = read.session {
        session.close().await;
    }
    Ok(read.managed)
}

/// Saves what `endpoint` has as a snapshot.
pub async fn snapshot(context: &Context<'_>, endpoint: &Endpoint, file: &Path) -> Result<()> {
    catalog(context, endpoint).await?.write_file(file)
}

/// Both sides: a database goes first, for files are read as its server reads them.
async fn both(context: &Context<'_>, current: &Endpoint, desired: &Endpoint) -> Result<Sides> {
    let scope = scope(context, &[current, desired]);
    let (mut current, mut desired) = if matches!(current, Endpoint::Schema(_)) {
        let desired = read(context, desired, None, &scope).await?;
        (read(context, current, Some(&desired), &scope).await?, desired)
    } else {
        let current = read(context, current, None, &scope).await?;
        let desired = read(context, desired, Some(&current), &scope).await?;
        (current, desired)
    };
    scope.align(&current.managed, &mut desired.managed);
    let (renames, renames_back) = match &desired.source {
        Some(source) => rename::statements(source, &current.managed),
        None => Default::default(),
    };
    if !renames.is_empty() {
        let stage = stage(context, &current, &scope).await?;
        current.managed = stage.play(&renames).await.context("the declared renames fail")?;
        stage.close().await?;
        scope.align(&current.managed, &mut desired.managed);
    }
    Ok(Sides { current, desired, renames, renames_back })
}

/// What is managed on the sides of a comparison.
fn scope(context: &Context<'_>, sides: &[&Endpoint]) -> Scope {
    let environment = sides.iter().find_map(|side| match side {
        Endpoint::Database(target) => target.environment.as_ref(),
        Endpoint::Schema(_) | Endpoint::Snapshot(_) => None,
    });
    let section = context.config.scope(environment);
    Scope {
        schemas: section.schemas,
        exclude_schemas: section.exclude_schemas,
        privileges: section.privileges,
        roles: section.roles,
        owners: section.owners,
    }
}

async fn read(context: &Context<'_>, endpoint: &Endpoint, other: Option<&Read>, scope: &Scope) -> Result<Read> {
    let (side, catalog, source, session) = match endpoint {
        Endpoint::Database(target) => {
            let session = open(target).await?;
            let catalog = session.interruptible(catalog::read(&session)).await?;
            (database_side(target, &session), catalog, None, Some(session))
        }
        Endpoint::Snapshot(file) => {
            let taken = std::fs::metadata(file).and_then(|data| data.modified()).ok();
            let taken = taken.and_then(|time| Timestamp::try_from(time).ok());
            (Side::Snapshot { name: file.display().to_string(), taken }, Catalog::read_file(file)?, None, None)
        }
        Endpoint::Schema(paths) => {
            let (side, catalog, source) = files(context, paths, other).await?;
            (side, catalog, Some(source), None)
        }
    };
    let (managed, given) = scope.split(catalog);
    Ok(Read { side, managed, given, source, session })
}

/// Schema files, built as the server of the other side builds them.
async fn files(context: &Context<'_>, paths: &[PathBuf], other: Option<&Read>) -> Result<(Side, Catalog, Source)> {
    let patterns: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let source = Source::read(&patterns, Path::new("."))?;
    let spinner = context.ui.spinner("Building the schema in a shadow");
    let target = other.and_then(|other| other.session.as_ref());
    let surroundings = Surroundings {
        shadow: shadow_options(context, other)?,
        target,
        given: other.map(|other| &other.given),
        cache: directories::ProjectDirs::from("", "", "dbtool").map(|dirs| dirs.cache_dir().join("catalogs")),
    };
    let desired = build(&source, surroundings).await?;
    drop(spinner);
    for notice in &desired.notices {
        context.ui.note(notice);
    }
    let newest = source.files.iter().filter_map(|f| std::fs::metadata(&f.path).ok()?.modified().ok()).max();
    let side = Side::Files { name: patterns.join(", "), modified: newest.and_then(|t| Timestamp::try_from(t).ok()) };
    Ok((side, desired.catalog, source))
}

fn shadow_options(context: &Context<'_>, other: Option<&Read>) -> Result<ShadowOptions> {
    let file = &context.config.file;
    let url = context.config.shadow_url()?.map(|url| Url::parse(url.expose(), "[shadow] url")).transpose()?;
    let bin_dir = file.shadow.bin_dir.clone().or_else(|| file.postgres.bin_dir.clone());
    let session = other.and_then(|other| other.session.as_ref());
    let major = match other {
        Some(other) => other.managed.version / 10_000,
        None => crate::database::server::find(None, bin_dir.as_deref())?.major,
    };
    Ok(ShadowOptions {
        major,
        server: session.map(|session| session.url().clone()),
        server_allowed: file.shadow.server,
        url,
        bin_dir,
        ..ShadowOptions::default()
    })
}

async fn open(target: &Target) -> Result<Session> {
    let url = Url::parse(target.url.expose(), &target.origin.to_string())?;
    let environment = target.environment.as_ref();
    let timeouts = Timeouts {
        lock: environment.and_then(|environment| environment.lock_timeout),
        statement: environment.and_then(|environment| environment.statement_timeout),
        ..Timeouts::default()
    };
    let name = target.origin.environment().map_or_else(|| url.target(), str::to_owned);
    connect(&url, &name, &timeouts).await
}

fn database_side(target: &Target, session: &Session) -> Side {
    let address = session.url().target();
    let name = target.origin.environment().map_or_else(|| address.clone(), str::to_owned);
    Side::Database { name, address, server: format!("PostgreSQL {}", session.version_text()) }
}

async fn close<const N: usize>(sides: [Read; N]) {
    for side in sides {
        if let Some(session) = side.session {
            session.close().await;
        }
    }
}

/// The differences with their places and the SQL that makes each object.
fn comparison(sides: &Sides) -> Result<Comparison> {
    let Sides { current, desired, .. } = sides;
    let differences = plan::compare(&current.managed, &desired.managed);
    let entries = differences.into_iter().map(|difference| {
        let (catalog, create) = match difference.change {
            Change::Extra => (&current.managed, true),
            Change::Missing => (&desired.managed, true),
            Change::Different(_) => (&desired.managed, false),
        };
        let entry = catalog.entry(&difference.id);
        let keyword = difference.id.kind.keyword();
        let locate = |source: &Source| source.locate(keyword, &difference.id.identity);
        let place = desired.source.as_ref().filter(|_| difference.change != Change::Extra).and_then(locate);
        Entry {
            create: create.then(|| plan::create(catalog, &difference.id)).flatten(),
            difference: Difference {
                keyword: keyword.to_owned(),
                identity: difference.id.identity.to_string(),
                title: difference.title,
                parent: entry.and_then(|e| e.parent.as_ref()).map(|parent| parent.identity.to_string()),
                change: difference.change,
                place,
            },
        }
    });
    let renames = sides.renames.iter().map(|rename| Entry { create: None, difference: renamed(rename) });
    let entries = renames.chain(entries).collect();
    Ok(Comparison {
        desired: desired.side.clone(),
        current: current.side.clone(),
        entries,
        unmodelled: current.managed.unmodelled.clone(),
        read_at: Timestamp::now(),
    })
}

/// A rename that is still to be done.
fn renamed(statement: &Statement) -> Difference {
    Difference {
        keyword: "RENAME".to_owned(),
        identity: statement.text.clone(),
        title: format!("RENAME {}", statement.text),
        parent: None,
        change: Change::Missing,
        place: None,
    }
}

/// How large the relations are that the hazards name, and how much would be lost.
async fn sizes(session: &Session, statements: &[Statement]) -> Result<Sizes> {
    let mut sizes = Sizes::new();
    for hazard in statements.iter().flat_map(|statement| &statement.hazards) {
        let (relation, column) = match hazard {
            Hazard::DataLoss { relation: Some(relation), column, .. } => (relation, column.as_ref()),
            Hazard::Rewrite { relation } | Hazard::Scan { relation, .. } | Hazard::MayFail { relation, .. } => {
                (relation, None)
            }
            Hazard::DataLoss { relation: None, .. } => continue,
        };
        let key = column.map_or_else(|| relation.clone(), |column| format!("{relation}.{column}"));
        if sizes.contains_key(&key) {
            continue;
        }
        if let Some(size) = size(session, relation, column, matches!(hazard, Hazard::DataLoss { .. })).await? {
            sizes.insert(key, size);
        }
    }
    Ok(sizes)
}

/// The size of a relation, counted where rows would be lost and estimated elsewhere; none for one that is not there yet.
async fn size(session: &Session, relation: &str, column: Option<&String>, exact: bool) -> Result<Option<RelationSize>> {
    let estimate = "SELECT greatest(reltuples, -1)::int8, pg_catalog.pg_total_relation_size(oid)
        FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)";
    let Some(row) = session.query_opt(estimate, &[&relation]).await? else { return Ok(None) };
    let mut size = RelationSize { rows: row.get(0), bytes: row.get(1) };
    if exact {
        let what = column.map_or("*", |column| column.as_str());
        size.rows = session.query_one(&format!("SELECT count({what}) FROM {relation}"), &[]).await?.get(0);
    }
    Ok(Some(size))
}
