//! `dbtool restore`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use crate::backup::restore::{self, Kept, Preview, Request};
use crate::backup::{Backup, latest};
use crate::cli::backup::{bin_dir, folder, label, show};
use crate::cli::config::{Endpoint, Target};
use crate::cli::protection::consent;
use crate::cli::render::{aligned, bytes, counted, many};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::{Exit, Failure};

/// How many tables are shown; the others are summed up.
const SHOWN: usize = 20;

/// Put a backup back in place of the database
///
/// Restores into a new database beside the old one, compares that with the manifest, and only then exchanges the two by renaming them.
/// The old one is kept as NAME_before_YYYYmmdd_HHMMSS until --drop-old. A broken file changes nothing. SQL files of pg_dump and of
/// 'supabase db dump' are restored as well, by psql.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool restore latest
  dbtool restore backups/backup_20260131_120000_production.dump --env staging
  dbtool restore --drop-old")]
pub struct Args {
    /// The file, or 'latest' for the newest backup of the same environment
    #[arg(required_unless_present = "drop_old")]
    file: Option<PathBuf>,

    /// Restore into the database itself, in one transaction, where the role may not make databases
    #[arg(long)]
    in_place: bool,

    /// Drop what restores have replaced; with FILE, only what this one replaces
    #[arg(long)]
    drop_old: bool,

    /// Restore neither owners nor privileges
    #[arg(long)]
    no_owner: bool,

    /// Exchange even if what was restored differs from the manifest
    #[arg(long)]
    force: bool,
}

/// What became of the restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The user did not want it.
    Declined,
    /// The database was replaced.
    Restored,
    /// Databases that earlier restores had replaced were dropped.
    Dropped,
}

/// The answer: `{"outcome": "declined" | "restored" | "dropped", "target", "file"?, "kept"?, "rows", "differences", "dropped"}`.
#[derive(Debug, Serialize)]
pub struct RestoreReport {
    outcome: Outcome,
    target: String,
    file: Option<PathBuf>,
    kept: Option<String>,
    rows: BTreeMap<String, i64>,
    differences: Vec<String>,
    dropped: Vec<String>,
}

/// Shows what would be replaced, asks, restores and exchanges.
pub async fn run(args: Args, context: &Context<'_>) -> Result<RestoreReport> {
    let target = context.target()?;
    let name = target.name()?;
    let mut report = RestoreReport {
        outcome: Outcome::Declined,
        target: name.clone(),
        file: args.file.clone(),
        kept: None,
        rows: BTreeMap::new(),
        differences: Vec::new(),
        dropped: Vec::new(),
    };
    let Some(file) = &args.file else { return drop_old(context, &target, report).await };
    let request = Request {
        url: target.address()?,
        target: name,
        backup: find(context, &target, file)?,
        bin_dir: bin_dir(context),
        owners: !args.no_owner,
        scope: engine::scope(context, &[&Endpoint::Database(target.clone())]),
        force: args.force,
    };
    report.file = Some(request.backup.path.clone());
    request.examine()?;
    let preview = request.preview().await?;
    if let (Some(obstacle), false) = (&preview.obstacle, args.in_place) {
        let hint = "Restore into the database itself with --in-place: one transaction, but nothing is kept".to_owned();
        return Err(Failure::Missing {
            message: format!("No new database can be made beside the old one: {obstacle}"),
            hint,
        }
        .into());
    }
    if !is_wanted(context, &args, &target, &request, &preview)? {
        return Ok(report);
    }
    let bar = context.ui.bar("Restoring", 0);
    let watch = &mut |progress: crate::backup::Progress<'_>| show(&bar, progress);
    let restored = if args.in_place { request.in_place(watch).await? } else { request.beside(watch).await? };
    drop(bar);
    restored.notices.iter().for_each(|notice| context.ui.warn(notice));
    if let (Some(kept), true) = (&restored.kept, args.drop_old) {
        restore::drop_kept(&request.url, request.url.database(), std::slice::from_ref(kept)).await?;
        report.dropped.push(kept.clone());
    }
    report.outcome = Outcome::Restored;
    report.kept = restored.kept.filter(|_| !args.drop_old);
    (report.rows, report.differences) = (restored.rows, restored.differences);
    Ok(report)
}

/// The backup that the user means.
fn find(context: &Context<'_>, target: &Target, file: &Path) -> Result<Backup> {
    if file == Path::new("latest") && !file.exists() {
        return latest(&folder(context), &label(target)?);
    }
    Backup::at(file)
}

