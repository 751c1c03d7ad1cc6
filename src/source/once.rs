//! Files that are read once for all that looks at them, as long as they stay as they are.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Result;

use super::{Source, file};

/// What a file was when it was read: its path, its time and its length.
type Stamp = (PathBuf, Option<SystemTime>, u64);

/// The last source that was read.
#[derive(Debug, Default)]
pub struct Sources(RefCell<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    patterns: Vec<String>,
    stamps: Vec<Stamp>,
    source: Arc<Source>,
}

impl Sources {
    /// Reads files, folders and globs, relative to the working directory, as [`Source::read_even_empty`] does, if that was not just done.
    pub fn read(&self, paths: &[PathBuf]) -> Result<Arc<Source>> {
        let patterns: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let base = Path::new(".");
        let found = file::find(&patterns, base)?;
        if let Some(kept) = &*self.0.borrow()
            && kept.patterns == patterns
            && kept.stamps == stamps(&found, &kept.source)
        {
            return Ok(Arc::clone(&kept.source));
        }
        let source = Arc::new(Source::read_even_empty(&patterns, base)?);
        let kept = Kept { patterns, stamps: stamps(&found, &source), source: Arc::clone(&source) };
        self.0.replace(Some(kept));
        Ok(source)
    }
}

/// What the files that were found, and those that were read with them, are now.
fn stamps(found: &[PathBuf], source: &Source) -> Vec<Stamp> {
    let read = source.files.iter().map(|file| PathBuf::from(&file.path));
    let stamp = |path: PathBuf| {
        let data = path.metadata().ok();
        (path, data.as_ref().and_then(|data| data.modified().ok()), data.map_or(0, |data| data.len()))
    };
    found.iter().cloned().chain(read).map(stamp).collect()
}
