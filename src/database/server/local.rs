//! A project's own server, which keeps its data and its port, and runs until it is stopped.

mod cluster;
mod place;
mod port;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde::Serialize;

use self::place::Record;
use super::account::Account;
use super::binaries::{self, Binaries};
use super::extended::{Extension, extended};
use super::pid_file::{self, PidFile};
use super::process;
use crate::failure::Failure;

/// How long a server may take to start, a recovery after a crash included, or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long what a killed server left in memory may take to go.
const AFTERMATH: Duration = Duration::from_secs(10);

/// How often the state of a server that starts or stops is looked at.
const TICK: Duration = Duration::from_millis(2);

/// What a project wants of its own server.
#[derive(Clone, Debug, Default)]
pub struct LocalOptions {
    /// The major version, if it matters.
    pub version: Option<u32>,
    /// The folder of server programs that the user named.
    pub bin_dir: Option<PathBuf>,
    /// The port that the user named.
    pub port: Option<u16>,
    /// The database that is made with it.
    pub database: String,
    /// Extensions that it is to have beside those of its programs.
    pub extensions: Vec<Extension>,
}

/// A project's own server, running or not.
#[derive(Debug)]
pub struct Local {
    project: PathBuf,
    /// `.dbtool` in the project.
    folder: PathBuf,
    account: Option<Account>,
    options: LocalOptions,
}

/// The state of a project's own server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// Whether it runs.
    pub running: bool,
    /// The major version of its data; none when it was never started.
    pub major: Option<u32>,
    /// The folder of its data, log and socket.
    pub home: PathBuf,
    /// The port, once one is chosen.
    pub port: Option<u16>,
    /// The URL, while it runs.
    pub url: Option<String>,
}

/// A server that runs now.
#[derive(Clone, Debug)]
pub struct Running {
    /// Whether it had to be started.
    pub started: bool,
    /// The connection string for ourselves, over the socket.
    pub conninfo: String,
    /// The URL for programs of the project.
    pub url: String,
    /// What the user should know, such as a new port.
    pub notice: Option<String>,
}

impl Local {
    /// The server of the project in a folder.
    pub fn of(project: &Path, options: LocalOptions) -> Result<Self> {
        let here = if project.as_os_str().is_empty() { Path::new(".") } else { project };
        let project = here.canonicalize().with_context(|| format!("cannot find the folder {}", here.display()))?;
        let folder = project.join(".dbtool");
        Ok(Self { project, folder, account: Account::for_server()?, options })
    }

    /// The state, with nothing changed.
    pub fn state(&self) -> State {
        let record = Record::read(&self.folder, &self.project);
        let home = record.as_ref().map_or_else(|| self.home(), |record| record.home.clone());
        let running = self.running(&home);
        State {
            running: running.is_some(),
            major: cluster::major(&data(&home)),
            home,
            port: running.as_ref().map(|file| file.port).or_else(|| Some(record?.port)).filter(|port| *port != 0),
            url: running.map(|file| self.url(file.port)),
        }
    }

    /// Starts it unless it runs, and waits until it answers.
    ///
    /// # Errors
    /// `Failure`s for programs that are missing or of another version, a port that is taken, a folder of another user's.
    pub fn start(&self) -> Result<Running> {
        let _alone = self.lock()?;
        let record = Record::read(&self.folder, &self.project);
        let home = record.as_ref().map_or_else(|| self.home(), |record| record.home.clone());
        if let Some(file) = self.running(&home) {
            self.wait_for(&data(&home), file.pid, None)?;
            return Ok(self.describe(&file, false, None));
        }
        let binaries = extended(&self.programs(&data(&home))?, &self.options.extensions)?;
        place::make_private(&home, self.account)?;
        if cluster::major(&data(&home)).is_none() {
            cluster::make(&data(&home), &binaries, self.account, &self.options.database)?;
        }
        let before = record.map(|record| record.port).filter(|port| *port != 0);
        let port = self.port(before, &home)?;
        Record { project: self.project.clone(), home: home.clone(), port }.write(&self.folder)?;
        self.launch(&binaries, &home, port)?;
        let file = PidFile::read(&data(&home)).context("the local Postgres has ended right after its start")?;
        let moved = before.filter(|before| *before != port && self.options.port.is_none());
        let notice = moved
            .map(|before| format!("Port {before} is taken by another program: the local Postgres has moved to {port}"));
        Ok(self.describe(&file, true, notice))
    }

    /// Stops it, and says whether it ran.
    pub fn stop(&self) -> Result<bool> {
        if !self.folder.exists() {
            return Ok(false);
        }
        let _alone = self.lock()?;
        let home = self.state().home;
        let Some(file) = self.running(&home) else { return Ok(false) };
        let pid = Pid::from_raw(file.pid).context("the number of the server's process is 0")?;
        // Fast: open transactions are rolled back. If that takes too long, at once, and the next start recovers.
        for signal in [Signal::INT, Signal::QUIT] {
            kill_process(pid, signal)
                .with_context(|| format!("cannot stop the local Postgres (process {})", file.pid))?;
            let deadline = Instant::now() + PATIENCE;
            while Instant::now() < deadline {
                if test_kill_process(pid).is_err() || self.running(&home).is_none() {
                    return Ok(true);
                }
                sleep(TICK);
            }
        }
        bail!("the local Postgres (process {}) does not stop", file.pid)
    }

