//! `dbtool pull`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::catalog::{Catalog, Scope};
use crate::cli::config::Endpoint;
use crate::cli::render::{counted, unmodelled};
use crate::cli::report::{ErrorReport, Report};
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::{Exit, Failure};
use crate::object::ObjectId;
use crate::plan::Difference;
use crate::pull::{self, Section};
use crate::source::Source;
use crate::whole;

/// Write the database's schema to schema.sql
///
/// Writes it as a person would: each table with its constraints inside, and its indexes, triggers, policies, comments and privileges
/// after it. Before anything is written the text is run in the shadow and read back: it gives the very schema that was pulled. In a
/// file that is there already, what has not changed stays to the letter, with its comments; a file that is in step is not touched.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool pull --env production
  dbtool pull --url postgres://localhost/app --split schema")]
pub struct Args {
    /// Write one file for each object to a folder, instead of one file for all
    #[arg(long, value_name = "FOLDER")]
    split: Option<PathBuf>,

    /// Write to this file instead of the one that dbtool.toml names
    #[arg(short, long, value_name = "FILE", conflicts_with = "split")]
    output: Option<PathBuf>,

    /// Print the text, and write nothing
    #[arg(long, conflicts_with = "split")]
    dry_run: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was in step already.
    InStep,
    /// It was written.
    Written,
    /// It was only to be printed.
    Printed,
    /// The user did not want the file to be changed.
    Declined,
}

/// The answer: `{"outcome": "in_step" | "written" | "printed" | "declined", "files": […], "removed"?: […], "objects", "text"?,
/// "unmodelled": […]}`.
#[derive(Debug, Serialize)]
pub struct PullReport {
    outcome: Outcome,
    files: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removed: Vec<PathBuf>,
    objects: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    unmodelled: Vec<String>,
}

/// Reads the database, writes its schema, and proves it.
pub async fn run(args: Args, context: &Context<'_>) -> Result<PullReport> {
    let target = context.target()?;
    let live = Endpoint::Database(target.clone());
    let place = place(&args, context)?;
    let there = place.exists() && !args.dry_run && !is_blank(&place);
    let old = if there { Some(old(context, &live, &place).await?) } else { None };
    let (catalog, fresh) = engine::beginning(context, &target).await?;
    let scope = engine::scope(context, &[&live]);
    let [plain_fresh, plain_catalog] = [&fresh, &catalog].map(|catalog| pull::plain(catalog, &scope));
    let sections = readable(context, &live, &plain_fresh, &plain_catalog).await?;
    let report = |outcome, files, text| PullReport {
        outcome,
        files,
        removed: Vec::new(),
        objects: sections.len(),
        text,
        unmodelled: catalog.unmodelled.clone(),
    };
    if old.as_ref().is_some_and(|old| crate::plan::compare(&old.declared, &old.live).is_empty()) {
        return Ok(report(Outcome::InStep, vec![place], None));
    }
    let left = match &old {
        Some(old) if args.split.is_some() => left(old, &place, &plain_fresh, &scope, &sections)?,
        _ => Left::default(),
    };
    let mut files = proven(context, &live, &args, old.as_ref(), &sections, &left.kept).await?;
    files.values_mut().filter(|text| text.is_empty()).for_each(|text| *text = NOTHING.to_owned());
    if args.dry_run {
        return Ok(report(Outcome::Printed, Vec::new(), files.into_values().next()));
    }
    let question = format!("Change {} to what the database has?", place.display());
    if there && !context.ui.confirm(&question, "--yes")? {
        return Ok(report(Outcome::Declined, Vec::new(), None));
    }
    let written = write(&place, args.split.is_some(), &files)?;
    remove(&place, &left.gone)?;
    Ok(PullReport { removed: left.gone, ..report(Outcome::Written, written, None) })
}

/// What a file says that declares nothing: an empty one would be taken for a mistake.
pub const NOTHING: &str =
    "-- The schema of this project: every change begins here. 'dbtool sync' brings a database to it.\n";

