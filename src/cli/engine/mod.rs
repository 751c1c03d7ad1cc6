//! The seam to the engine: what the commands ask of it.

mod comparison;
mod files;
mod form;
mod history;
mod side;
mod sizes;
mod surface;
mod surroundings;

use std::path::Path;

use anyhow::Result;

use self::side::stage_of;
use self::surroundings::fresh;

pub use comparison::comparison;
pub use files::declares;
pub use form::Form;
pub use history::{Judged, blank, differences, judge, placed, play, replay};
pub use side::{Read, Sides, both, facing, open, read, read_open, scope};
pub use sizes::sizes;
pub use surface::surface;
pub use surroundings::shadow;

use super::Context;
use super::config::{Endpoint, Target};
use super::render::{Comparison, Side, Sizes};
use crate::catalog::{Catalog, Scope};
use crate::database::Session;
use crate::inspect::{Activity, activity};
use crate::migration::Migration;
use crate::object::{Kind, Object, ObjectId};
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
pub async fn compare(context: &Context<'_>, current: &Endpoint, desired: &Endpoint) -> Result<Comparison> {
    let sides = both(context, current, desired).await?;
    let comparison = comparison(&sides)?;
    sides.close().await;
    Ok(comparison)
}

/// What brings `current` to `desired`, and back.
pub async fn plan(context: &Context<'_>, current: &Endpoint, desired: &Endpoint, form: Form) -> Result<Plan> {
    let sides = both(context, current, desired).await?;
    let plan = planned(&sides, form).await?;
    sides.close().await;
    Ok(plan)
}

/// What brings one side to the other, and back.
pub async fn planned(sides: &Sides, form: Form) -> Result<Plan> {
    let (up, down) = form.plans(sides).await?;
    let sizes = match &sides.current.session {
        Some(session) => sizes(session, &up).await?,
        None => Sizes::new(),
    };
    Ok(Plan { up, down, sizes, comparison: comparison(sides)? })
}

/// Plays a plan in a shadow, up and down; the failure says what does not come out as claimed.
pub async fn prove(context: &Context<'_>, sides: &Sides, scope: &Scope, plan: &Plan) -> Result<()> {
    let stage = stage_of(context, &sides.current, sides.original(), scope).await?;
    let proven = stage.prove(sides.original(), &sides.desired.managed, &plan.up, &plan.down).await;
    stage.close().await?;
    proven
}

/// The managed catalogs of two endpoints, with what the second leaves open taken from the first.
pub async fn catalogs(context: &Context<'_>, current: &Endpoint, desired: &Endpoint) -> Result<(Catalog, Catalog)> {
    let scope = scope(context, &[current, desired]);
    let now = read(context, current, None, &scope).await?;
    let mut then = read(context, desired, Some(&now), &scope).await?;
    scope.align(&now.managed, &mut then.managed);
    let catalogs = (now.managed.clone(), then.managed.clone());
    Sides::of(now, then).close().await;
    Ok(catalogs)
}

/// The managed catalog of a database, and what a fresh one has before anything is made there.
pub async fn beginning(context: &Context<'_>, target: &Target) -> Result<(Catalog, Catalog)> {
    let endpoint = Endpoint::Database(target.clone());
    let scope = scope(context, &[&endpoint]);
    let mut side = read(context, &endpoint, None, &scope).await?;
    let mut fresh = fresh(context, &side, &scope).await?;
    scope.align(&side.managed, &mut fresh);
    if let Some(session) = &side.session {
        forget_defaults(session, [&mut side.managed, &mut fresh]).await?;
    }
    let managed = side.managed.clone();
    if let Some(session) = side.session {
        session.close().await;
    }
    Ok((managed, fresh))
}

/// What migrations make of an empty database, and what that has before.
pub async fn made(context: &Context<'_>, migrations: &[Migration]) -> Result<(Catalog, Catalog)> {
    let stage = blank(context, None, &scope(context, &[])).await?;
    let mut fresh = stage.read().await?;
    for migration in migrations {
        play(&stage, migration).await?;
    }
    let mut made = stage.read().await?;
    forget_defaults(stage.session(), [&mut made, &mut fresh]).await?;
    stage.close().await?;
    Ok((made, fresh))
}

/// Leaves out what extensions bring by themselves: their comments, and the version that is made when none is named.
async fn forget_defaults(session: &Session, catalogs: [&mut Catalog; 2]) -> Result<()> {
    let sql = "SELECT quote_ident(name), comment, default_version FROM pg_catalog.pg_available_extensions
        WHERE installed_version IS NOT NULL";
    let rows = session.query(sql, &[]).await?;
    for catalog in catalogs {
        for row in &rows {
            let id = ObjectId::new(Kind::Extension, row.try_get::<_, &str>(0)?);
            let (comment, version): (Option<String>, Option<String>) = (row.try_get(1)?, row.try_get(2)?);
            let Some(entry) = catalog.entries.get_mut(&id) else { continue };
            entry.common.comment = entry.common.comment.take().filter(|own| Some(own) != comment.as_ref());
            if let Object::Extension(extension) = &mut entry.object {
                extension.version = extension.version.take().filter(|own| Some(own) != version.as_ref());
            }
        }
    }
    Ok(())
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

/// What a source holds, and, of a live database, how large and how much used it is, if that is wanted.
pub async fn inspect(
    context: &Context<'_>,
    endpoint: &Endpoint,
    measured: bool,
) -> Result<(Side, Catalog, Option<Activity>)> {
    let scope = scope(context, &[endpoint]);
    let (read, known) = tokio::try_join!(read(context, endpoint, None, &scope), measure(endpoint, measured))?;
    if let Some(session) = read.session {
        session.close().await;
    }
    Ok((read.side, read.managed, known))
}

/// How large and how much used a live database is, over a session of its own: it takes as long as reading the catalog.
async fn measure(endpoint: &Endpoint, wanted: bool) -> Result<Option<Activity>> {
    let Endpoint::Database(target) = endpoint else { return Ok(None) };
    if !wanted {
        return Ok(None);
    }
    let session = open(target).await?;
    let known = session.interruptible(activity::read(&session)).await?;
    session.close().await;
    Ok(Some(known))
}

/// Saves what `endpoint` has as a snapshot.
pub async fn snapshot(context: &Context<'_>, endpoint: &Endpoint, file: &Path) -> Result<()> {
    let catalog = catalog(context, endpoint).await?;
    surface(context, endpoint).await?.write_with(&catalog, file)
}
