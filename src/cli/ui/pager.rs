//! Long answers at a terminal, page by page.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// Shows a text in the user's pager (`DBTOOL_PAGER`, `PAGER`, else `less`); whether that could be started.
///
/// `less` keeps colours, and ends by itself when all fits on the screen.
pub fn page(text: &str) -> io::Result<bool> {
    let chosen = ["DBTOOL_PAGER", "PAGER"].iter().find_map(|name| std::env::var(name).ok());
    let chosen = chosen.unwrap_or_else(|| "less".to_owned());
    let mut words = chosen.split_whitespace();
    let Some(program) = words.next().filter(|program| *program != "cat") else { return Ok(false) };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRSX");
    }
    let Ok(mut pager) = command.spawn() else { return Ok(false) };
    let mut input = pager.stdin.take().expect("its input is a pipe");
    // Whoever has read enough closes the pager, and with it the pipe.
    let written = input.write_all(text.as_bytes());
    drop(input);
    pager.wait()?;
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        Ok(()) | Err(_) => Ok(true),
    }
}