/// The file or folder to write.
fn place(args: &Args, context: &Context<'_>) -> Result<PathBuf> {
    if let Some(place) = args.split.as_ref().or(args.output.as_ref()) {
        return Ok(place.clone());
    }
    match context.config.schema().as_slice() {
        [only] if !only.is_dir() && !only.to_string_lossy().contains(['*', '?', '[']) => Ok(only.clone()),
        _ => {
            let message = "The schema stands in several files".to_owned();
            let hint = "Name a folder for one file per object with --split, or one file with --output".to_owned();
            Err(Failure::Usage { message, hint }.into())
        }
    }
}

/// Whether nothing is declared there yet.
fn is_blank(place: &Path) -> bool {
    let declares = |text: &str| crate::sql::split(text).is_ok_and(|split| split.pieces.is_empty());
    match place.is_dir() {
        true => {
            let pattern = format!("{}/**/*.sql", glob::Pattern::escape(&place.to_string_lossy()));
            glob::glob(&pattern).is_ok_and(|mut files| files.next().is_none())
        }
        false => std::fs::read_to_string(place).is_ok_and(|text| declares(&text)),
    }
}

/// What stands there before.
struct Old {
    source: Source,
    declared: Catalog,
    live: Catalog,
}

async fn old(context: &Context<'_>, live: &Endpoint, place: &Path) -> Result<Old> {
    let (live, declared) = engine::catalogs(context, live, &Endpoint::Schema(vec![place.to_owned()])).await?;
    let source = Source::read(&[place.display().to_string()], Path::new("."))?;
    Ok(Old { source, declared, live })
}

/// The sections in which as many partitions are written as such as the shadow says give what the database has.
async fn readable(context: &Context<'_>, live: &Endpoint, fresh: &Catalog, catalog: &Catalog) -> Result<Vec<Section>> {
    let mut whole = BTreeSet::new();
    loop {
        let sections = pull::sections(fresh, catalog, &whole)?;
        let partitions: BTreeSet<ObjectId> =
            sections.iter().filter(|section| section.of.is_some()).map(|section| section.id.clone()).collect();
        if partitions.is_empty() {
            return Ok(sections);
        }
        let files = BTreeMap::from([(PathBuf::from("schema.sql"), pull::file(&sections))]);
        // What does not even load says nothing of a single one.
        let different = differences(context, live, &files).await.map_err(|_| partitions.clone());
        let different = match different {
            Ok(different) if different.is_empty() => return Ok(sections),
            Ok(different) => different.iter().map(|difference| pull::owner_of(catalog, &difference.id)).collect(),
            Err(all) => all,
        };
        let named: BTreeSet<ObjectId> = partitions.intersection(&different).cloned().collect();
        whole.extend(if named.is_empty() { partitions } else { named });
    }
}

/// The files of a folder that are not written anew.
#[derive(Default)]
struct Left {
    /// Those that pull wrote for objects that are gone.
    gone: Vec<PathBuf>,
    /// Those of a person's own, with their text.
    kept: BTreeMap<PathBuf, String>,
}

/// Tells the files that pull would have written for what was declared from those that a person keeps beside them.
fn left(old: &Old, place: &Path, fresh: &Catalog, scope: &Scope, sections: &[Section]) -> Result<Left> {
    let new = pull::files(sections);
    let before = pull::files(&pull::sections(fresh, &pull::plain(&old.declared, scope), &BTreeSet::new())?);
    let mut left = Left::default();
    for file in &old.source.files {
        let path = Path::new(&file.path);
        let name = path.strip_prefix(place).unwrap_or(path).to_owned();
        match (new.contains_key(&name), before.contains_key(&name)) {
            (true, _) => {}
            (false, true) => left.gone.push(name),
            (false, false) => _ = left.kept.insert(name, file.text.clone()),
        }
    }
    Ok(left)
}

/// Removes files, and the folders that they leave empty.
fn remove(place: &Path, gone: &[PathBuf]) -> Result<()> {
    for name in gone {
        let file = place.join(name);
        std::fs::remove_file(&file).with_context(|| format!("Cannot remove {}", file.display()))?;
        // A folder that still holds something stays.
        let folders = file.ancestors().skip(1).take_while(|folder| *folder != place);
        folders.take_while(|folder| std::fs::remove_dir(folder).is_ok()).for_each(drop);
    }
    Ok(())
}

