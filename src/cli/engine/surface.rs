//! What programs see of an endpoint.

use std::path::PathBuf;

use anyhow::Result;

use super::files::source;
use super::side::{open, scope};
use super::surroundings::surroundings;
use crate::cli::Context;
use crate::cli::config::Endpoint;
use crate::desired;
use crate::surface::{self, Surface};

/// What programs see of an endpoint: a live database, schema files (through the shadow and its cache) or a snapshot.
pub async fn surface(context: &Context<'_>, endpoint: &Endpoint) -> Result<Surface> {
    match endpoint {
        Endpoint::Database(target) => {
            let session = open(target).await?;
            let surface = session.interruptible(surface::read(&session)).await?;
            session.close().await;
            Ok(surface)
        }
        Endpoint::Snapshot(file) => Surface::read_file(file),
        Endpoint::Schema(paths) => of_files(context, paths).await,
    }
}

async fn of_files(context: &Context<'_>, paths: &[PathBuf]) -> Result<Surface> {
    let source = source(context, paths)?;
    let spinner = context.ui.spinner("Building the schema in a shadow");
    let scope = scope(context, &[]);
    let (surface, notices) = desired::surface(&source, surroundings(context, None, &scope)?).await?;
    drop(spinner);
    notices.iter().for_each(|notice| context.ui.note(notice));
    Ok(surface)
}
