//! Writes migrations, each file whole or not at all.

use std::path::Path;

use anyhow::{Context, Result};

use super::file::{Migration, Script, order};
use super::folder::Folder;
use super::sum::{FILE_NAME, Sum};
use crate::whole;

/// Removes a file, if it is there.
fn gone(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("Cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The folder of migrations in whose place others stand, in that of migrations.
const ARCHIVE: &str = "archive";

/// Writes a new migration into its folder: the way down first, then the way up, by which it begins to count, then the sums.
pub fn write(folder: &mut Folder, version: &str, name: &str, up: &str, down: Option<&str>) -> Result<Migration> {
    let path = |part: &str| folder.path.join(format!("{}.{part}.sql", super::file::title(version, name)));
    let script = |part: &str, text: &str| Script::new(path(part), text);
    let migration = Migration {
        version: version.to_owned(),
        name: name.to_owned(),
        up: script("up", up),
        down: down.map(|down| script("down", down)),
    };
    folder.leftovers.drain(..).try_for_each(|path| gone(&path))?;
    let written =
        migration.down.iter().chain([&migration.up]).try_for_each(|part| whole::write_text(&part.path, &part.text));
    folder.migrations.push(migration.clone());
    folder.migrations.sort_by(|a, b| order(&a.version, &b.version));
    if let Err(error) = written.and_then(|()| write_sum(folder)) {
        remove(folder, &migration.version)?;
        return Err(error);
    }
    Ok(migration)
}

/// Takes a migration out of the folder: its files, and its line in the sums.
pub fn remove(folder: &mut Folder, version: &str) -> Result<()> {
    for migration in folder.migrations.iter().filter(|migration| migration.version == version) {
        [&migration.up].into_iter().chain(&migration.down).try_for_each(|script| gone(&script.path))?;
    }
    folder.migrations.retain(|migration| migration.version != version);
    if Sum::read(&folder.path)?.is_some_and(|sum| sum != Sum::of(&folder.migrations)) {
        write_sum(folder)
    } else {
        Ok(())
    }
}

/// Puts new migrations, each with a way up only, in the place of all that a folder has, which move to `archive/` in it.
///
/// The new ones come first and the sums last, so that a folder in which this was cut off is known by it, and nothing is ever missing.
pub fn consolidate(folder: &mut Folder, fresh: Vec<Migration>) -> Result<()> {
    let archive = folder.path.join(ARCHIVE);
    std::fs::create_dir_all(&archive).with_context(|| format!("Cannot make {}", archive.display()))?;
    fresh.iter().try_for_each(|migration| whole::write_text(&migration.up.path, &migration.up.text))?;
    let old = std::mem::replace(&mut folder.migrations, fresh);
    for script in old.iter().flat_map(|migration| [&migration.up].into_iter().chain(&migration.down)) {
        let to = archive.join(script.path.file_name().context("a file has a name")?);
        match std::fs::rename(&script.path, &to) {
            // Both ways may stand in one file.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && to.exists() => {}
            moved => {
                moved.with_context(|| format!("Cannot move {} to {}", script.path.display(), archive.display()))?
            }
        }
    }
    write_sum(folder)
}

/// Writes the sums of what the folder holds.
pub(super) fn write_sum(folder: &Folder) -> Result<()> {
    whole::write_text(&folder.path.join(FILE_NAME), &Sum::of(&folder.migrations).text())
}
