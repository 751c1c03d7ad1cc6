//! Backups: taken whole or not at all, described by a manifest, verified, and restored beside what they replace.

mod expected;
mod folder;
mod load;
mod manifest;
mod own;
mod partial;
mod pg_dump;
mod pieces;
mod program;
pub mod restore;
mod snapshot;
mod take;

use std::path::PathBuf;

pub use expected::Expected;
pub use folder::{Backup, latest, list};
pub use manifest::{Contents, Format, Manifest};
pub use take::{Taken, take};

use crate::database::ShadowOptions;

/// What a backup is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of backups.
    pub folder: PathBuf,
    /// The environment's name, or the database's: the last part of the file's name.
    pub label: String,
    /// How the file is written.
    pub format: Format,
    /// Whether it holds the schema, the rows or both.
    pub contents: Contents,
    /// The tables that it is limited to, as SQL names them; all when empty.
    pub tables: Vec<String>,
    /// Whether dbtool writes it itself although there may be a `pg_dump`.
    pub own: bool,
    /// The folder of Postgres' programs that the user named.
    pub bin_dir: Option<PathBuf>,
    /// How many backups of the same sort are kept; all when 0.
    pub keep: usize,
    /// Where to restore it for a trial, if that is wanted.
    pub verify: Option<ShadowOptions>,
}

/// How far a backup or a restore has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What is being done, in a word or two ("Backing up").
    pub doing: &'a str,
    /// The table that is at work.
    pub table: &'a str,
    /// How many tables have been begun.
    pub begun: u64,
    /// How many there are.
    pub tables: u64,
    /// The bytes written so far.
    pub bytes: u64,
}

/// What hears of the progress.
pub type Watch<'a> = &'a mut dyn FnMut(Progress<'_>);
