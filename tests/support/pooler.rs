//! A pooler in transaction mode: one connection to the server, lent to whoever has something to ask until it is answered.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use dbtool::database::Url;
use tempfile::TempDir;

/// The server's connection, and its first answer, which each client gets; none before the first client.
type Shared = Arc<Mutex<Option<(UnixStream, Vec<u8>)>>>;

/// Listens for as long as the test runs.
pub struct Pooler {
    folder: TempDir,
}

impl Pooler {
    /// Stands before the server of a database.
    pub fn before(url: &Url) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).expect("a socket can be made");
        let (server, shared) = (Path::new(url.host()).join(".s.PGSQL.5432"), Shared::default());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, shared) = (server.clone(), shared.clone());
                // A client that leaves ends its thread.
                std::thread::spawn(move || serve(client, &server, &shared));
            }
        });
        Self { folder }
    }

    /// The folder of its socket.
    pub fn folder(&self) -> String {
        self.folder.path().display().to_string()
    }
}

fn serve(mut client: UnixStream, server: &Path, shared: &Shared) -> Option<()> {
    // The first message has no letter.
    let hello = read(&mut client, false)?;
    {
        let mut shared = shared.lock().expect("nobody panics with it");
        if shared.is_none() {
            let mut connection = UnixStream::connect(server).ok()?;
            connection.write_all(&hello).ok()?;
            let answer = answer(&mut connection)?;
            *shared = Some((connection, answer));
        }
        let (_, answer) = shared.as_ref().expect("it has just been made");
        client.write_all(answer).ok()?;
    }
    loop {
        let mut question = Vec::new();
        loop {
            let message = read(&mut client, true)?;
            question.extend(&message);
            match message[0] {
                b'Q' | b'S' => break,
                b'X' => return None,
                _ => {}
            }
        }
        let mut shared = shared.lock().expect("nobody panics with it");
        let (connection, _) = shared.as_mut().expect("the first client made it");
        connection.write_all(&question).ok()?;
        client.write_all(&answer(connection)?).ok()?;
    }
}

/// All that the server says until it is ready for the next question.
fn answer(server: &mut UnixStream) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let message = read(server, true)?;
        all.extend(&message);
        if message[0] == b'Z' {
            return Some(all);
        }
    }
}

/// A whole message; none at the end.
pub fn read(from: &mut UnixStream, has_letter: bool) -> Option<Vec<u8>> {
    let mut message = vec![0; if has_letter { 5 } else { 4 }];
    from.read_exact(&mut message).ok()?;
    let length = message[message.len() - 4..].try_into().map(u32::from_be_bytes).expect("four bytes");
    let head = message.len();
    message.resize(head + length as usize - 4, 0);
    from.read_exact(&mut message[head..]).ok()?;
    Some(message)
}
