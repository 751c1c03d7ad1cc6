//! A server from nothing in some thirty milliseconds, for one run, of which nothing stays.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::account::Account;
use super::binaries::Binaries;
use super::folder::{self, Folder};
use super::pid_file::PidFile;
use super::{process, template};
use crate::database::url::Url;

/// Nothing is kept, so nothing is synced; nobody comes over the network, so nobody is listened to.
const SETTINGS: [(&str, &str); 15] = [
    ("listen_addresses", ""),
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("autovacuum", "off"),
    ("jit", "off"),
    ("shared_buffers", "32MB"),
    ("dynamic_shared_memory_type", "mmap"),
    ("max_connections", "10"),
    ("max_files_per_process", "100"),
    ("max_locks_per_transaction", "8192"),
    ("max_wal_senders", "0"),
    ("max_worker_processes", "0"),
    ("max_logical_replication_workers", "0"),
    ("restart_after_crash", "off"),
];

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a scratch server is to be.
#[derive(Clone, Debug, Default)]
pub struct ScratchOptions {
    /// Settings beside and above dbtool's own.
    pub settings: Vec<(String, String)>,
    /// Where templates are kept; by default in the user's cache.
    pub cache: Option<PathBuf>,
    /// Whether its data may be too large for memory.
    pub on_disk: bool,
}

/// A private server, which is stopped and removed when dropped.
#[derive(Debug)]
pub struct Scratch {
    child: Child,
    folder: Folder,
    binaries: Binaries,
}

impl Scratch {
    /// Starts a server and waits until it answers; blocks for some thirty milliseconds.
    pub fn start(binaries: &Binaries, options: &ScratchOptions) -> Result<Self> {
        folder::sweep();
        let account = Account::for_server()?;
        let folder = Folder::create(account, options.on_disk)?;
        let cache = options.cache.clone().or_else(default_cache);
        template::copy_to(&folder.path().join("data"), binaries, cache.as_deref(), account)?;
        let child = spawn(binaries, &folder, account, &options.settings)?;
        let mut scratch = Self { child, folder, binaries: binaries.clone() };
        scratch.wait_until_ready()?;
        Ok(scratch)
    }

    /// The address of a database on it, as the superuser `postgres`.
    pub fn url(&self, database: &str) -> Url {
        Url::on_socket(&self.folder.path().to_string_lossy(), database)
    }

    /// The programs it runs.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The server's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Watches the file in which the server notes its state.
    fn wait_until_ready(&mut self) -> Result<()> {
        let data = self.data();
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if PidFile::read(&data).is_some_and(|file| file.ready) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait().context("cannot watch the scratch server")? {
                bail!("the scratch server did not start ({status}):\n{}", self.last_words());
            }
            sleep(Duration::from_micros(500));
        }
        bail!("the scratch server was not ready after {} s:\n{}", PATIENCE.as_secs(), self.last_words())
    }

    fn last_words(&self) -> String {
        process::last_words(&self.folder.path().join("log"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // SIGQUIT, for a server killed outright leaves its shared memory behind.
            let _ = kill_process(Pid::from_child(&self.child), Signal::QUIT);
        }
        drop(self.child.wait());
    }
}

fn spawn(
    binaries: &Binaries,
    folder: &Folder,
    account: Option<Account>,
    settings: &[(String, String)],
) -> Result<Child> {
    let log = File::create(folder.path().join("log"))?;
    let mut command = process::server(binaries, &folder.path().join("data"), log, account)?;
    let socket =
        ("unix_socket_directories", folder.path().to_str().context("the temporary folder's name is not UTF-8")?);
    let own = SETTINGS.into_iter().chain([socket]).chain((binaries.major >= 18).then_some(("io_method", "sync")));
    for (name, value) in own.chain(settings.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    process::start(command).with_context(|| format!("cannot run {}", binaries.program("postgres").display()))
}

/// The user's cache of dbtool.
fn default_cache() -> Option<PathBuf> {
    let directories = directories::ProjectDirs::from("", "", "dbtool")?;
    Some(Path::new(directories.cache_dir()).join("servers"))
}
