//! What dbtool keeps from run to run.

use std::path::Path;

use super::{Facts, Said, bad, good, warning};
use crate::cli::render::bytes;

/// More than this is worth a word.
const MUCH: u64 = 2 << 30;

/// The folder, its size, and whether it can be written.
pub fn check(_facts: &Facts<'_>) -> Vec<Said> {
    let Some(dirs) = directories::ProjectDirs::from("", "", "dbtool") else {
        return vec![warning("there is no home folder to keep anything in", "Set HOME, or XDG_CACHE_HOME")];
    };
    let folder = dirs.cache_dir();
    if let Err(error) = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)) {
        let message = format!("{} cannot be written ({error}): every run begins from nothing", folder.display());
        return vec![bad(message, "Make it yours, or name another folder in XDG_CACHE_HOME")];
    }
    let size = size(folder);
    let message = format!("{} holds {}", folder.display(), bytes(size));
    vec![if size <= MUCH { good(message) } else { warning(message, format!("Remove it: rm -r {}", folder.display())) }]
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}