    /// Stops it and removes all its data.
    pub fn remove(&self) -> Result<()> {
        self.stop()?;
        let home = self.state().home;
        for folder in [place::socket(&home), home] {
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot remove {}", folder.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn home(&self) -> PathBuf {
        place::home(&self.folder, &self.project, self.account)
    }

    /// Makes `.dbtool`, which git does not see, and waits until nobody else starts or stops the server.
    fn lock(&self) -> Result<File> {
        let cannot = || format!("cannot write to {}", self.folder.display());
        fs::create_dir_all(&self.folder).with_context(cannot)?;
        let ignore = self.folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").with_context(cannot)?;
        }
        let lock = File::create(self.folder.join("local.lock")).with_context(cannot)?;
        flock(&lock, FlockOperation::LockExclusive).with_context(cannot)?;
        Ok(lock)
    }

    /// The file of the server on this home's data, if it runs.
    fn running(&self, home: &Path) -> Option<PidFile> {
        PidFile::read(&data(home)).filter(|file| file.is_of_living_server(&data(home)))
    }

    /// The programs that fit the data, or what is wanted while there is none.
    fn programs(&self, data: &Path) -> Result<Binaries> {
        let bin_dir = self.options.bin_dir.as_deref();
        let named = bin_dir.and_then(Binaries::at).map(|binaries| binaries.major);
        let wanted = self.options.version.or(named);
        let Some(made_by) = cluster::major(data) else { return binaries::find(wanted, bin_dir) };
        place::check_owner(data, self.account)?;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != made_by) {
            let message = format!(
                "The local Postgres has data of version {made_by}, and [postgres] in dbtool.toml asks for {wanted}"
            );
            let hint = format!(
                "Keep version {made_by}, or remove the data with 'dbtool stop --remove-data' (after a 'dbtool backup', if it matters)"
            );
            return Err(Failure::Usage { message, hint }.into());
        }
        binaries::find(Some(made_by), bin_dir)
            .with_context(|| format!("the local Postgres has data of version {made_by}"))
    }

    /// The port to use: the one that is named, else the one from before, else a free one.
    fn port(&self, before: Option<u16>, home: &Path) -> Result<u16> {
        match self.options.port {
            Some(port) if port::is_free(port) => Ok(port),
            Some(port) => Err(port::taken(port).into()),
            None => before.filter(|port| port::is_free(*port)).map_or_else(|| port::choose(place::number(home)), Ok),
        }
    }

    /// Runs the server, again if what a killed one left is still about to go.
    fn launch(&self, binaries: &Binaries, home: &Path, port: u16) -> Result<()> {
        let (data, log, socket) = (data(home), home.join("log"), place::socket(home));
        place::make_private(&socket, self.account)?;
        cluster::configure(&data, &socket, port, self.account)?;
        for note in [pid_file::path(&data), pid_file::socket_lock(&socket, port)] {
            if pid_file::is_left_over(&note, &data) {
                fs::remove_file(note)?;
            }
        }
        let deadline = Instant::now() + AFTERMATH;
        loop {
            let log_file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
            let (pid, ended) = process::server(binaries, &data, log_file, self.account)
                .and_then(process::start_detached)
                .with_context(|| format!("cannot run {}", binaries.program("postgres").display()))?;
            match self.wait_for(&data, i32::try_from(pid)?, Some(&ended)) {
                Err(_) if Instant::now() < deadline && process::last_words(&log).contains("still in use") => {
                    sleep(10 * TICK)
                }
                Err(error) => return Err(anyhow!("{error}:\n{}", process::last_words(&log))),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Waits until a server's file says that it answers, or until it ends.
    fn wait_for(&self, data: &Path, pid: i32, ended: Option<&Receiver<std::process::ExitStatus>>) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if PidFile::read(data).is_some_and(|file| file.pid == pid && file.ready) {
                return Ok(());
            }
            match ended.map(|ended| ended.recv_timeout(TICK)) {
                Some(Ok(status)) => bail!("the local Postgres did not start ({status})"),
                Some(Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)) => {}
                None => sleep(TICK),
            }
        }
        bail!("the local Postgres was not ready after {} s", PATIENCE.as_secs())
    }

    fn describe(&self, file: &PidFile, started: bool, notice: Option<String>) -> Running {
        let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
        let conninfo = format!(
            "host='{}' port={} user=postgres dbname='{}'",
            quoted(&file.socket.to_string_lossy()),
            file.port,
            quoted(&self.options.database)
        );
        Running { started, conninfo, url: self.url(file.port), notice }
    }

    fn url(&self, port: u16) -> String {
        format!("postgresql://postgres@127.0.0.1:{port}/{}", self.options.database)
    }
}

fn data(home: &Path) -> PathBuf {
    home.join("data")
}
