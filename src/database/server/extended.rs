//! The programs of a server beside extensions that it has not: the same programs, seen from a folder of links in which there is more.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::binaries::Binaries;
use super::process::command;

/// Where a root user's are, whose servers run as somebody else.
const OF_ROOT: &str = "/var/lib/dbtool/extended";

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
    let folder = home.join(key(binaries, &server, &share, extensions)?);
    let there = Binaries { folder: folder.join(relative(bin)), ..binaries.clone() };
    if folder.is_dir() {
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
    match fs::rename(&root, &folder) {
        Err(error) if !folder.is_dir() => Err(error).with_context(|| format!("cannot make {}", folder.display())),
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
    fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
    Ok(home)
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
