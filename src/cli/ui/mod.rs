//! The conversation with the user: the answer on stdout; progress, warnings and questions on stderr.

mod pager;
mod progress;
mod prompt;
mod streams;

use std::io;

use indicatif::{MultiProgress, ProgressDrawTarget};

use super::options::{Colour, Global};
use super::report::Report;
use super::style::Style;
use crate::failure::Exit;

pub use progress::Progress;
pub use streams::{Captured, Streams};

/// The one way to the user.
#[derive(Debug)]
pub struct Ui {
    streams: Streams,
    out_style: Style,
    err_style: Style,
    json: bool,
    yes: bool,
    quiet: bool,
    verbose: u8,
    can_ask: bool,
    bars: MultiProgress,
}

impl Ui {
    /// The user at the process's own streams.
    pub fn of_process(global: &Global) -> Self {
        let streams = Streams::of_process(global.color);
        let shows_progress = streams.err_is_terminal() && !global.quiet && !global.no_progress;
        let target = if shows_progress { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self {
            out_style: Style::of(streams.out_choice(global.color)),
            err_style: Style::of(streams.err_choice(global.color)),
            json: global.json,
            yes: global.yes,
            quiet: global.quiet,
            verbose: global.verbose,
            can_ask: streams.err_is_terminal() && std::io::IsTerminal::is_terminal(&io::stdin()),
            bars: MultiProgress::with_draw_target(target),
            streams,
        }
    }

    /// A user who only reads, for tests: what was said is in the second value.
    pub fn captured(global: &Global) -> (Self, Captured) {
        let (streams, captured) = Streams::captured();
        let coloured = global.color == Colour::Always;
        let style = if coloured { Style::coloured() } else { Style::plain() };
        let ui = Self {
            streams,
            out_style: style,
            err_style: style,
            json: global.json,
            yes: global.yes,
            quiet: global.quiet,
            verbose: global.verbose,
            can_ask: false,
            bars: MultiProgress::with_draw_target(ProgressDrawTarget::hidden()),
        };
        (ui, captured)
    }

    /// Prints an answer, as text or as JSON, and says how the process is to end.
    pub fn answer(&self, report: &impl Report) -> anyhow::Result<Exit> {
        let text = if self.json { json(report)? } else { report.human(&self.out_style) };
        let paged = report.pages() && !self.json && self.streams.out_is_terminal();
        let write = || if paged && pager::page(&text)? { Ok(()) } else { self.streams.write_out(&text) };
        match self.bars.suspend(write) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(anyhow::Error::from(error).context("Cannot write to the standard output"))
            }
            Ok(()) | Err(_) => Ok(report.exit()),
        }
    }

    /// Prints an error, as text or as JSON, on stderr.
    pub fn fail(&self, report: &impl Report) -> Exit {
        let human = || report.human(&self.err_style);
        let text = if self.json { json(report).unwrap_or_else(|_| human()) } else { human() };
        self.say(&text);
        report.exit()
    }

    /// What a question is about, such as a plan; not shown when nobody is asked and the answer says it all.
    pub fn show(&self, render: impl FnOnce(&Style) -> String) {
        if !(self.yes && (self.json || self.quiet)) {
            self.say(&render(&self.err_style));
        }
    }

    /// Something the user should know although all goes on.
    pub fn warn(&self, text: &str) {
        self.say(&format!("{} {text}\n", self.err_style.warning("warning:")));
    }

    /// Something worth knowing, unless quiet is wanted.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.say(&format!("{text}\n"));
        }
    }

    /// Something that is said only with `--verbose`.
    pub fn detail(&self, text: &str) {
        if self.verbose > 0 && !self.quiet {
            self.say(&format!("{}\n", self.err_style.faint(text)));
        }
    }

    /// Writes to stderr; when that is closed nobody is left to be told so.
    fn say(&self, text: &str) {
        let _unheard = self.bars.suspend(|| self.streams.write_err(text));
    }
}

/// A report as JSON with a final newline.
fn json(report: &impl Report) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

#[cfg(test)]
mod tests;
