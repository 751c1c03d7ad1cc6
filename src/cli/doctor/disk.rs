//! Whether there is room for scratch servers and backups.

use std::path::Path;

use rustix::fs::statvfs;

use super::{Facts, Said, good, warning};
use crate::cli::backup::folder;
use crate::cli::render::bytes;

/// Room for a scratch server.
const SCRATCH: u64 = 256 << 20;

/// The room in the temporary folder, and where backups go.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let database = facts.server.as_ref().map_or(0, |server| server.bytes.unsigned_abs());
    let backups = folder(facts.context);
    let backups = backups.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let backups = if backups.as_os_str().is_empty() { Path::new(".") } else { backups };
    let places = [("scratch servers", std::env::temp_dir(), SCRATCH), ("backups", backups.to_owned(), database)];
    places.iter().filter_map(|(what, place, needed)| Some(room(what, place, *needed, free(place)?))).collect()
}

fn room(what: &str, place: &Path, needed: u64, free: u64) -> Said {
    let message = format!("{} free for {what} in {}", bytes(free), place.display());
    if free >= needed {
        good(message)
    } else {
        warning(format!("only {message}, {} may be needed", bytes(needed)), "Remove what is not needed there")
    }
}

fn free(place: &Path) -> Option<u64> {
    statvfs(place).ok().map(|room| room.f_bavail * room.f_frsize)
}
