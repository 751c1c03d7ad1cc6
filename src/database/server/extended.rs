//! The programs of a server beside extensions that it has not: the same programs, seen from a folder of links in which there is more.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::binaries::Binaries;
use super::process::command;

/// Where a root user's are, whose servers run as somebody else.
const OF_ROOT: &str = "/var/lib/dbtool/extended";

/// The file of a folder whose time says when it was used last, and which each server from it holds.
const USE: &str = "in-use.lock";

/// What was not used for so long is not waited for.
const AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// An extension that is made of text alone.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Its name.
    pub name: &'static str,
    /// Whether it takes the place of one of that name that the server has.
    pub replaces: bool,
    /// Its control file and scripts, by file name.
    pub files: BTreeMap<String, String>,
}

/// Programs that have these extensions as well.
///
/// A server looks for its extensions where it stands itself, so it is copied; all else is a link to what is there.
pub fn extended(binaries: &Binaries, extensions: &[Extension]) -> Result<Binaries> {
    if extensions.is_empty() {
        return Ok(binaries.clone());
    }
    let server = binaries.program("postgres").canonicalize().context("cannot find the server's program")?;
    let bin = server.parent().context("the server's program is in no folder")?;
    let share = share(binaries)?;
    let common = common(bin, &share);
    let relative = |path: &Path| path.strip_prefix(&common).map(Path::to_owned).expect("it begins with it");
    let home = home()?;
    fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
    unused_in(&home).for_each(|(folder, _lock)| remove(&home, &folder));
    let folder = home.join(key(binaries, &server, &share, extensions)?);
    let there = Binaries { folder: folder.join(relative(bin)), held: Some(folder.join(USE)), ..binaries.clone() };
    if is_there(&folder) {
        return Ok(there);
    }
    let unfinished = tempfile::Builder::new().prefix("unfinished-").tempdir_in(&home)?;
    let root = unfinished.path().join("root");
    let places = [bin.to_owned(), share.join("extension")];
    mirror(&common, &root, &places)?;
    let copy = root.join(relative(&server));
    fs::remove_file(&copy)?;
    fs::copy(&server, &copy).with_context(|| format!("cannot copy {}", server.display()))?;
    add(&root.join(relative(&share)).join("extension"), extensions)?;
    File::create(root.join(USE))?;
    match fs::rename(&root, &folder) {
        Err(error) if !is_there(&folder) => Err(error).with_context(|| format!("cannot make {}", folder.display())),
        _ => Ok(there),
    }
}

/// A folder that the server's user can reach.
fn home() -> Result<PathBuf> {
    let cache = directories::ProjectDirs::from("", "", "dbtool").map(|dirs| dirs.cache_dir().join("extended"));
    let home = match (Account::for_server()?, cache) {
        (Some(account), Some(cache)) if account.can_reach(&cache) => cache,
        (None, Some(cache)) => cache,
        _ => PathBuf::from(OF_ROOT),
    };
    Ok(home)
}

/// Whether a folder is there, which nobody removes from now on for as long as it counts as used.
fn is_there(folder: &Path) -> bool {
    let noted = File::open(folder.join(USE)).and_then(|file| {
        // Whoever removes it holds the file; then it is gone by the time that we do.
        flock(&file, FlockOperation::LockShared)?;
        file.set_modified(SystemTime::now())
    });
    noted.is_ok() && folder.is_dir()
}

/// The folders that nobody has used for long: another version of the programs, of their extensions or of dbtool made them.
pub fn unused() -> Vec<PathBuf> {
    home().map(|home| unused_in(&home).map(|(folder, _lock)| folder).collect()).unwrap_or_default()
}

/// The same, each with its lock, which no server holds; what was never finished has none.
fn unused_in(home: &Path) -> impl Iterator<Item = (PathBuf, Option<File>)> {
    let folders = fs::read_dir(home).into_iter().flatten().flatten().map(|entry| entry.path());
    folders.filter_map(|folder| {
        let lock = File::open(folder.join(USE)).ok();
        let free = lock.as_ref().is_none_or(|lock| flock(lock, FlockOperation::NonBlockingLockExclusive).is_ok());
        let noted =
            lock.as_ref().map_or_else(|| fs::metadata(&folder), File::metadata).and_then(|data| data.modified());
        let old = noted.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > AGE));
        (free && old).then_some((folder, lock))
    })
}

/// Removes a folder, under another name first, so that nobody sees half of one.
fn remove(home: &Path, folder: &Path) {
    let Ok(unfinished) = tempfile::Builder::new().prefix("unfinished-").tempdir_in(home) else { return };
    // Where it cannot be moved, it stays: nothing depends on its going. The new folder takes it along.
    drop(fs::rename(folder, unfinished.path().join("unused")));
}

/// The folder that the server calls its share, of which `initdb` tells.
fn share(binaries: &Binaries) -> Result<PathBuf> {
    let mut initdb = command(binaries, "initdb", Account::for_server()?);
    let output = initdb.args(["--show", "-D", "/nowhere"]).output().context("cannot run initdb")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    let path = text.lines().find_map(|line| line.trim().strip_prefix("share_path="));
    let path = path.with_context(|| format!("initdb does not say where its files are: {}", text.trim()))?;
    Path::new(path).canonicalize().with_context(|| format!("cannot find {path}"))
}

