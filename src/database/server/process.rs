//! Running the programs of a server: as whom, with what environment, and for how long.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError, mpsc};
use std::thread;

use anyhow::{Context, Result, bail};
use rustix::fs::{FlockOperation, flock};
#[cfg(target_os = "linux")]
use rustix::process::Signal;

use super::account::Account;
use super::binaries::Binaries;

type Job = Box<dyn FnOnce() + Send>;

/// A thread that lives as long as this process: the kernel ends a server when the thread that started it ends.
static KEEPER: LazyLock<Mutex<mpsc::Sender<Job>>> = LazyLock::new(|| {
    let (sender, jobs) = mpsc::channel::<Job>();
    thread::spawn(move || jobs.into_iter().for_each(|job| job()));
    Mutex::new(sender)
});

/// A command for a program of the server, in English and untouched by our own settings of Postgres.
pub fn command(binaries: &Binaries, program: &str, account: Option<Account>) -> Command {
    let mut command = Command::new(binaries.program(program));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("PG") || text.starts_with("LC_") || text.starts_with("LANG") {
            command.env_remove(&name);
        }
    }
    command.env("LC_ALL", "C").env("TZ", "UTC").current_dir("/");
    if let Some(account) = account {
        account.run(&mut command);
    }
    command
}

/// A command for a client program, such as `pg_dump`, that ends when we end.
pub fn client(binaries: &Binaries, program: &str) -> Command {
    let mut command = command(binaries, program, None);
    #[cfg(target_os = "linux")]
    end_with_us(&mut command, Signal::TERM);
    command
}

/// Runs a program to its end with `input`, and fails with its own words.
pub fn run(command: &mut Command, input: &str) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {name}"))?;
    let mut stdin = child.stdin.take().expect("the input is piped");
    let written = io::Write::write_all(&mut stdin, input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    written.with_context(|| format!("{name} did not read its input"))?;
    Ok(output)
}

/// What a server is given to read: nothing, or the file that it holds, which the kernel lets go of when its last process ends.
fn input(binaries: &Binaries) -> io::Result<Stdio> {
    let Some(held) = &binaries.held else { return Ok(Stdio::null()) };
    let file = File::open(held)?;
    flock(&file, FlockOperation::LockShared)?;
    Ok(file.into())
}

/// A command for the server itself, which writes to a log and nowhere else.
pub fn server(binaries: &Binaries, data: &Path, log: File, account: Option<Account>) -> io::Result<Command> {
    let mut command = command(binaries, "postgres", account);
    command.arg("-D").arg(data).stdin(input(binaries)?).stdout(Stdio::null()).stderr(log);
    Ok(command)
}

/// Starts a server that outlives us; the receiver hears when it ends all the same.
pub fn start_detached(mut command: Command) -> io::Result<(u32, mpsc::Receiver<ExitStatus>)> {
    use std::os::unix::process::CommandExt;
    let mut child = command.process_group(0).spawn()?;
    let pid = child.id();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || child.wait().map(|status| sender.send(status)));
    Ok((pid, ended))
}

/// The last lines that a server wrote to its log.
pub fn last_words(log: &Path) -> String {
    let log = std::fs::read(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

/// Starts a server that Ctrl-C at the terminal does not reach and that ends when we end.
pub fn start(mut command: Command) -> io::Result<Child> {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    #[cfg(target_os = "linux")]
    end_with_us(&mut command, Signal::QUIT);
    let (sender, started) = mpsc::sync_channel(1);
    let job: Job = Box::new(move || drop(sender.send(command.spawn())));
    let keeper = KEEPER.lock().unwrap_or_else(PoisonError::into_inner);
    keeper.send(job).map_err(|_| io::Error::other("the thread that starts servers has ended"))?;
    started.recv().map_err(|_| io::Error::other("the thread that starts servers has ended"))?
}

/// Asks the kernel to stop the child when we end.
///
/// SIGQUIT stops a server at once, but with its shared memory freed. A client does nothing of its own about that signal, which
/// shells have the programs ignore that they run behind.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn end_with_us(command: &mut Command, signal: Signal) {
    use rustix::process::set_parent_process_death_signal;
    use std::os::unix::process::CommandExt;
    // SAFETY: the closure runs between fork and exec, where only what is safe in a signal handler may be called; this
    // is one bare system call, which takes no lock and no memory.
    unsafe {
        command.pre_exec(move || Ok(set_parent_process_death_signal(Some(signal))?));
    }
}
