//! The file `postmaster.pid`, in which a server notes who and where it is, and whether it answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Pid, test_kill_process};

/// What a server notes of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PidFile {
    /// Its process.
    pub pid: i32,
    /// The port that it listens on.
    pub port: u16,
    /// The folder of its socket.
    pub socket: PathBuf,
    /// Whether it answers.
    pub ready: bool,
}

impl PidFile {
    /// Reads the file of a data folder; nothing when there is none, or none that is whole yet.
    pub fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(path(data)).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first()?.parse().ok()?,
            port: lines.get(3)?.parse().ok()?,
            socket: PathBuf::from(lines.get(4)?),
            ready: lines.get(7).is_some_and(|line| *line == "ready"),
        })
    }

    /// Whether its process lives and is a server on `data`: after a reboot another program may have the number.
    pub fn is_of_living_server(&self, data: &Path) -> bool {
        is_alive(self.pid) && works_in(self.pid, data)
    }
}

/// Where the file is.
pub fn path(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

/// The file in which a server notes that a socket is its own; it begins as `postmaster.pid` does.
pub fn socket_lock(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}.lock"))
}

/// Whether a note of a server on `data` names a process that is none: another program has the number, or the killed server is
/// still ending. Postgres itself would take it for the server; a note of a process that is gone it passes over.
pub fn is_left_over(note: &Path, data: &Path) -> bool {
    let text = fs::read_to_string(note).unwrap_or_default();
    let pid = text.lines().next().and_then(|line| line.trim().parse().ok());
    pid.is_some_and(|pid| is_alive(pid) && !works_in(pid, data))
}

fn is_alive(pid: i32) -> bool {
    Pid::from_raw(pid).is_some_and(|pid| test_kill_process(pid).is_ok())
}

/// Whether a process is a server on `data`, which is its working directory.
fn works_in(pid: i32, data: &Path) -> bool {
    let data = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    let proc = Path::new("/proc/self/cwd").exists();
    if proc {
        return fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == data);
    }
    let output = Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*data.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "4711\n/data\n1700000000\n15433\n/run/socket\n127.0.0.1\n  123  4\nready   \n";

    #[test]
    fn reads_what_a_server_notes() {
        let file = PidFile { pid: 4711, port: 15433, socket: PathBuf::from("/run/socket"), ready: true };
        assert_eq!(PidFile::parse(TEXT), Some(file));
        assert_eq!(PidFile::parse("4711\n/data\n"), None);
        assert!(!PidFile::parse(&TEXT.replace("ready", "starting")).expect("it is whole").ready);
    }

    #[test]
    fn a_process_that_works_elsewhere_is_no_server_of_ours() {
        let pid = i32::try_from(std::process::id()).expect("a process number fits");
        let file = PidFile { pid, port: 1, socket: PathBuf::new(), ready: true };
        assert!(!file.is_of_living_server(Path::new("/nowhere")));
    }
}