/// The files by name, of which the shadow says that they give what the database has.
async fn proven(
    context: &Context<'_>,
    live: &Endpoint,
    args: &Args,
    old: Option<&Old>,
    sections: &[Section],
    beside: &BTreeMap<PathBuf, String>,
) -> Result<BTreeMap<PathBuf, String>> {
    let one = |text: String| BTreeMap::from([(PathBuf::from("schema.sql"), text)]);
    if args.split.is_some() {
        let files = pull::files(sections);
        let mut all = files.clone();
        all.extend(beside.clone());
        prove(context, live, &all).await.map_err(|error| beside_them(error, beside))?;
        return Ok(files);
    }
    if let Some(text) = old.and_then(|old| pull::merged(&old.source, &old.declared, &old.live, sections)) {
        let files = one(text);
        match prove(context, live, &files).await {
            Ok(()) => return Ok(files),
            Err(error) => context.ui.warn(&format!("The file had to be written anew as a whole ({error:#})")),
        }
    }
    let files = one(pull::file(sections));
    prove(context, live, &files).await?;
    Ok(files)
}

/// An error of files that do not go together with those that a person keeps beside them.
fn beside_them(error: anyhow::Error, beside: &BTreeMap<PathBuf, String>) -> anyhow::Error {
    if beside.is_empty() {
        return error;
    }
    let names: Vec<String> = beside.keys().map(|name| name.display().to_string()).collect();
    let told = ErrorReport::of(&error).message().to_owned();
    let message = format!("Nothing was written, for it does not go together with {}:\n{told}", names.join(", "));
    let hint = "Take out of it what the database has, or write to another folder".to_owned();
    Failure::Refused { message, hint }.into()
}

/// Builds the files in the shadow and demands that they give what the database has.
async fn prove(context: &Context<'_>, live: &Endpoint, files: &BTreeMap<PathBuf, String>) -> Result<()> {
    let differences = differences(context, live, files).await?;
    let titles: Vec<&str> = differences.iter().take(5).map(|difference| &*difference.title).collect();
    anyhow::ensure!(titles.is_empty(), "what was written does not give back {}", titles.join(", "));
    Ok(())
}

/// How what the files give in the shadow differs from what the database has.
async fn differences(
    context: &Context<'_>,
    live: &Endpoint,
    files: &BTreeMap<PathBuf, String>,
) -> Result<Vec<Difference>> {
    if files.values().all(|text| text.trim().is_empty()) {
        return Ok(Vec::new());
    }
    let folder = tempfile::tempdir().context("Cannot make a folder for the proof")?;
    for (name, text) in files {
        let file = folder.path().join(name);
        whole::write_text(&file, text)?;
    }
    let (current, desired) = engine::catalogs(context, live, &Endpoint::Schema(vec![folder.path().to_owned()]))
        .await
        .context("the text does not load")?;
    Ok(crate::plan::compare(&current, &desired))
}

/// Writes each file whole or not at all.
fn write(place: &Path, split: bool, files: &BTreeMap<PathBuf, String>) -> Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (name, text) in files {
        let file = if split { place.join(name) } else { place.to_owned() };
        whole::write_text(&file, text)?;
        written.push(file);
    }
    Ok(written)
}

impl Report for PullReport {
    fn human(&self, style: &Style) -> String {
        let objects = counted(self.objects as u64, "object");
        let place = match self.files.as_slice() {
            [only] => only.display().to_string(),
            files => counted(files.len() as u64, "file"),
        };
        let answer = match self.outcome {
            Outcome::InStep => format!("{place} is in step with the database: nothing to write\n"),
            Outcome::Written => {
                let gone = match self.removed.len() {
                    0 => String::new(),
                    count => format!(" and removed {} of what is gone", counted(count as u64, "file")),
                };
                let wrote = style.good("Wrote");
                format!("{wrote} {objects} to {place}{gone}; loaded in the shadow it gives what the database has\n")
            }
            Outcome::Printed => self.text.clone().unwrap_or_default(),
            Outcome::Declined => "Nothing was changed\n".to_owned(),
        };
        answer + &unmodelled(&self.unmodelled)
    }

    fn exit(&self) -> Exit {
        if self.outcome == Outcome::Declined { Exit::Refused } else { Exit::Done }
    }
}
