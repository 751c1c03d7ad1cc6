//! What one side of a comparison may be.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Config, Origin, Secret, Target};
use crate::failure::Failure;

/// One side of a comparison.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// A live database.
    Database(Target),
    /// Schema files, folders or globs.
    Schema(Vec<PathBuf>),
    /// A snapshot that `dbtool diff --snapshot` saved.
    Snapshot(PathBuf),
}

impl Config {
    /// What the value of `--from` or `--to` names: a URL, an environment, a schema file or folder, or a snapshot.
    ///
    /// An environment goes before a folder of the same name; `./name` means the folder.
    pub fn endpoint(&self, flag: &'static str, text: &str) -> Result<Endpoint> {
        let path = Path::new(text);
        if is_url(text) {
            let target = Target { url: Secret::new(text), origin: Origin::Argument(flag), environment: None };
            Ok(Endpoint::Database(target))
        } else if text.contains("://") {
            Err(unknown(flag, "a URL of another kind").into())
        } else if self.file.env.contains_key(text) || self.is_local(text) {
            Ok(Endpoint::Database(self.target_of(text)?))
        } else if has_extension(path, "sql") || path.is_dir() {
            existing(path).map(|path| Endpoint::Schema(vec![path]))
        } else if has_extension(path, "json") {
            existing(path).map(Endpoint::Snapshot)
        } else {
            Err(unknown(flag, text).into())
        }
    }
}

/// Whether a text is a connection URL or a `key=value` connection string.
fn is_url(text: &str) -> bool {
    let keyword = |word: &str| {
        matches!(word.trim(), "host" | "hostaddr" | "port" | "dbname" | "user" | "password" | "service" | "sslmode")
    };
    ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
        || text.split_once('=').is_some_and(|(word, _)| keyword(word))
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

fn existing(path: &Path) -> Result<PathBuf> {
    if path.exists() {
        return Ok(path.to_owned());
    }
    let hint = "Check the path; it is relative to the working directory".to_owned();
    Err(Failure::File { message: format!("There is no file {}", path.display()), hint }.into())
}

/// The failure for what is none of the four.
fn unknown(flag: &str, shown: &str) -> Failure {
    Failure::Usage {
        message: format!("{flag}: {shown} is not something to compare"),
        hint: "Name a URL (postgres://…), an environment of dbtool.toml, a schema file or folder (.sql), or a saved snapshot (.json)".to_owned(),
    }
}
