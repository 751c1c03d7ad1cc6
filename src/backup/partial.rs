//! A backup that is being written: under a name that says so, for its owner only, until everything is there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use rustix::fs::{FlockOperation, flock};

use super::folder::{self, CATALOG, MANIFEST, PARTIAL};
use super::manifest::{Format, Manifest};
use crate::catalog::Catalog;

/// What is younger than this may belong to a run that has no lock on it.
const GRACE: Duration = Duration::from_secs(10);

/// A backup's files before they have their names; what is not completed is removed.
pub struct Unfinished {
    folder: PathBuf,
    stem: String,
    extension: &'static str,
    path: PathBuf,
    /// Held for as long as the file is being written; whoever finds it unlocked may remove it.
    lock: File,
}

impl Unfinished {
    /// Begins a file for a backup of `label`, and removes what broken runs left.
    pub fn begin(folder: &Path, label: &str, format: Format, now: Timestamp) -> Result<Self> {
        let cannot = || format!("Cannot write to {}", folder.display());
        make_folder(folder).with_context(cannot)?;
        let folder = folder.to_owned();
        sweep(&folder);
        let stem = folder::stem(label, now);
        for number in 1.. {
            let stem = if number == 1 { stem.clone() } else { format!("{stem}_{number}") };
            let path = folder.join(format!(".{stem}{PARTIAL}"));
            let lock = match private().create_new(true).open(&path) {
                Ok(lock) => lock,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error).with_context(cannot),
            };
            let unfinished = Self { folder: folder.clone(), stem, extension: format.extension(), path, lock };
            flock(&unfinished.lock, FlockOperation::NonBlockingLockExclusive)?;
            // While the file is there no other run takes the name, in whatever format: they share the manifest's.
            if !folder::has_data(&folder, &unfinished.stem) {
                return Ok(unfinished);
            }
        }
        unreachable!("there is a free number")
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name that it will have.
    pub fn name(&self) -> String {
        format!("{}.{}", self.stem, self.extension)
    }

    /// Gives everything its name, the backup itself last; what has the name is whole and on the disk.
    pub fn complete(self, manifest: &Manifest, catalog: &Catalog) -> Result<PathBuf> {
        let path = self.folder.join(self.name());
        let cannot = || format!("Cannot write {}", path.display());
        self.lock.sync_all().with_context(cannot)?;
        self.put(MANIFEST, |file| Ok(serde_json::to_writer_pretty(file, manifest)?)).with_context(cannot)?;
        self.put(CATALOG, |file| {
            let mut zipped = GzEncoder::new(io::BufWriter::new(file), Compression::fast());
            serde_json::to_writer(&mut zipped, catalog)?;
            Ok(zipped.finish()?.flush()?)
        })
        .with_context(cannot)?;
        fs::rename(&self.path, &path).with_context(cannot)?;
        File::open(&self.folder).and_then(|folder| folder.sync_all()).with_context(cannot)?;
        Ok(path)
    }

    /// Writes one of the files beside the backup, whole or not at all.
    fn put(&self, ending: &str, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
        let mut file = tempfile::Builder::new().prefix(".").suffix(PARTIAL).tempfile_in(&self.folder)?;
        write(file.as_file_mut())?;
        file.as_file().sync_all()?;
        file.persist(self.folder.join(format!("{}{ending}", self.stem)))?;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // A completed one is no longer there under this name.
        drop(fs::remove_file(&self.path));
    }
}

/// Options for a file that only its owner can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

/// Makes the folder, for its owner only and out of git's sight.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::write(folder.join(".gitignore"), "*\n")
}

/// Removes what broken runs left: unfinished files that nobody holds, and descriptions of no backup.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let old = entry.metadata().and_then(|data| data.modified()).is_ok_and(|t| t.elapsed().is_ok_and(|a| a > GRACE));
        let orphan = || folder::stem_of_description(&name).is_some_and(|stem| !folder::has_data(folder, stem));
        let abandoned = || {
            let file = File::open(entry.path());
            file.is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
        };
        if old && (name.starts_with('.') && name.ends_with(PARTIAL) && abandoned() || orphan()) {
            // What cannot be removed now is a leftover for the next run.
            drop(fs::remove_file(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_formats_in_one_second_have_names_and_manifests_of_their_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let begin = |format| {
            Unfinished::begin(folder.path(), "production", format, Timestamp::UNIX_EPOCH).expect("it can be written to")
        };
        let (first, second) = (begin(Format::Custom), begin(Format::Sql));
        assert_eq!(first.name(), "backup_19700101_000000_production.dump");
        assert_eq!(second.name(), "backup_19700101_000000_production_2.sql");
        fs::rename(first.path(), folder.path().join(first.name())).expect("it can be renamed");
        drop(second);
        assert_eq!(begin(Format::Sql).name(), "backup_19700101_000000_production_2.sql");
        assert_eq!(fs::read_dir(folder.path()).expect("it can be read").count(), 1, "the first");
    }
}
