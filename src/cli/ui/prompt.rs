//! Questions; without a terminal none is asked, but the flag that answers it is named.

use std::io::ErrorKind;

use anyhow::Result;
use dialoguer::console::Term;

use super::Ui;
use crate::failure::Failure;

impl Ui {
    /// Asks for a yes; `--yes` gives it, and so does the named flag, which the caller has looked at already.
    pub fn confirm(&self, question: &str, flag: &str) -> Result<bool> {
        if self.yes {
            return Ok(true);
        }
        self.must_be_able_to_ask(question, flag)?;
        let prompt = dialoguer::Confirm::new().with_prompt(question).default(false);
        Ok(answered(self.bars.suspend(|| prompt.interact_on_opt(&Term::stderr())))?.unwrap_or(false))
    }

    /// Asks for a name to be typed; whether it was the one that is wanted.
    pub fn ask_name(&self, question: &str, name: &str, flag: &str) -> Result<bool> {
        self.must_be_able_to_ask(question, flag)?;
        let prompt = dialoguer::Input::<String>::new().with_prompt(question).allow_empty(true);
        Ok(answered(self.bars.suspend(|| prompt.interact_text_on(&Term::stderr())))?.trim() == name)
    }

    /// Asks for a text; nothing when none is typed.
    pub fn ask(&self, question: &str) -> Result<Option<String>> {
        let prompt = dialoguer::Input::<String>::new().with_prompt(question).allow_empty(true);
        let answer = answered(self.bars.suspend(|| prompt.interact_text_on(&Term::stderr())))?;
        Ok(Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty()))
    }

    /// Asks for one of several; nothing when the user wants none.
    pub fn choose(&self, question: &str, items: &[String], flag: &str) -> Result<Option<usize>> {
        self.must_be_able_to_ask(question, flag)?;
        let prompt = dialoguer::Select::new().with_prompt(question).items(items).default(0);
        answered(self.bars.suspend(|| prompt.interact_on_opt(&Term::stderr())))
    }

    /// Whether there is a user who can answer.
    pub fn can_ask(&self) -> bool {
        self.can_ask
    }

    /// Whether `--yes` answers what can be answered with a yes.
    pub fn says_yes(&self) -> bool {
        self.yes
    }

    fn must_be_able_to_ask(&self, question: &str, flag: &str) -> Result<()> {
        if self.can_ask {
            return Ok(());
        }
        let message = format!("Cannot ask \"{question}\" without a terminal");
        Err(Failure::Usage { message, hint: format!("Answer it with {flag}") }.into())
    }
}

/// An answer, or the interruption by Ctrl-C.
fn answered<T>(answer: dialoguer::Result<T>) -> Result<T> {
    answer.map_err(|dialoguer::Error::IO(error)| match error.kind() {
        ErrorKind::Interrupted => Failure::Interrupted.into(),
        _ => anyhow::Error::from(error).context("Cannot read the answer"),
    })
}
