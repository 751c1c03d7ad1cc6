//! The folder of backups: their names, which there are, and which are too many.

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::manifest::{Format, Manifest};
use crate::catalog::Catalog;
use crate::failure::Failure;

/// What the name of a manifest ends in.
pub const MANIFEST: &str = ".json";

/// What the name of the catalog beside a backup ends in.
pub const CATALOG: &str = ".catalog.gz";

/// What the name of an unfinished file ends in.
pub const PARTIAL: &str = ".partial";

/// What the names of backups begin with.
const PREFIX: &str = "backup_";

/// A backup in a folder.
#[derive(Clone, Debug, Serialize)]
pub struct Backup {
    /// Its file.
    pub path: PathBuf,
    /// The size of the file.
    pub bytes: u64,
    /// Its description; none when it is missing or unreadable.
    pub manifest: Option<Manifest>,
}

impl Backup {
    /// The backup in a file, with the description beside it if there is one.
    pub fn at(path: &Path) -> Result<Self> {
        let data = fs::metadata(path).ok().filter(fs::Metadata::is_file).ok_or_else(|| Failure::File {
            message: format!("There is no backup {}", path.display()),
            hint: "See which there are with 'dbtool backup list'".to_owned(),
        })?;
        let manifest = fs::read(path.with_extension(&MANIFEST[1..])).ok();
        let manifest = manifest.and_then(|text| serde_json::from_slice::<Manifest>(&text).ok());
        let own = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let manifest = manifest.filter(|manifest| Some(&manifest.file) == own.as_ref());
        Ok(Self { path: path.to_owned(), bytes: data.len(), manifest })
    }

    /// The catalog of the database at the time; none when there is none that this version of dbtool can read.
    pub fn catalog(&self) -> Option<Catalog> {
        let file = fs::File::open(self.path.with_extension(&CATALOG[1..])).ok()?;
        Catalog::read_from(GzDecoder::new(BufReader::new(file))).ok()
    }

    /// Removes it; the file itself first, for without it the rest is nothing.
    fn remove(&self) -> Result<()> {
        fs::remove_file(&self.path).with_context(|| format!("Cannot remove {}", self.path.display()))?;
        for ending in [MANIFEST, CATALOG] {
            // What is left is swept by the next backup.
            drop(fs::remove_file(self.path.with_extension(&ending[1..])));
        }
        Ok(())
    }
}

/// The name of a backup without its extension: `backup_20260131_120000_production`, in UTC.
pub fn stem(label: &str, now: Timestamp) -> String {
    let time = now.to_zoned(TimeZone::UTC).strftime("%Y%m%d_%H%M%S").to_string();
    format!("{PREFIX}{time}_{}", sanitised(label))
}

/// A label with nothing in it that a file's name cannot have everywhere.
fn sanitised(label: &str) -> String {
    label.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect()
}

/// The stem of a name that belongs beside a backup.
pub fn stem_of_description(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(CATALOG).or_else(|| name.strip_suffix(MANIFEST))?;
    stem.starts_with(PREFIX).then_some(stem)
}

/// Whether there is a backup of this stem.
pub fn has_data(folder: &Path, stem: &str) -> bool {
    [Format::Custom, Format::Sql].iter().any(|format| folder.join(format!("{stem}.{}", format.extension())).exists())
}

/// The backups of a folder, the newest first; no folder is no backup.
pub fn list(folder: &Path) -> Result<Vec<Backup>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut backups = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("Cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let extensions = [Format::Custom, Format::Sql].map(Format::extension);
        if name.starts_with(PREFIX)
            && extensions.iter().any(|extension| path.extension().is_some_and(|e| e == *extension))
        {
            backups.push(Backup::at(&path)?);
        }
    }
    backups.sort_by(|a, b| b.path.cmp(&a.path));
    Ok(backups)
}

/// The newest backup of the whole database that `label` names.
pub fn latest(folder: &Path, label: &str) -> Result<Backup> {
    let of_label = |backup: &Backup| backup.manifest.as_ref().is_some_and(|m| m.label == label && m.is_whole());
    Ok(list(folder)?.into_iter().find(of_label).ok_or_else(|| Failure::File {
        message: format!("There is no backup of {label} in {}", folder.display()),
        hint: "See which there are with 'dbtool backup list', and name a file".to_owned(),
    })?)
}

/// Removes the oldest backups of the same label and sort as `newest`, until `keep` are left; says which.
pub fn retain(folder: &Path, newest: &Manifest, keep: usize) -> Result<Vec<PathBuf>> {
    if keep == 0 {
        return Ok(Vec::new());
    }
    let alike = |backup: &Backup| {
        backup.manifest.as_ref().is_some_and(|m| m.label == newest.label && m.is_whole() == newest.is_whole())
    };
    let surplus: Vec<Backup> = list(folder)?.into_iter().filter(alike).skip(keep).collect();
    surplus.iter().try_for_each(Backup::remove)?;
    Ok(surplus.into_iter().map(|backup| backup.path).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time_and_are_safe() {
        let at = |second| stem("eu/prod 1", Timestamp::from_second(second).expect("a time in range"));
        assert_eq!(at(0), "backup_19700101_000000_eu_prod_1");
        assert!(at(0) < at(1) && at(59) < at(60));
    }

    #[test]
    fn descriptions_belong_to_backups_only() {
        assert_eq!(stem_of_description("backup_1_a.json"), Some("backup_1_a"));
        assert_eq!(stem_of_description("backup_1_a.catalog.gz"), Some("backup_1_a"));
        assert_eq!(stem_of_description("package.json"), None);
        assert_eq!(stem_of_description("backup_1_a.dump"), None);
    }
}
