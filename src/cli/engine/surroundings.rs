//! What schema files are built like, and where.

use std::path::Path;

use anyhow::Result;

use super::side::Read;
use crate::catalog::{Catalog, Scope};
use crate::cli::Context;
use crate::cli::config::Platform;
use crate::database::{Session, ShadowOptions, Url};
use crate::desired::{Surroundings, build};
use crate::source::Source;

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

/// What files are built like for a database, with what is given there.
pub fn around<'a>(
    shadow: ShadowOptions,
    target: Option<&'a Session>,
    given: Option<&'a Catalog>,
    scope: &Scope,
) -> Surroundings<'a> {
    let cache = directories::ProjectDirs::from("", "", "dbtool").map(|dirs| dirs.cache_dir().join("catalogs"));
    Surroundings { shadow, target, roles: scope.roles, given, cache, early: None }
}

/// Whether the project is one of Supabase.
pub fn is_supabase(context: &Context<'_>) -> bool {
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
