//! The seam to backups: what is configured, and the progress shown.

use std::path::PathBuf;

use anyhow::Result;

use super::config::Target;
use super::render::bytes;
use super::ui::Progress as Bar;
use super::{Context, engine};
use crate::backup::{self, Contents, Format, Options, Progress, Taken};

/// What the user wants of a backup; the default is a whole one.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// How the file is written.
    pub format: Format,
    /// What it holds.
    pub contents: Contents,
    /// The tables that it is limited to.
    pub tables: Vec<String>,
    /// Whether dbtool writes it itself although there may be a `pg_dump`.
    pub own: bool,
    /// Whether it is restored for a trial.
    pub verify: bool,
}

/// Takes a backup of a target, as configured, and says on stderr what there is to say.
pub async fn take(context: &Context<'_>, target: &Target, choice: Choice) -> Result<Taken> {
    let (url, name) = (target.address()?, target.name()?);
    let spinner = context.ui.spinner("Reading the database");
    let verify = match choice.verify {
        true => {
            let session = engine::open(target).await?;
            let shadow = engine::shadow(context, session.major(), Some(url.clone()))?;
            session.close().await;
            Some(shadow)
        }
        false => None,
    };
    let options = Options {
        folder: folder(context),
        label: label(target)?,
        format: choice.format,
        contents: choice.contents,
        tables: choice.tables,
        own: choice.own,
        bin_dir: bin_dir(context),
        keep: context.config.file.backup.keep,
        verify,
    };
    drop(spinner);
    let bar = context.ui.bar("Backing up", 0);
    let taken = backup::take(&url, &name, &options, &mut |progress| show(&bar, progress)).await?;
    drop(bar);
    taken.notices.iter().for_each(|notice| context.ui.warn(notice));
    Ok(taken)
}

/// Shows how far a backup or a restore has come.
pub fn show(bar: &Bar, progress: Progress<'_>) {
    let Progress { doing, table, begun, tables, bytes: written } = progress;
    let written = if written == 0 { String::new() } else { format!(" ({})", bytes(written)) };
    bar.at(begun.min(tables), tables, format!("{doing}{written} {table}"));
}

/// The folder of backups.
pub fn folder(context: &Context<'_>) -> PathBuf {
    context.config.folder.join(&context.config.file.backup.folder)
}

/// The folder of Postgres' programs that the user named.
pub fn bin_dir(context: &Context<'_>) -> Option<PathBuf> {
    context.config.file.postgres.bin_dir.as_ref().map(|folder| context.config.folder.join(folder))
}

/// What the files of a target's backups are called by: its environment, or its database.
pub fn label(target: &Target) -> Result<String> {
    target.origin.environment().map_or_else(|| Ok(target.address()?.database().to_owned()), |name| Ok(name.to_owned()))
}
