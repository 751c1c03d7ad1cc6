//! The files of types of a project: generated, written, and held against what they should be.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::config::{Endpoint, Lang, TypesFile};
use super::render::line_diff;
use super::style::Style;
use super::{Context, engine};
use crate::surface::Surface;
use crate::types::{Options, generate};
use crate::whole;

/// A file of types, and what it is to hold.
#[derive(Clone, Debug)]
pub struct Target {
    /// The language.
    pub language: Lang,
    /// The file as seen from the working directory.
    pub file: PathBuf,
    /// What goes into it.
    pub options: Options,
}

/// A file of types and what became of it.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// The file.
    pub file: PathBuf,
    /// What became of it, or what it is.
    pub state: State,
    /// What it holds, and what it should hold, if these differ.
    #[serde(skip)]
    texts: Option<(String, String)>,
}

/// The state of a file of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It holds what it should.
    Current,
    /// It has been written.
    Written,
    /// It holds something else.
    Stale,
    /// It is not there.
    Missing,
}

/// The files that `dbtool.toml` names.
pub fn targets(context: &Context<'_>) -> Vec<Target> {
    let target = |file: &TypesFile| Target {
        language: file.lang,
        file: context.config.folder.join(&file.out),
        options: Options {
            schemas: if file.schemas.is_empty() { default_schemas(context) } else { file.schemas.clone() },
            compat: file.compat,
            postgrest_version: file.postgrest_version.clone(),
        },
    };
    context.config.file.types.iter().map(target).collect()
}

/// The schemas of `[scope]`, or else `public`.
pub fn default_schemas(context: &Context<'_>) -> Vec<String> {
    let scope = &context.config.file.scope.schemas;
    if scope.is_empty() { vec!["public".to_owned()] } else { scope.clone() }
}

/// Writes the project's files of types anew where they have changed; reads nothing when there are none.
pub async fn regenerate(context: &Context<'_>, source: &Endpoint) -> Result<Vec<Outcome>> {
    of_project(context, source, write).await
}

/// Tells which of the project's files of types are not as they should be; reads nothing when there are none.
pub async fn check(context: &Context<'_>, source: &Endpoint) -> Result<Vec<Outcome>> {
    of_project(context, source, hold).await
}

async fn of_project(
    context: &Context<'_>,
    source: &Endpoint,
    treat: fn(&Target, &Surface) -> Result<Outcome>,
) -> Result<Vec<Outcome>> {
    let targets = targets(context);
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let surface = engine::surface(context, source).await?;
    targets.iter().map(|target| treat(target, &surface)).collect()
}

/// Writes a file of types if it does not hold what it should.
pub fn write(target: &Target, surface: &Surface) -> Result<Outcome> {
    let mut outcome = hold(target, surface)?;
    if let Some((_, text)) = outcome.texts.take() {
        whole::write_text(&target.file, &text)?;
        outcome.state = State::Written;
    }
    Ok(outcome)
}

/// Holds a file of types against what it should be.
pub fn hold(target: &Target, surface: &Surface) -> Result<Outcome> {
    let text = generate(target.language.0, surface, &target.options);
    let cannot = || format!("Cannot read {}", target.file.display());
    // A pipe has nothing to be held against, and would be waited for.
    let there = match std::fs::metadata(&target.file) {
        Ok(data) if data.is_file() => Some(std::fs::read_to_string(&target.file).with_context(cannot)?),
        Ok(_) => None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(cannot),
    };
    let state = match &there {
        None => State::Missing,
        // A checkout on Windows may have other line ends, and an editor may have put the last ones in order.
        Some(there) if there.replace("\r\n", "\n").trim_end() == text.trim_end() => State::Current,
        Some(_) => State::Stale,
    };
    let texts = (state != State::Current).then(|| (there.unwrap_or_default(), text));
    Ok(Outcome { file: target.file.clone(), state, texts })
}

impl Outcome {
    /// Whether it is not as it should be.
    pub fn is_stale(&self) -> bool {
        matches!(self.state, State::Stale | State::Missing)
    }

    /// The outcome in a line, with the lines that differ after it.
    pub fn human(&self, style: &Style) -> String {
        let file = self.file.display();
        let line = match self.state {
            State::Current => format!("{file} is up to date\n"),
            State::Written => format!("Wrote {file}\n"),
            State::Missing => format!("{}\n", style.warning(&format!("{file} is missing"))),
            State::Stale => format!("{}\n", style.warning(&format!("{file} is out of date"))),
        };
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let diff = match &self.texts {
            Some((there, right)) if self.state == State::Stale => line_diff(&lines(there), &lines(right), style),
            _ => Vec::new(),
        };
        line + &diff.iter().map(|line| format!("{line}\n")).collect::<String>()
    }
}
