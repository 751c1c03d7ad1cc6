//! The folder of migrations, and how it stands to a ledger; all but the reading is pure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::file::{Migration, Part, Script, order, parse_name, title};
use super::header::Header;
use super::ledger::{Progress, Record};
use super::sum::{FILE_NAME, Sum};
use super::write::write_sum;

/// The migrations of a project.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Where they are.
    pub path: PathBuf,
    /// The migrations, in order.
    pub migrations: Vec<Migration>,
    /// What is wrong with the folder.
    pub faults: Vec<Fault>,
    /// Ways down that dbtool had written when it was stopped before the ways up; the next migration that is written removes them.
    pub leftovers: Vec<PathBuf>,
}

/// Something wrong with the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub message: String,
    /// What mends it.
    pub remedy: String,
}

const RESUM: &str = "Put the file back as it was, or, if it is as it is meant, run: dbtool migration repair --sum";

impl Folder {
    /// Reads a folder; one that does not exist has no migrations.
    pub fn read(path: &Path) -> Result<Self> {
        let mut files: Vec<PathBuf> = match std::fs::read_dir(path) {
            Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
        .with_context(|| format!("Cannot read {}", path.display()))?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
        files.sort();
        let mut folder = Self { path: path.to_owned(), ..Self::default() };
        let sum = Sum::read(path)?;
        folder.assemble(files, sum.as_ref())?;
        if let Some(sum) = sum {
            folder.adopt_or_blame(&sum)?;
        }
        Ok(folder)
    }

    /// Makes migrations of files.
    fn assemble(&mut self, files: Vec<PathBuf>, sum: Option<&Sum>) -> Result<()> {
        let mut found: BTreeMap<(String, String), (Option<Script>, Option<Script>)> = BTreeMap::new();
        for path in files {
            let Some((version, name, part)) = parse_name(&path) else {
                self.blame(&path, "is not named as a migration is", "Name it YYYYMMDDhhmmss_name.up.sql");
                continue;
            };
            let text = std::fs::read_to_string(&path).with_context(|| format!("Cannot read {}", path.display()))?;
            let script = Script::new(path, &text);
            let both = found.entry((version, name)).or_default();
            match part {
                Part::Up => both.0 = Some(script),
                Part::Down => both.1 = Some(script),
                Part::Only => *both = sections(script),
            }
        }
        for ((version, name), (up, down)) in found {
            match (up, down) {
                (Some(up), down) => self.migrations.push(Migration { version, name, up, down }),
                (None, Some(down))
                    if Header::read(&down.text).is_generated() && !knows(sum, &title(&version, &name)) =>
                {
                    self.leftovers.push(down.path);
                }
                (None, Some(down)) => {
                    self.blame(&down.path, "is a way down without a way up", "Add the .up.sql, or remove this file");
                }
                (None, None) => {}
            }
        }
        self.migrations.sort_by(|a, b| order(&a.version, &b.version));
        let twins = self.migrations.windows(2).filter(|pair| order(&pair[0].version, &pair[1].version).is_eq());
        let twins: Vec<PathBuf> = twins.map(|pair| pair[1].up.path.clone()).collect();
        for path in twins {
            self.blame(&path, "has a version that another migration has", "Rename it to a later version");
        }
        Ok(())
    }

    /// Holds the migrations against the sums. One that was generated whole just before dbtool was killed is taken in.
    fn adopt_or_blame(&mut self, sum: &Sum) -> Result<()> {
        let now = Sum::of(&self.migrations);
        if now == *sum {
            return Ok(());
        }
        let replaced = replaced(&self.migrations);
        let is_replaced = |title: &str| title.split('_').next().is_some_and(|version| replaced.contains(version));
        let still_there = self.migrations.iter().filter(|migration| replaced.contains(&migration.version));
        let still_there: Vec<PathBuf> = still_there.map(|migration| migration.up.path.clone()).collect();
        for path in &still_there {
            self.blame(
                path,
                "is replaced by a baseline: a consolidation was cut off",
                "Move it to archive/, its way down too",
            );
        }
        if !still_there.is_empty() {
            return Ok(());
        }
        let sum = Sum { lines: sum.lines.iter().filter(|line| !is_replaced(&line.title)).cloned().collect() };
        let known = sum.lines.len();
        let only_new = now.lines.len() > known && now.lines[..known] == sum.lines[..];
        if only_new && self.migrations[known..].iter().all(|new| new.header().is_of_dbtool()) {
            return write_sum(self);
        }
        let path = self.path.join(FILE_NAME);
        for line in &sum.lines {
            match now.lines.iter().find(|other| other.title == line.title) {
                None => self.blame(&path, &format!("names {}, which has no file", line.title), RESUM),
                Some(other) if other.files != line.files => {
                    let changed = self.migrations.iter().find(|migration| migration.title() == line.title);
                    let path = changed.map_or(path.clone(), |migration| migration.up.path.clone());
                    self.blame(&path, &format!("is not as {FILE_NAME} says: changed by hand, or half-written"), RESUM);
                }
                Some(_) => {}
            }
        }
        let unknown = self.migrations.iter().filter(|m| !sum.lines.iter().any(|line| line.title == m.title()));
        let unknown: Vec<PathBuf> = unknown.map(|migration| migration.up.path.clone()).collect();
        for path in unknown {
            self.blame(&path, &format!("is not in {FILE_NAME}"), RESUM);
        }
        if self.faults.is_empty() {
            self.blame(&path, "has lines that do not follow from each other: two branches were joined", RESUM);
        }
        Ok(())
    }

    fn blame(&mut self, path: &Path, message: &str, remedy: &str) {
        self.faults.push(Fault { path: path.to_owned(), message: message.to_owned(), remedy: remedy.to_owned() });
    }

    /// Writes the sums anew.
    pub fn write_sum(&self) -> Result<()> {
        write_sum(self)
    }

    /// The migration of a version, or of a title.
    pub fn find(&self, version: &str) -> Option<&Migration> {
        self.migrations.iter().find(|migration| migration.version == version || migration.title() == version)
    }
}

/// Whether the sums name a migration.
fn knows(sum: Option<&Sum>, title: &str) -> bool {
    sum.is_some_and(|sum| sum.lines.iter().any(|line| line.title == title))
}

/// The parts of a single file: dbmate marks them, anything else is a way up.
fn sections(script: Script) -> (Option<Script>, Option<Script>) {
    let is = |line: &str, marker: &str| line.trim_start().starts_with(marker);
    if !script.text.lines().any(|line| is(line, "-- migrate:up")) {
        return (Some(script), None);
    }
    let mut down = false;
    let (mut parts, mut has_down) = ([String::new(), String::new()], false);
    for line in script.text.split_inclusive('\n') {
        down = (down || is(line, "-- migrate:down")) && !is(line, "-- migrate:up");
        has_down |= down;
        // The other part gets an empty line, so that lines keep their numbers.
        parts[usize::from(down)] += line;
        parts[usize::from(!down)] += "\n";
    }
    let [up, back] = parts.map(|text| Script { path: script.path.clone(), text });
    (Some(up), has_down.then_some(back))
}

/// The versions in whose place other migrations stand.
fn replaced(migrations: &[Migration]) -> BTreeSet<String> {
    migrations.iter().flat_map(|migration| migration.header().replaces).collect()
}

/// How a migration stands between folder and ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Recorded, and the file is as it was then.
    Applied,
    /// Not recorded, and later than all that are.
    Pending,
    /// Not recorded, and earlier than one that is.
    OutOfOrder,
    /// Recorded with another text than the file has.
    Changed,
    /// Recorded, without a file.
    Missing,
    /// Recorded, without a file, and another migration stands in its place.
    Replaced,
    /// Begun and not finished.
    Interrupted,
}

