//! Postgres' own client programs: the address in their environment, stopped when we stop, heard while they run.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::database::Url;
use crate::database::server::{self, Binaries};

/// How often the watcher hears of a program that says nothing.
const TICK: Duration = Duration::from_millis(200);

/// A command for a client program that reaches `url`; no argument holds the password.
pub fn command(binaries: &Binaries, program: &str, url: &Url) -> Command {
    let mut command = server::client(binaries, program);
    command.envs(url.environment()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    Command::from(command)
}

/// A program at work; when it is dropped before its end, it is asked to cancel what it does on the server and to go.
pub struct Running {
    /// The process.
    pub child: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(pid) = self.child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())) {
            // Whoever has just ended by himself need not be asked.
            let _ = kill_process(pid, Signal::TERM);
        }
    }
}

/// A file's path for a program, which runs in another folder.
pub fn absolute(file: &Path) -> Result<PathBuf> {
    file.canonicalize().with_context(|| format!("Cannot read {}", file.display()))
}

/// Runs a program to its end; `hear` gets each line of its talk, and nothing now and then. Answers with its warnings.
///
/// # Errors
/// The program's own words, with no password in them.
pub async fn run(command: Command, url: &Url, hear: impl FnMut(Option<&str>)) -> Result<Vec<String>> {
    finish(start(command)?, url, hear).await
}

/// Starts a program.
pub fn start(mut command: Command) -> Result<Running> {
    let name = name(&command);
    Ok(Running { child: command.spawn().with_context(|| format!("cannot run {name}"))? })
}

/// Hears a program out.
pub async fn finish(mut running: Running, url: &Url, mut hear: impl FnMut(Option<&str>)) -> Result<Vec<String>> {
    let child = &mut running.child;
    let mut lines = Lines::new(child.stderr.take().context("the program's talk is not piped")?);
    let mut complaints = Vec::new();
    let mut ticks = tokio::time::interval(TICK);
    let mut status = None;
    loop {
        // A program that ends may leave others behind who hold its talk open; what it said itself is there at once.
        let heard = tokio::select! {
            biased;
            line = lines.next() => line?.map(Some),
            ended = child.wait(), if status.is_none() => {
                status = Some(ended.context("cannot wait for the program")?);
                Some(None)
            }
            _ = ticks.tick() => status.is_none().then_some(None),
        };
        match heard {
            Some(Some(line)) => match complaint(&line) {
                Some(words) => complaints.push(url.scrub(words)),
                None => hear(Some(&line)),
            },
            Some(None) => hear(None),
            None => break,
        }
    }
    let status = match status {
        Some(status) => status,
        None => child.wait().await.context("cannot wait for the program")?,
    };
    if !status.success() {
        let words = if complaints.is_empty() { lines.last.clone() } else { complaints.join("\n") };
        bail!("{} ({status})", if words.is_empty() { "it said nothing" } else { &words });
    }
    Ok(complaints)
}

fn name(command: &Command) -> String {
    command.as_std().get_program().to_string_lossy().into_owned()
}

/// What of a line is worth telling: errors, warnings and what belongs to them.
fn complaint(line: &str) -> Option<&str> {
    let marks =
        ["error: ", "warning: ", "detail: ", "hint: ", "fatal: ", "ERROR:", "FATAL:", "DETAIL:", "HINT:", "WARNING:"];
    marks.iter().any(|mark| line.contains(mark)).then(|| line.split_once(": ").map_or(line, |(_, words)| words))
}

/// The lines of a program's talk, in whatever encoding.
struct Lines<R> {
    reader: BufReader<R>,
    bytes: Vec<u8>,
    last: String,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn new(reader: R) -> Self {
        Self { reader: BufReader::new(reader), bytes: Vec::new(), last: String::new() }
    }

    /// The next line; what a cancelled call has read is not lost.
    async fn next(&mut self) -> Result<Option<String>> {
        self.reader.read_until(b'\n', &mut self.bytes).await.context("cannot read what the program says")?;
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&self.bytes).trim_end().to_owned();
        self.bytes.clear();
        self.last.clone_from(&line);
        Ok(Some(line))
    }
}