/// What two paths begin with.
fn common(one: &Path, other: &Path) -> PathBuf {
    one.components().zip(other.components()).take_while(|(one, other)| one == other).map(|(one, _)| one).collect()
}

/// Makes `to` what `from` is: folders on the way to `places`, and links for all else.
fn mirror(from: &Path, to: &Path, places: &[PathBuf]) -> Result<()> {
    fs::create_dir(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let (inside, link) = (entry.path(), to.join(entry.file_name()));
        if places.iter().any(|place| place.starts_with(&inside)) {
            mirror(&inside, &link, places)?;
        } else {
            symlink(&inside, &link).with_context(|| format!("cannot make {}", link.display()))?;
        }
    }
    Ok(())
}

/// Writes the files of the extensions that are not there, or that are to be replaced.
fn add(folder: &Path, extensions: &[Extension]) -> Result<()> {
    for extension in extensions {
        if folder.join(format!("{}.control", extension.name)).exists() && !extension.replaces {
            continue;
        }
        for (name, text) in &extension.files {
            let file = folder.join(name);
            if file.is_symlink() {
                fs::remove_file(&file)?;
            }
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
    }
    Ok(())
}

/// Names the programs and all that they would be given; another name when an extension comes or goes.
fn key(binaries: &Binaries, server: &Path, share: &Path, extensions: &[Extension]) -> Result<String> {
    let changed = |path: &Path| -> Result<String> {
        Ok(fs::metadata(path)?.modified()?.duration_since(UNIX_EPOCH)?.as_nanos().to_string())
    };
    let mut hash = Sha256::new();
    let mut take = |text: &str| {
        hash.update(text);
        hash.update([0]);
    };
    // Another layout is another folder.
    take(USE);
    take(&server.to_string_lossy());
    take(&changed(server)?);
    take(&changed(&share.join("extension"))?);
    for (name, text) in extensions.iter().flat_map(|extension| &extension.files) {
        take(name);
        take(text);
    }
    let hash: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("postgres-{}-{hash}", binaries.major))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_and_not_in_use_goes() {
        let home = tempfile::tempdir().expect("a folder for the test");
        let make = |name: &str, noted: bool, age: Duration| {
            let folder = home.path().join(name);
            fs::create_dir(&folder).expect("it can be made");
            let file = if noted { File::create(folder.join(USE)) } else { File::open(&folder) };
            let file = file.expect("it can be opened");
            file.set_modified(SystemTime::now() - age).expect("it is ours");
            file
        };
        for name in ["old", "old-unfinished"] {
            make(name, name == "old", 2 * AGE);
        }
        make("young", true, AGE / 2);
        let held = make("old-held", true, 2 * AGE);
        flock(&held, FlockOperation::LockShared).expect("nobody else has it");
        make("old-used-again", true, 2 * AGE);
        assert!(is_there(&home.path().join("old-used-again")) && !is_there(&home.path().join("never")));
        unused_in(home.path()).for_each(|(folder, _lock)| remove(home.path(), &folder));
        let left = fs::read_dir(home.path()).expect("it is there").map(|entry| entry.expect("it is").file_name());
        let mut left: Vec<_> = left.collect();
        left.sort();
        assert_eq!(left, ["old-held", "old-used-again", "young"]);
    }

    #[test]
    fn a_mirror_has_folders_on_the_way_and_links_beside_it() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let from = folder.path().join("from");
        for file in ["lib/15/bin/postgres", "lib/15/lib/x.so", "lib/other", "share/15/extension/a.control"] {
            fs::create_dir_all(from.join(file).parent().expect("it is in one")).expect("it can be made");
            fs::write(from.join(file), file).expect("it can be written");
        }
        let places = ["lib/15/bin", "share/15/extension"].map(|place| from.join(place));
        assert_eq!(common(&places[0], &places[1]), from);
        let to = folder.path().join("to");
        mirror(&from, &to, &places).expect("it can be made");
        for (place, link) in
            [("lib/15/bin", false), ("lib/15/bin/postgres", true), ("lib/15/lib", true), ("lib/other", true)]
        {
            assert_eq!(to.join(place).is_symlink(), link, "{place}");
        }
        let files = BTreeMap::from([("a.control".to_owned(), "new".to_owned())]);
        let extension = |replaces| [Extension { name: "a", replaces, files: files.clone() }];
        let read = || fs::read_to_string(to.join("share/15/extension/a.control")).expect("it is there");
        add(&to.join("share/15/extension"), &extension(false)).expect("it can");
        assert_eq!(read(), "share/15/extension/a.control");
        add(&to.join("share/15/extension"), &extension(true)).expect("it can");
        assert_eq!(read(), "new");
        assert!(from.join("share/15/extension/a.control").exists(), "what is real stays");
        assert_eq!(
            fs::read_to_string(from.join("share/15/extension/a.control")).expect("it is"),
            "share/15/extension/a.control"
        );
    }
}
