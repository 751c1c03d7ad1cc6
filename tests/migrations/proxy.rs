//! A connection through which a test sees every message to the server, and breaks it at the one it chooses.

use std::collections::HashMap;
use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use crate::support::pooler::read;

/// Where a fault strikes: at the n-th statement after dbtool has taken its lock.
///
/// Statements that only read, set something or begin a transaction do not count: a fault after one of them finds the server as the fault
/// before it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Counted from 1.
    pub statement: usize,
    /// Whether the server has answered it; if not, it has begun with it.
    pub answered: bool,
}

/// Stands between dbtool and the server.
pub struct Proxy {
    /// Hears when the fault is to strike; until it answers, nothing goes on.
    pub strikes: mpsc::Receiver<mpsc::Sender<()>>,
    seen: Arc<AtomicUsize>,
}

impl Proxy {
    /// Listens in `folder` for a server whose socket is at `server`.
    pub fn start(folder: &Path, server: &Path, at: At) -> Self {
        let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).expect("a socket can be made");
        let (sender, strikes) = mpsc::channel();
        let seen = Arc::new(AtomicUsize::new(0));
        let (server, counted) = (server.to_owned(), seen.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(upstream) = UnixStream::connect(&server) else { return };
                let line = Line { at, seen: counted.clone(), sender: sender.clone() };
                std::thread::spawn(move || line.carry(client, upstream));
            }
        });
        Self { strikes, seen }
    }

    /// How many statements came after the lock.
    pub fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

/// One connection.
struct Line {
    at: At,
    seen: Arc<AtomicUsize>,
    sender: mpsc::Sender<mpsc::Sender<()>>,
}

impl Line {
    fn carry(self, mut client: UnixStream, mut server: UnixStream) {
        let answered = Arc::new((AtomicBool::new(false), std::thread::current()));
        let back = (server.try_clone().expect("it is open"), client.try_clone().expect("it is open"), answered.clone());
        std::thread::spawn(move || answers(back.0, back.1, &back.2));
        let (mut is_locked, mut sql) = (false, Sql::default());
        // The first message has no letter.
        let mut has_letter = false;
        while let Some(message) = read(&mut client, has_letter) {
            let text = if has_letter { sql.run_by(&message) } else { None };
            has_letter = true;
            let counts = is_locked && text.as_deref().is_some_and(may_change);
            let strikes = counts && self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.at.statement;
            answered.0.store(false, Ordering::SeqCst);
            if server.write_all(&message).is_err() {
                return;
            }
            is_locked |= text.is_some_and(|text| text.contains("pg_try_advisory_lock"));
            if strikes {
                // An Execute is carried out when the Sync behind it has arrived.
                while message[0] == b'E' && pass_on(&mut client, &mut server).is_some_and(|letter| letter != b'S') {}
                while self.at.answered && !answered.0.load(Ordering::SeqCst) {
                    std::thread::park();
                }
                self.strike(&client, &server);
                return;
            }
        }
        let _ = server.shutdown(Shutdown::Both);
    }

    fn strike(&self, client: &UnixStream, server: &UnixStream) {
        let (done, wait) = mpsc::channel();
        if self.sender.send(done).is_ok() {
            let _ = wait.recv();
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    }
}

/// The SQL of prepared statements.
#[derive(Default)]
struct Sql {
    prepared: HashMap<String, String>,
    bound: String,
}

impl Sql {
    /// The SQL that a message makes the server run.
    fn run_by(&mut self, message: &[u8]) -> Option<String> {
        let mut parts = message[5..].split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned());
        let mut next = || parts.next().unwrap_or_default();
        match message[0] {
            b'Q' => return Some(next()),
            b'P' => drop(self.prepared.insert(next(), next())),
            b'B' => self.bound = self.prepared.get(&[next(), next()][1]).cloned().unwrap_or_default(),
            b'E' => return Some(self.bound.clone()),
            _ => {}
        }
        None
    }
}

/// Whether SQL may leave the server otherwise than it was.
fn may_change(sql: &str) -> bool {
    let first = sql.split_whitespace().next().unwrap_or_default();
    !matches!(first, "SELECT" | "SET" | "RESET" | "SHOW" | "WITH") && sql != "BEGIN" && !sql.contains("READ ONLY")
}

/// Passes one more message on, and tells its letter.
fn pass_on(client: &mut UnixStream, server: &mut UnixStream) -> Option<u8> {
    let message = read(client, true)?;
    server.write_all(&message).ok().map(|()| message[0])
}

/// Carries answers back; says when the server is ready for the next statement.
fn answers(mut server: UnixStream, mut client: UnixStream, answered: &(AtomicBool, std::thread::Thread)) {
    while let Some(message) = read(&mut server, true) {
        if message[0] == b'Z' {
            answered.0.store(true, Ordering::SeqCst);
            answered.1.unpark();
        }
        // dbtool may be gone, while the server still has to be heard to the end.
        let _ = client.write_all(&message);
    }
    answered.0.store(true, Ordering::SeqCst);
    answered.1.unpark();
    let _ = client.shutdown(Shutdown::Both);
}
