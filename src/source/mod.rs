//! Files to statements: reading, splitting, what each declares, and where it stands.

mod file;
mod identity;
mod locate;
mod meta;
mod misplaced;
mod once;
mod reading;
mod rename;
mod search_path;

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::Result;
use sha2::{Digest, Sha256};

pub use file::SourceFile;
pub use once::Sources;
pub use rename::Rename;

use crate::failure::Place;
use crate::sql::{Head, byte_of_char};

/// What one or more files declare, statement by statement.
#[derive(Debug, Default)]
pub struct Source {
    /// The files, in the order in which they were begun.
    pub files: Vec<SourceFile>,
    /// The statements, in the order in which they stand.
    pub statements: Vec<SourceStatement>,
    /// The renames that are declared in comments.
    pub renames: Vec<Rename>,
    /// What was passed over, and why.
    pub notices: Vec<Notice>,
    declared: OnceLock<locate::Declared>,
}

/// One statement of a file.
#[derive(Clone, Debug)]
pub struct SourceStatement {
    /// Which of the source's files.
    pub file: usize,
    /// Its bytes in that file, without the semicolon.
    pub range: Range<usize>,
    /// What it does and declares.
    pub head: Head,
    /// The schema in which an unqualified name is made here, as far as the files say.
    pub schema: Arc<str>,
}

/// Something passed over, that the user may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Where.
    pub place: Place,
    /// What, and why.
    pub message: String,
}

impl Source {
    /// Reads files, folders and globs, relative to `base`, in the order given; none of them may be empty.
    pub fn read(patterns: &[String], base: &Path) -> Result<Self> {
        let source = Self::read_even_empty(patterns, base)?;
        source.refuse_empty()?;
        Ok(source)
    }

    /// Fails when one of the files is empty.
    pub fn refuse_empty(&self) -> Result<()> {
        Ok(self.files.iter().try_for_each(SourceFile::refuse_empty)?)
    }

    /// Reads files, folders and globs, relative to `base`, in the order given.
    pub fn read_even_empty(patterns: &[String], base: &Path) -> Result<Self> {
        let mut reading = reading::Reading::new(base);
        for path in file::find(patterns, base)? {
            reading.file(&path)?;
        }
        Ok(reading.finish())
    }

    /// The text of a statement.
    pub fn text(&self, statement: &SourceStatement) -> &str {
        &self.files[statement.file].text[statement.range.clone()]
    }

    /// The place of character `chars` (counted from 0) of a statement.
    pub fn place(&self, statement: &SourceStatement, chars: usize) -> Place {
        self.place_of_byte(statement, byte_of_char(self.text(statement), chars))
    }

    /// The place of byte `offset` of a statement.
    pub fn place_of_byte(&self, statement: &SourceStatement, offset: usize) -> Place {
        self.files[statement.file].place(statement.range.start + offset)
    }

    /// A digest of what the files contain, whatever their names.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for file in &self.files {
            digest.update((file.text.len() as u64).to_le_bytes());
            digest.update(file.text.as_bytes());
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests;
