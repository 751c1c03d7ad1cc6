//! Migrations in a shadow: what they lead to, what they would do to a database, and whether it has drifted from them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::side::Read;
use super::surroundings::shadow_options;
use crate::catalog::{ARCHIVE, Catalog, Scope};
use crate::cli::Context;
use crate::desired::{build_id, roles_of};
use crate::migration::{Migration, Parsed, sha256};
use crate::object::ObjectId;
use crate::plan::{self, Change, Difference};
use crate::proof::Stage;
use crate::sql::{Hazard, Statement, Transaction, batches};

/// What migrations would do to a database.
pub struct Judged {
    /// What is managed afterwards.
    pub after: Catalog,
    /// What is lost.
    pub losses: Vec<Hazard>,
}

/// What all migrations lead to from nothing, in a server like that of `other`; kept for the next time.
///
/// # Errors
/// The statement that fails, with its place.
pub async fn replay(
    context: &Context<'_>,
    migrations: &[Migration],
    other: Option<&Read>,
    scope: &Scope,
) -> Result<Catalog> {
    let file = cache_file(migrations, other);
    if let Some(catalog) = file.as_ref().and_then(|file| Catalog::read_file(file).ok()) {
        return Ok(scope.split(catalog).0);
    }
    let spinner = context.ui.spinner("Replaying the migrations in a shadow");
    let stage = blank(context, other, scope).await?;
    for migration in migrations {
        play(&stage, migration).await?;
    }
    let catalog = stage.read().await?;
    stage.close().await?;
    drop(spinner);
    if let Some(file) = file {
        // What cannot be kept is replayed the next time.
        let _ = catalog.write_file(&file);
    }
    Ok(catalog)
}

/// A shadow with nothing of the project in it.
pub async fn blank(context: &Context<'_>, other: Option<&Read>, scope: &Scope) -> Result<Stage> {
    let session = other.and_then(|other| other.session.as_ref());
    // The roles that are managed are made by the migrations.
    let roles = if scope.roles { Vec::new() } else { roles_of(session).await? };
    let user = session.map_or("postgres", |session| session.user());
    let given = other.map(|other| &other.given);
    Stage::empty(&shadow_options(context, other)?, &roles, user, given, scope).await
}

/// Runs a migration's way up in a shadow.
pub async fn play(stage: &Stage, migration: &Migration) -> Result<()> {
    let script = migration.up.parse()?;
    stage.run(&script.statements).await.map_err(|error| placed(error, &script))
}

/// An error with the place of the statement that it is about.
pub fn placed(error: anyhow::Error, script: &Parsed) -> anyhow::Error {
    match error.downcast::<crate::run::StatementFault>() {
        Ok(mut fault) => {
            let at = script.statements.iter().position(|statement| statement.text == fault.text);
            fault.place = at.and_then(|at| script.places.get(at).cloned());
            fault.into()
        }
        Err(error) => error,
    }
}

/// Plays scripts, each from a segment on and after what removes the leftovers of an earlier run, on a copy of what a database has, and sees what they lead to and lose.
pub async fn judge(
    context: &Context<'_>,
    live: &Read,
    scripts: &[(Parsed, usize, Vec<String>)],
    scope: &Scope,
) -> Result<Judged> {
    let spinner = context.ui.spinner("Trying the migrations in a shadow");
    let stage = super::side::stage(context, live, scope).await?;
    if scripts.iter().flat_map(|(script, ..)| &script.statements).any(|statement| statement.text.contains(ARCHIVE))
        && let Some(session) = &live.session
    {
        let archived = scope.archived(&crate::catalog::read(session).await?);
        stage.furnish_archive(&archived).await.context("the shadow cannot build the archive")?;
    }
    let mut losses = Vec::new();
    let mut before = stage.read().await?;
    let live = stage.holdings().await?;
    for (script, done, remains) in scripts {
        let remains: Vec<Statement> = remains.iter().map(Statement::new).collect();
        let remains = remains.into_iter().map(|statement| statement.transaction(Transaction::Outside));
        stage.run(&remains.collect::<Vec<_>>()).await.context("what an earlier run left cannot be removed")?;
        let holdings = stage.holdings().await?;
        let skipped = batches(&script.statements).iter().take(*done).map(|batch| batch.statements().len()).sum();
        stage
            .run(&script.statements[skipped..])
            .await
            .map_err(|error| placed(error, script))
            .context("It was tried in a shadow first, and nothing was changed")?;
        let (after, kept) = (stage.read().await?, stage.holdings().await?);
        losses.extend(holdings.lost(&kept, script, &live));
        let planned = plan::plan(&before, &after)?;
        let hazards = planned.statements().flat_map(|statement| statement.hazards.clone());
        losses.extend(hazards.filter(|hazard| holdings.still_has(hazard, &kept)));
        before = after;
    }
    stage.close().await?;
    drop(spinner);
    Ok(Judged { after: before, losses })
}

/// What differs between two catalogs of one server; the parts of what is missing or extra as a whole are not told apart.
pub fn differences(current: &Catalog, desired: &Catalog, scope: &Scope) -> Vec<Difference> {
    let mut desired = desired.clone();
    scope.align(current, &mut desired);
    let all = plan::compare(current, &desired);
    let wholes = all.iter().filter(|difference| !matches!(difference.change, Change::Different(_)));
    let wholes: BTreeSet<ObjectId> = wholes.map(|difference| difference.id.clone()).collect();
    let is_part = |id: &ObjectId| {
        let entry = current.entry(id).or_else(|| desired.entry(id));
        entry.and_then(|entry| entry.parent.as_ref()).is_some_and(|parent| wholes.contains(parent))
    };
    all.into_iter().filter(|difference| !is_part(&difference.id)).collect()
}

/// The name under which a replay is kept: all that it depends on, hashed.
fn cache_file(migrations: &[Migration], other: Option<&Read>) -> Option<PathBuf> {
    let server = other.map_or_else(String::new, |other| format!("{} {}", other.managed.version, other.managed.user));
    let given = other.map_or_else(String::new, |other| format!("{:?}", other.given.entries));
    let build = build_id();
    let texts = migrations.iter().map(|migration| migration.up.text.as_bytes());
    let parts: Vec<&[u8]> = [server.as_bytes(), given.as_bytes(), build.as_bytes()].into_iter().chain(texts).collect();
    let folder = directories::ProjectDirs::from("", "", "dbtool")?.cache_dir().join("catalogs");
    Some(folder.join(format!("replay-{}.json", sha256(&parts))))
}
