//! Stdout and stderr: the only place that writes to them.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};

use crate::cli::options::Colour;

/// Where text goes.
pub enum Streams {
    /// To the process's own streams.
    Process(Colour),
    /// Into memory.
    Memory(Captured),
}

/// What was written to [`Streams::Memory`].
#[derive(Clone, Debug, Default)]
pub struct Captured {
    out: Arc<Mutex<String>>,
    err: Arc<Mutex<String>>,
}

impl Captured {
    /// What was written to stdout.
    pub fn out(&self) -> String {
        self.out.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was written to stderr.
    pub fn err(&self) -> String {
        self.err.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Streams::Process(_) => "Process",
            Streams::Memory(_) => "Memory",
        })
    }
}

impl Streams {
    /// The process's own streams.
    pub fn of_process(colour: Colour) -> Self {
        Streams::Process(colour)
    }

    /// Memory, with a second handle to read it.
    pub fn captured() -> (Self, Captured) {
        let captured = Captured::default();
        (Streams::Memory(captured.clone()), captured)
    }

    /// Whether stdout is a terminal.
    pub fn out_is_terminal(&self) -> bool {
        matches!(self, Streams::Process(_)) && io::stdout().is_terminal()
    }

    /// Whether stderr is a terminal.
    pub fn err_is_terminal(&self) -> bool {
        matches!(self, Streams::Process(_)) && io::stderr().is_terminal()
    }

    /// Whether stdout shows colours.
    pub fn out_choice(&self, colour: Colour) -> ColorChoice {
        choice(colour, &io::stdout())
    }

    /// Whether stderr shows colours.
    pub fn err_choice(&self, colour: Colour) -> ColorChoice {
        choice(colour, &io::stderr())
    }

    /// Writes to stdout.
    pub fn write_out(&self, text: &str) -> io::Result<()> {
        match self {
            Streams::Process(colour) => write(AutoStream::new(io::stdout(), choice(*colour, &io::stdout())), text),
            Streams::Memory(captured) => append(&captured.out, text),
        }
    }

    /// Writes to stderr.
    pub fn write_err(&self, text: &str) -> io::Result<()> {
        match self {
            Streams::Process(colour) => write(AutoStream::new(io::stderr(), choice(*colour, &io::stderr())), text),
            Streams::Memory(captured) => append(&captured.err, text),
        }
    }
}

/// What `--color` says, or what the stream and `NO_COLOR`, `CLICOLOR` and `TERM` say.
fn choice(colour: Colour, stream: &impl anstream::stream::RawStream) -> ColorChoice {
    match colour {
        Colour::Auto => AutoStream::choice(stream),
        Colour::Always => ColorChoice::Always,
        Colour::Never => ColorChoice::Never,
    }
}

fn write(mut stream: impl Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

fn append(buffer: &Mutex<String>, text: &str) -> io::Result<()> {
    buffer.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
    Ok(())
}
