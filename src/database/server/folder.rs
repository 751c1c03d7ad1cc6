//! The folders of scratch servers: short, private, and removed by whoever comes next when their owner died.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use rustix::fs::{FlockOperation, flock, statvfs};
use rustix::process::{Pid, test_kill_process};

use super::account::Account;

/// What the names of our folders begin with; the process and the time of its start follow, for people who look.
const PREFIX: &str = "dbtool-";

/// Held by the owner for as long as it lives; the kernel lets go of it, however the owner ends.
const LOCK: &str = "owner.lock";

/// Room that a memory file system must have left.
const ROOM: u64 = 2 << 30;

/// The longest folder that still leaves room for a socket's name.
const LONGEST: usize = 80;

/// A folder younger than this may not have its lock yet.
const GRACE: Duration = Duration::from_secs(10);

/// A folder of our own, removed when dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes a folder that only the server's user and we can enter, in memory if there is room and it need not be on disk.
    pub fn create(account: Option<Account>, on_disk: bool) -> Result<Self> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let name = format!("{PREFIX}{}-{time}-", std::process::id());
        let mut result =
            Err(anyhow::anyhow!("there is no folder for temporary files with a path short enough for a socket"));
        for base in bases(on_disk).iter().filter(|base| base.as_os_str().len() + name.len() + 6 <= LONGEST) {
            result = Self::create_in(base, &name, account)
                .with_context(|| format!("cannot make a folder in {}", base.display()));
            if result.is_ok() {
                break;
            }
        }
        result
    }

    fn create_in(base: &Path, name: &str, account: Option<Account>) -> Result<Self> {
        let private = fs::Permissions::from_mode(0o700);
        let made = tempfile::Builder::new().prefix(name).permissions(private).tempdir_in(base)?;
        let lock = File::create(made.path().join(LOCK))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        if let Some(account) = account {
            account.own(made.path())?;
        }
        Ok(Self { path: made.keep(), _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is a leftover for the next run.
        drop(fs::remove_dir_all(&self.path));
    }
}

/// Where folders may be, the best first: memory if there is room.
fn bases(on_disk: bool) -> Vec<PathBuf> {
    let memory = PathBuf::from("/dev/shm");
    let roomy = !on_disk && statvfs(&memory).is_ok_and(|room| room.f_bavail * room.f_frsize >= ROOM);
    let mut bases = if roomy { vec![memory] } else { vec![] };
    bases.extend([std::env::temp_dir(), PathBuf::from("/tmp")]);
    bases
}

/// Removes what crashed runs left; the folder of a living owner is not touched.
pub fn sweep() {
    leftovers().iter().for_each(|folder| sweep_folder(folder));
}

/// The folders whose owners are dead.
pub fn leftovers() -> Vec<PathBuf> {
    let mut bases = vec![PathBuf::from("/dev/shm"), std::env::temp_dir(), PathBuf::from("/tmp")];
    bases.dedup();
    let ours = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
    let entries = bases.iter().filter_map(|base| fs::read_dir(base).ok()).flatten().flatten();
    entries.map(|entry| entry.path()).filter(ours).filter(|folder| abandoned(folder).is_some()).collect()
}

/// The lock of a folder whose owner is dead, which is held for as long as the answer is.
fn abandoned(folder: &Path) -> Option<File> {
    let old = fs::metadata(folder)
        .and_then(|data| data.modified())
        .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > GRACE));
    let lock = File::open(folder.join(LOCK)).ok().filter(|_| old)?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive).ok().map(|()| lock)
}

/// Removes one folder if its owner is dead, unless its server lives on, which is then told to stop.
fn sweep_folder(folder: &Path) {
    let Some(_lock) = abandoned(folder) else { return };
    let pid_file = folder.join("data/postmaster.pid");
    if let Ok(text) = fs::read_to_string(&pid_file) {
        let lines: Vec<_> = text.lines().collect();
        let pid = lines.first().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
        if pid.is_some_and(|pid| test_kill_process(pid).is_ok()) {
            // A server that misses its file shuts down within a minute; the run after that removes the folder.
            drop(fs::remove_file(&pid_file));
            return;
        }
        if let Some(segment) = lines.get(6).and_then(|line| line.split_whitespace().nth(1)) {
            drop(Command::new("ipcrm").args(["-m", segment]).output());
        }
    }
    drop(fs::remove_dir_all(folder));
}