/// Drops what earlier restores replaced, when that is wanted.
async fn drop_old(context: &Context<'_>, target: &Target, mut report: RestoreReport) -> Result<RestoreReport> {
    let url = target.address()?;
    let kept = restore::kept(&url, url.database()).await?;
    report.outcome = Outcome::Dropped;
    if kept.is_empty() {
        return Ok(report);
    }
    let line = |kept: &Kept| format!("  {} ({})\n", kept.name, bytes(kept.bytes.unsigned_abs()));
    context.ui.show(|_| format!("Kept by earlier restores:\n{}\n", kept.iter().map(line).collect::<String>()));
    if !consent(context, target, &format!("Drop {}?", counted(kept.len() as u64, "database")))? {
        report.outcome = Outcome::Declined;
        return Ok(report);
    }
    report.dropped = kept.into_iter().map(|kept| kept.name).collect();
    restore::drop_kept(&url, url.database(), &report.dropped).await?;
    Ok(report)
}

/// Shows the rows now and in the backup, and asks.
fn is_wanted(
    context: &Context<'_>,
    args: &Args,
    target: &Target,
    request: &Request,
    preview: &Preview,
) -> Result<bool> {
    context.ui.show(|style| replaced(request, preview, style) + "\n");
    let connected = match preview.connected {
        0 => String::new(),
        others => format!(", disconnecting {}", counted(others.unsigned_abs(), "session")),
    };
    let how = if args.in_place { "Replace what is in" } else { "Replace" };
    consent(context, target, &format!("{how} {}{connected}?", request.target))
}

/// The rows of each table, now and in the backup, those that differ first.
fn replaced(request: &Request, preview: &Preview, style: &Style) -> String {
    let backup = request.backup.manifest.as_ref();
    let heading = match backup {
        Some(manifest) => format!(
            "{} ({} now) by the backup of {} at {} ({})",
            request.target,
            many(preview.now.values().map(|rows| rows.unsigned_abs()).sum(), "row"),
            manifest.database,
            manifest.taken_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            many(manifest.total_rows(), "row")
        ),
        None => format!("{} by {}, which has no manifest", request.target, request.backup.path.display()),
    };
    let empty = BTreeMap::new();
    let then = backup.map_or(&empty, |manifest| &manifest.rows);
    let tables: std::collections::BTreeSet<&String> = preview.now.keys().chain(then.keys()).collect();
    let rows = |side: &BTreeMap<String, i64>, table| side.get(table).map_or_else(|| "none".to_owned(), i64::to_string);
    let mut lines: Vec<(String, Option<String>)> = tables
        .into_iter()
        .filter(|table| backup.is_none() || preview.now.get(*table) != then.get(*table))
        .map(|table| {
            let then = if backup.is_some() { rows(then, table) } else { "unknown".to_owned() };
            (format!("  {table}"), Some(format!("{} rows now, {then} in the backup", rows(&preview.now, table))))
        })
        .collect();
    let others = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    let mut text = format!("{} {heading}\n", style.heading("Replaces"));
    text.extend(aligned(&lines).into_iter().map(|line| line + "\n"));
    if others > 0 {
        text.push_str(&format!("  and {} more\n", counted(others as u64, "table")));
    }
    if backup.is_some() && lines.is_empty() {
        text.push_str("  every table has as many rows in the backup as now\n");
    }
    text
}

impl Report for RestoreReport {
    fn human(&self, style: &Style) -> String {
        let Self { outcome, target, kept, rows, differences, dropped, .. } = self;
        let dropped: String = dropped.iter().map(|name| format!("Dropped {name}\n")).collect();
        match outcome {
            Outcome::Declined => "Nothing was changed\n".to_owned(),
            Outcome::Dropped if dropped.is_empty() => "No restore has left an old database\n".to_owned(),
            Outcome::Dropped => dropped,
            Outcome::Restored => {
                let total = many(rows.values().map(|rows| rows.unsigned_abs()).sum(), "row");
                let kept = kept
                    .as_ref()
                    .map(|kept| format!("The old one is kept as {kept}; drop it with 'dbtool restore --drop-old'\n"));
                let differs: String = differences.iter().map(|what| format!("  differs: {what}\n")).collect();
                let tables = counted(rows.len() as u64, "table");
                format!(
                    "{} {target}: {tables}, {total} read back\n{differs}{}{dropped}",
                    style.good("Restored"),
                    kept.unwrap_or_default()
                )
            }
        }
    }

    fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::Declined => Exit::Refused,
            Outcome::Restored | Outcome::Dropped => Exit::Done,
        }
    }
}
