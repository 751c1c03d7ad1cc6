//! Finding files and reading their text.

use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Place};
use crate::sql::Lines;

/// A file that was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Its path as the user knows it.
    pub path: String,
    /// What it contains, without a byte order mark.
    pub text: String,
    lines: Lines,
}

impl SourceFile {
    /// Reads the file at `path`, which messages call `shown`.
    pub(super) fn read(path: &Path, shown: String) -> Result<Self, Failure> {
        let bytes = std::fs::read(path).map_err(|error| unreadable(&shown, &error))?;
        let text = String::from_utf8(bytes).map_err(|error| not_utf8(&shown, &error))?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Self::new(shown, text))
    }

    /// Fails when there is nothing in it: more likely a slip than the wish to have nothing.
    pub(super) fn refuse_empty(&self) -> Result<(), Failure> {
        if !self.text.trim().is_empty() {
            return Ok(());
        }
        let hint = "Write the schema's statements there, or a comment if it is meant to be empty.".to_owned();
        Err(Failure::File { message: format!("{} is empty", self.path), hint })
    }

    /// A file of this content.
    pub(super) fn new(path: String, text: String) -> Self {
        Self { path, lines: Lines::new(&text), text }
    }

    /// The place of byte `offset`.
    pub fn place(&self, offset: usize) -> Place {
        self.lines.place(&self.path, &self.text, offset)
    }
}

/// The files that `patterns` name: each a file, a folder with `.sql` files somewhere below it, or a glob.
pub(super) fn find(patterns: &[String], base: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found: Vec<PathBuf> = Vec::new();
    for pattern in patterns {
        let path = base.join(pattern);
        let files = match path.metadata() {
            Ok(meta) if meta.is_dir() => below(&path, pattern)?,
            Ok(_) => vec![path],
            Err(_) if pattern.contains(['*', '?', '[']) => matching(&path, pattern)?,
            Err(error) => return Err(unreadable(pattern, &error)),
        };
        for file in files {
            if !found.contains(&file) {
                found.push(file);
            }
        }
    }
    Ok(found)
}

fn below(folder: &Path, shown: &str) -> Result<Vec<PathBuf>, Failure> {
    let folder = glob::Pattern::escape(&folder.to_string_lossy());
    let files = expand(&format!("{folder}/**/*.sql"), shown)?;
    if files.is_empty() {
        let hint = "Put the schema there as .sql files, or name another file or folder.".to_owned();
        return Err(Failure::File { message: format!("The folder {shown} contains no .sql file"), hint });
    }
    Ok(files)
}

fn matching(pattern: &Path, shown: &str) -> Result<Vec<PathBuf>, Failure> {
    let files = expand(&pattern.to_string_lossy(), shown)?;
    if files.is_empty() {
        let hint = "Correct the pattern; it is relative to the project's folder.".to_owned();
        return Err(Failure::File { message: format!("No file matches {shown}"), hint });
    }
    Ok(files)
}

/// The files that match, sorted by path.
fn expand(pattern: &str, shown: &str) -> Result<Vec<PathBuf>, Failure> {
    let paths = glob::glob(pattern).map_err(|error| Failure::Usage {
        message: format!("{shown} is not a pattern for files: {error}"),
        hint: "Use *, ** and ? only.".to_owned(),
    })?;
    let files = paths.filter(|path| path.as_ref().map_or(true, |path| path.is_file()));
    files.collect::<Result<_, _>>().map_err(|error| unreadable(&error.path().display().to_string(), error.error()))
}

fn unreadable(shown: &str, error: &io::Error) -> Failure {
    let (message, hint) = match error.kind() {
        io::ErrorKind::NotFound => (format!("{shown} does not exist"), "Create it, or name another file or folder."),
        _ => (format!("{shown} cannot be read: {error}"), "Make it readable, or name another file or folder."),
    };
    Failure::File { message, hint: hint.to_owned() }
}

fn not_utf8(shown: &str, error: &std::string::FromUtf8Error) -> Failure {
    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
    Failure::File {
        message: format!("{shown} is not UTF-8 text: line {line} has a byte that cannot be in it"),
        hint: "Save the file in UTF-8.".to_owned(),
    }
}
