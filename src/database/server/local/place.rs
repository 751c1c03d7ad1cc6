//! Where a project's own server keeps its things: in the project, unless its user cannot reach them there.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::account::Account;
use crate::failure::Failure;
use crate::whole::{self, Readers};

/// The longest folder that still leaves room for a socket's name.
const LONGEST: usize = 80;

/// Where servers keep their things that cannot reach their project (a project of root's own, below `/root`).
const ELSEWHERE: &str = "/var/lib/dbtool";

/// What is remembered from start to start, in `.dbtool/local.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The project's folder when it was written: a copy of the project elsewhere finds that it is one.
    pub project: PathBuf,
    /// The folder of data, log and socket.
    pub home: PathBuf,
    /// The port.
    pub port: u16,
}

impl Record {
    /// What `folder` (`.dbtool`) remembers, if it belongs to the project that it stands in.
    pub fn read(folder: &Path, project: &Path) -> Option<Self> {
        let record: Self = serde_json::from_slice(&fs::read(file(folder)).ok()?).ok()?;
        if record.project == project {
            return Some(record);
        }
        // The project has moved, or it is a copy of one that still stands where it was.
        let is_copy = record.project.join(".dbtool/local.json").exists();
        let inside = record.home.starts_with(&record.project);
        let home = if inside { folder.join("postgres") } else { record.home };
        let port = if is_copy { 0 } else { record.port };
        (inside || !is_copy).then(|| Self { project: project.to_owned(), home, port })
    }

    /// Remembers it.
    pub fn write(&self, folder: &Path) -> Result<()> {
        whole::write(&file(folder), Readers::Owner, |out| Ok(serde_json::to_writer_pretty(out, self)?))
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("local.json")
}

/// The folder for data, log and socket of a project: in `.dbtool`, if the server's user can get there.
pub fn home(folder: &Path, project: &Path, account: Option<Account>) -> PathBuf {
    match account {
        Some(account) if !account.can_reach(folder) => {
            let name = project.file_name().unwrap_or_default().to_string_lossy();
            Path::new(ELSEWHERE).join(format!("{name}-{:08x}", number(project) & 0xffff_ffff))
        }
        _ => folder.join("postgres"),
    }
}

/// Makes a folder that only the server's user can enter, if there is none; another's is refused.
pub fn make_private(path: &Path, account: Option<Account>) -> Result<()> {
    let cannot = || format!("cannot make {}", path.display());
    if let Some(above) = path.parent() {
        fs::create_dir_all(above).with_context(cannot)?;
    }
    match fs::create_dir(path) {
        Ok(()) => {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).with_context(cannot)?;
            account.map_or(Ok(()), |account| account.own(path)).with_context(cannot)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => check_owner(path, account),
        Err(error) => Err(error).with_context(cannot),
    }
}

/// Refuses a folder that belongs to somebody else: a server of another user's, or a trap.
pub fn check_owner(path: &Path, account: Option<Account>) -> Result<()> {
    let owner = fs::symlink_metadata(path).with_context(|| format!("cannot look at {}", path.display()))?.uid();
    let us = account.map_or_else(|| rustix::process::geteuid().as_raw(), Account::uid);
    if owner == us {
        return Ok(());
    }
    let message = format!("{} belongs to another user of this machine (number {owner})", path.display());
    let hint = "Run dbtool as the user who started the local Postgres, or remove that folder as that user";
    Err(Failure::Refused { message, hint: hint.to_owned() }.into())
}

/// The folder for the socket: the home, unless its path is too long for one.
pub fn socket(home: &Path) -> PathBuf {
    if home.as_os_str().len() <= LONGEST {
        return home.to_owned();
    }
    let base = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|base| base.is_dir());
    let base = base.filter(|base| base.as_os_str().len() <= LONGEST / 2).unwrap_or_else(|| PathBuf::from("/tmp"));
    base.join(format!("dbtool-local-{:016x}", number(home)))
}

/// A number that stays the same for a path.
pub fn number(path: &Path) -> u64 {
    let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
    u64::from_be_bytes(hash[..8].try_into().expect("a hash has eight bytes and more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_has_its_socket_elsewhere() {
        assert_eq!(socket(Path::new("/p/.dbtool/postgres")), PathBuf::from("/p/.dbtool/postgres"));
        let long = PathBuf::from(format!("/{}", "x".repeat(100)));
        assert!(socket(&long).as_os_str().len() <= LONGEST);
        assert_eq!(socket(&long), socket(&long));
    }

    #[test]
    fn a_copy_of_a_project_has_a_port_of_its_own() {
        let both = tempfile::tempdir().expect("a folder for the test");
        let (old, new) = (both.path().join("old"), both.path().join("new"));
        for project in [&old, &new] {
            fs::create_dir_all(project.join(".dbtool")).expect("it can be made");
        }
        let record = Record { project: old.clone(), home: old.join(".dbtool/postgres"), port: 15_500 };
        record.write(&new.join(".dbtool")).expect("it can be written");
        let read = || Record::read(&new.join(".dbtool"), &new).expect("it is there");
        assert_eq!((read().home, read().port), (new.join(".dbtool/postgres"), 15_500), "the project was moved");
        record.write(&old.join(".dbtool")).expect("it can be written");
        assert_eq!((read().home, read().port), (new.join(".dbtool/postgres"), 0), "the project was copied");
        let record = Record { home: PathBuf::from("/var/lib/dbtool/old-1"), ..record };
        record.write(&new.join(".dbtool")).expect("it can be written");
        assert_eq!(Record::read(&new.join(".dbtool"), &new), None, "two projects cannot share one folder of data");
    }
}
