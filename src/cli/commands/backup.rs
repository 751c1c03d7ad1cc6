//! `dbtool backup`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use crate::backup::{self, Backup, Contents, Format, Manifest};
use crate::cli::Context;
use crate::cli::backup::{Choice, folder, take};
use crate::cli::render::{ago, aligned, bytes, counted, many};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;

/// Back the database up into a file
///
/// Writes backups/backup_YYYYmmdd_HHMMSS_ENV.dump (in UTC) with the pg_dump of the server's version, and beside it a manifest: where it
/// is from, its rows, its SHA-256. The file has its name only when it is complete, and only you can read it. The oldest backups of the same
/// environment go when there are more than [backup] keep in dbtool.toml (14). Without a pg_dump of that version dbtool writes the backup
/// itself, as SQL.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  dbtool backup --env production --verify
  dbtool backup --table app.orders --data-only
  dbtool backup list"
)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,

    /// How the file is written
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,

    /// Only the schema, no rows
    #[arg(long, conflicts_with = "data_only")]
    schema_only: bool,

    /// Only the rows, no schema
    #[arg(long)]
    data_only: bool,

    /// Only this table and its partitions; may be given several times
    #[arg(long = "table", value_name = "TABLE")]
    tables: Vec<String>,

    /// Let dbtool write the backup itself, as SQL, although there is a pg_dump
    #[arg(long)]
    no_pg_dump: bool,

    /// Restore it into a scratch database and compare schema and rows
    #[arg(long, conflicts_with_all = ["data_only", "tables"])]
    verify: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the backups there are, the newest first
    List,
}

/// How the file is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum FormatArg {
    /// The custom format of pg_dump, compressed
    #[default]
    Custom,
    /// SQL, which psql reads
    Sql,
}

/// The answer: a backup as `{"path", "bytes", "manifest", "removed": […]}`, or the list as `{"backups": [{"path", "bytes", "manifest"}]}`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum BackupReport {
    /// One that was taken.
    Taken {
        /// Its file.
        path: PathBuf,
        /// Its description.
        manifest: Box<Manifest>,
        /// The older ones that were removed.
        removed: Vec<PathBuf>,
    },
    /// Those there are.
    List {
        /// The newest first.
        backups: Vec<Backup>,
        /// Where they are.
        folder: PathBuf,
    },
}

/// Takes a backup, or lists them.
pub async fn run(args: Args, context: &Context<'_>) -> Result<BackupReport> {
    if let Some(Action::List) = args.action {
        let folder = folder(context);
        return Ok(BackupReport::List { backups: backup::list(&folder)?, folder });
    }
    let contents = match (args.schema_only, args.data_only) {
        (true, _) => Contents::Schema,
        (_, true) => Contents::Data,
        _ => Contents::All,
    };
    let format = match args.format {
        FormatArg::Custom => Format::Custom,
        FormatArg::Sql => Format::Sql,
    };
    let choice = Choice { format, contents, tables: args.tables, own: args.no_pg_dump, verify: args.verify };
    let taken = take(context, &context.target()?, choice).await?;
    Ok(BackupReport::Taken { path: taken.path, manifest: Box::new(taken.manifest), removed: taken.removed })
}

impl Report for BackupReport {
    fn human(&self, style: &Style) -> String {
        match self {
            BackupReport::Taken { path, manifest, removed } => {
                let removed: String = removed.iter().map(|path| format!("Removed {}\n", path.display())).collect();
                format!(
                    "{} {} {}\n{}{removed}",
                    style.good("Backed up"),
                    manifest.database,
                    held(manifest),
                    told(path, manifest)
                )
            }
            BackupReport::List { backups, folder } if backups.is_empty() => {
                format!("There are no backups in {}\n", folder.display())
            }
            BackupReport::List { backups, .. } => {
                let now = Timestamp::now();
                let rows: Vec<_> = backups.iter().map(|backup| row(backup, now)).collect();
                aligned(&rows).into_iter().map(|line| line + "\n").collect()
            }
        }
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}

/// "(schema and rows: 12 tables, 3,400 rows)".
fn held(manifest: &Manifest) -> String {
    match manifest.contents {
        Contents::Schema => "(schema only)".to_owned(),
        contents => {
            let (tables, rows) = (counted(manifest.rows.len() as u64, "table"), many(manifest.total_rows(), "row"));
            format!("({contents}: {tables}, {rows})")
        }
    }
}

/// Where the file is, how large, and whether it was tried out.
fn told(path: &std::path::Path, manifest: &Manifest) -> String {
    let verified = match manifest.verified_at {
        Some(_) => "Restored into a scratch database: schema and rows are equal\n",
        None => "",
    };
    format!("{} ({}, by {})\n{verified}", path.display(), bytes(manifest.bytes), manifest.made_by)
}

/// A backup in the list.
fn row(backup: &Backup, now: Timestamp) -> (String, Option<String>) {
    let about = match &backup.manifest {
        Some(manifest) => {
            let verified = if manifest.verified_at.is_some() { ", verified" } else { "" };
            let migration = manifest.migration.as_ref().map(|version| format!(", at migration {version}"));
            let of =
                if manifest.tables.is_empty() { String::new() } else { format!(" of {}", manifest.tables.join(", ")) };
            format!(
                "{}, {}{of} {}{}{verified}",
                ago(manifest.taken_at, now),
                manifest.database,
                held(manifest),
                migration.unwrap_or_default()
            )
        }
        None => "no manifest".to_owned(),
    };
    (format!("{}  {}", backup.path.display(), bytes(backup.bytes)), Some(about))
}
