//! What is configured: `dbtool.toml`, `.env`, and the database that a command works on.

mod endpoint;
mod fault;
mod file;
mod hosted;
mod platform;
mod secret;
mod target;
mod types_file;
mod value;
mod variables;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::Result;
use toml::Spanned;

use crate::failure::Failure;

pub use endpoint::Endpoint;
pub use file::{Drops, Environment, File, Migrations, Postgres, ScopeSection, Shadow};
pub use platform::Platform;
pub use secret::Secret;
pub use target::{LOCAL, Origin, Target};
pub use types_file::TypesFile;
pub use value::Lang;
pub use variables::Variables;

/// The name of the configuration file.
pub const FILE_NAME: &str = "dbtool.toml";

/// The configuration of a run; without a file, the defaults.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file as the user knows it, when there is one.
    pub path: Option<PathBuf>,
    /// The folder that its paths are relative to; empty for the working directory.
    pub folder: PathBuf,
    /// What the file says.
    pub file: File,
    /// Environment variables, those of `.env` included.
    pub variables: Variables,
    text: Secret,
}

impl Config {
    /// Reads `path`, or else the nearest `dbtool.toml` at or above the working directory, and the `.env` beside it.
    pub fn load(path: Option<&Path>, variables: Variables) -> Result<Self> {
        match path.map(Path::to_owned).or_else(find) {
            Some(path) => Self::read(path, variables),
            None => Self::without_file(variables),
        }
    }

    /// The defaults, with the `.env` of the working directory.
    fn without_file(mut variables: Variables) -> Result<Self> {
        variables.read_dotenv(Path::new(""))?;
        Ok(Self { variables, ..Self::default() })
    }

    /// Reads a file that is known to be meant.
    pub fn read(path: PathBuf, mut variables: Variables) -> Result<Self> {
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::File {
            message: format!("Cannot read {}: {error}", path.display()),
            hint: "Name the file with --config, or leave that out to use the nearest dbtool.toml".to_owned(),
        })?;
        let file = parse(&path.display().to_string(), &text)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        variables.read_dotenv(&folder)?;
        Ok(Self { path: Some(path), folder, file, variables, text: Secret::new(text) })
    }

    /// The files, folders or globs that hold the desired schema, as seen from the working directory.
    pub fn schema(&self) -> Vec<PathBuf> {
        self.file.schema.iter().map(|path| self.folder.join(path)).collect()
    }

    /// What is managed in an environment, or elsewhere.
    pub fn scope(&self, environment: Option<&Environment>) -> ScopeSection {
        let mut scope = self.file.scope.clone();
        scope.exclude_schemas.extend(self.file.platform.schemas().iter().map(|&schema| schema.to_owned()));
        if let Some(environment) = environment.filter(|environment| !environment.schemas.is_empty()) {
            scope.schemas.clone_from(&environment.schemas);
        }
        scope.exclude_schemas.retain(|schema| !scope.schemas.contains(schema));
        scope
    }

    /// The folder of the server programs for scratch databases, if one is named.
    pub fn shadow_bin_dir(&self) -> Option<&Path> {
        self.file.shadow.bin_dir.as_deref().or(self.file.postgres.bin_dir.as_deref())
    }

    /// The URL of the server for scratch databases, if `[shadow]` names one.
    pub fn shadow_url(&self) -> Result<Option<Secret>> {
        self.file.shadow.url.as_ref().map(|url| self.expand(url)).transpose()
    }

    /// A value of the file with its `${VARIABLES}` filled in.
    fn expand(&self, value: &Spanned<Secret>) -> Result<Secret> {
        let expanded = self.variables.expand(value.get_ref().expose()).map_err(|variable| Failure::Usage {
            message: format!("{}: the variable {variable} is not set", self.place(value.span().start)),
            hint: format!("Set {variable} in the environment or in {}", self.folder.join(".env").display()),
        })?;
        Ok(Secret::new(expanded))
    }

    /// `dbtool.toml:line:column` of a byte of the file.
    fn place(&self, offset: usize) -> String {
        fault::place(&self.name(), self.text.expose(), offset)
    }

    /// The file's name for messages.
    fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| FILE_NAME.to_owned(), |path| path.display().to_string())
    }
}

/// Reads the text of a configuration file.
fn parse(name: &str, text: &str) -> Result<File> {
    Ok(toml::from_str(text).map_err(|error| fault::invalid(name, text, &error))?)
}

/// The nearest `dbtool.toml` at the working directory or above it, as a relative path (`../dbtool.toml`).
fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let depth = here.ancestors().position(|folder| folder.join(FILE_NAME).is_file())?;
    Some(std::iter::repeat_n("..", depth).collect::<PathBuf>().join(FILE_NAME))
}
