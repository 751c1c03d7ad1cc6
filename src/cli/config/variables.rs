//! Environment variables: the process's own, then those of the file `.env`.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use anyhow::Result;

use crate::failure::Failure;

/// The variables that a run sees; the values are secrets and never shown.
#[derive(Clone, Default)]
pub struct Variables {
    process: HashMap<String, String>,
    file: HashMap<String, String>,
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables").finish_non_exhaustive()
    }
}

impl Variables {
    /// The variables of this process that are text.
    pub fn of_process() -> Self {
        let process =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self { process: process.collect(), file: HashMap::new() }
    }

    /// The given variables, for tests.
    pub fn given(variables: &[(&str, &str)]) -> Self {
        let process = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { process: process.collect(), file: HashMap::new() }
    }

    /// Adds what the file `.env` of a folder sets, if there is one.
    pub fn read_dotenv(&mut self, folder: &Path) -> Result<()> {
        let path = folder.join(".env");
        if !path.is_file() {
            return Ok(());
        }
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::File {
            message: format!("Cannot read {}: {error}", path.display()),
            hint: "Make the file readable, or move it away".to_owned(),
        })?;
        for pair in dotenvy::from_read_iter(text.as_bytes()) {
            let (name, value) = pair.map_err(|error| invalid_line(&path, &text, &error))?;
            self.file.insert(name, value);
        }
        Ok(())
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let set = |map: &'_ HashMap<String, String>| map.get(name).is_some_and(|value| !value.is_empty());
        let map = if set(&self.process) { &self.process } else { &self.file };
        map.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The text with each `${NAME}` replaced; the name of the first one that is not set otherwise.
    pub fn expand(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, name, after)) = reference(rest) {
            out.push_str(before);
            out.push_str(self.get(name).ok_or(name)?);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// The first `${NAME}` of a text: what stands before it, the name, what stands after it.
fn reference(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// The failure for a line of `.env` that sets nothing, without its text: it may hold a password.
fn invalid_line(path: &Path, text: &str, error: &dotenvy::Error) -> Failure {
    let line = match error {
        dotenvy::Error::LineParse(bad, _) if !bad.is_empty() => {
            text.lines().position(|line| line.ends_with(bad.as_str()))
        }
        _ => None,
    };
    let place = line.map_or_else(|| path.display().to_string(), |line| format!("{}:{}", path.display(), line + 1));
    Failure::Usage {
        message: format!("{place}: this line does not set a variable"),
        hint: "Write NAME=value, with single quotes around a value that holds spaces or `$`".to_owned(),
    }
}