/// A migration between folder and ledger.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// Its version.
    pub version: &'a str,
    /// Its name.
    pub name: &'a str,
    /// How it stands.
    pub state: State,
    /// What the folder has.
    pub migration: Option<&'a Migration>,
    /// What the ledger has.
    pub record: Option<&'a Record>,
}

/// Every migration that the folder or the ledger knows, in order.
pub fn standings<'a>(migrations: &'a [Migration], records: &'a [Record]) -> Vec<Standing<'a>> {
    let last = records.iter().map(|record| record.version.as_str()).max_by(|a, b| order(a, b));
    let of_file = |migration: &'a Migration| {
        let record = records.iter().find(|record| record.version == migration.version);
        let state = match record {
            Some(record) if record.progress != Progress::Applied => State::Interrupted,
            Some(record) if record.checksum != migration.up.checksum() => State::Changed,
            Some(_) => State::Applied,
            None if last.is_some_and(|last| order(&migration.version, last).is_lt()) => State::OutOfOrder,
            None => State::Pending,
        };
        Standing { version: &migration.version, name: &migration.name, state, migration: Some(migration), record }
    };
    let replaced = replaced(migrations);
    let lost = records.iter().filter(|record| !migrations.iter().any(|m| m.version == record.version));
    let lost = lost.map(|record| Standing {
        version: &record.version,
        name: &record.name,
        state: match record.progress {
            Progress::Applied if replaced.contains(&record.version) => State::Replaced,
            Progress::Applied => State::Missing,
            Progress::Up { .. } | Progress::Down { .. } => State::Interrupted,
        },
        migration: None,
        record: Some(record),
    });
    let mut all: Vec<_> = migrations.iter().map(of_file).chain(lost).collect();
    all.sort_by(|a, b| order(a.version, b.version));
    all
}

#[cfg(test)]
mod tests;
