//! How text is marked: by colour where the stream shows it, by nothing elsewhere.

use anstyle::{AnsiColor, Effects, Style as Ansi};

/// The marks for one stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    coloured: bool,
}

impl Style {
    /// Text as it is.
    pub fn plain() -> Self {
        Self { coloured: false }
    }

    /// Text with colours.
    pub fn coloured() -> Self {
        Self { coloured: true }
    }

    /// The style of a stream that does or does not show colours.
    pub fn of(choice: anstream::ColorChoice) -> Self {
        Self { coloured: choice != anstream::ColorChoice::Never }
    }

    /// A headline.
    pub fn heading(&self, text: &str) -> String {
        self.paint(Ansi::new().bold(), text)
    }

    /// What is as it should be.
    pub fn good(&self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default().bold(), text)
    }

    /// What calls for attention.
    pub fn warning(&self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default().bold(), text)
    }

    /// What has failed.
    pub fn error(&self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default().bold(), text)
    }

    /// What helps and is not the matter itself.
    pub fn faint(&self, text: &str) -> String {
        self.paint(Ansi::new().dimmed(), text)
    }

    /// What is only desired.
    pub fn added(&self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// What is only there.
    pub fn removed(&self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default(), text)
    }

    /// The words of an added line that are new.
    pub fn added_word(&self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default() | Effects::INVERT, text)
    }

    /// The words of a removed line that go.
    pub fn removed_word(&self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default() | Effects::INVERT, text)
    }

    fn paint(&self, ansi: Ansi, text: &str) -> String {
        if self.coloured && !text.is_empty() { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    }
}
