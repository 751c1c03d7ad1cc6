//! A connection through which a test sees every message to the server, and breaks it at the one it chooses.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

/// Where a fault strikes: at the n-th message after dbtool has taken its lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Counted from 1.
    pub message: usize,
    /// Whether the server has had the message, and has answered it.
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

    /// How many messages came after the lock.
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
        let mut is_locked = false;
        // The first message has no letter.
        let mut kind = None;
        while let Some(message) = read(&mut client, kind.is_some()) {
            kind = message.first().copied().or(Some(0));
            let statement = matches!(message[0], b'Q' | b'E') && kind.is_some();
            let strikes = is_locked && statement && self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.at.message;
            if strikes && !self.at.answered {
                self.strike(&client, &server);
                return;
            }
            answered.0.store(false, Ordering::SeqCst);
            if server.write_all(&message).is_err() {
                return;
            }
            is_locked |= message.windows(20).any(|part| part == b"pg_try_advisory_lock");
            if strikes {
                // An Execute is answered when the Sync behind it has arrived.
                while !answered.0.load(Ordering::SeqCst) {
                    if message[0] == b'E' && !pass_on(&mut client, &mut server) {
                        break;
                    }
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

/// Passes one more message on.
fn pass_on(client: &mut UnixStream, server: &mut UnixStream) -> bool {
    read(client, true).is_some_and(|message| server.write_all(&message).is_ok())
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

/// A whole message; none at the end.
fn read(from: &mut UnixStream, has_letter: bool) -> Option<Vec<u8>> {
    let mut message = vec![0; if has_letter { 5 } else { 4 }];
    from.read_exact(&mut message).ok()?;
    let length = message[message.len() - 4..].try_into().map(u32::from_be_bytes).expect("four bytes");
    let head = message.len();
    message.resize(head + length as usize - 4, 0);
    from.read_exact(&mut message[head..]).ok()?;
    Some(message)
}
