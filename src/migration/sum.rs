//! `dbtool.sum`: the checksums of all migrations in a chain, so that what two branches add conflicts in git.

use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::file::Migration;

/// The file's name in the folder of migrations.
pub const FILE_NAME: &str = "dbtool.sum";

const HEAD: &str = "# Written by dbtool. A conflict here means that two branches each added a migration:\n\
    # take both lines, see that the migrations fit together, and run 'dbtool migration repair --sum'.\n";

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// One line for each migration, in their order.
    pub lines: Vec<Line>,
}

/// The line of one migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `VERSION_name`.
    pub title: String,
    /// The checksum of its way up, and of its way down if there is one.
    pub files: (String, Option<String>),
    /// The checksum of all lines up to this one.
    pub chain: String,
}

impl Sum {
    /// The sum of these migrations.
    pub fn of(migrations: &[Migration]) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        for migration in migrations {
            let files = (migration.up.checksum(), migration.down.as_ref().map(super::Script::checksum));
            let title = migration.title();
            let before = lines.last().map_or("", |line| &line.chain);
            let parts = [before, &title, &files.0, files.1.as_deref().unwrap_or("-")];
            let chain = sha256(&parts.map(str::as_bytes));
            lines.push(Line { title, files, chain });
        }
        Self { lines }
    }

    /// Reads the file of a folder; none where there is no such file.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(FILE_NAME);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(Self::parse(&text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("Cannot read {}", path.display())),
        }
    }

    /// What a text says; a line that is none of ours is kept as one that fits nothing.
    fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let mut next = || words.next().unwrap_or_default();
            let (title, up, down, chain) = (next(), next(), next(), next());
            Line { title, files: (up, (down != "-").then_some(down)), chain }
        };
        Self {
            lines: text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(line).collect(),
        }
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let line = |Line { title, files: (up, down), chain }: &Line| {
            format!("{title} {up} {} {chain}\n", down.as_deref().unwrap_or("-"))
        };
        HEAD.to_owned() + &self.lines.iter().map(line).collect::<String>()
    }
}

/// SHA-256 of several texts, each with its length, in hexadecimal; of a single one that of `sha256sum`.
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        if parts.len() > 1 {
            hash.update((part.len() as u64).to_le_bytes());
        }
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::file::Script;
    use super::*;

    fn migration(version: &str, up: &str) -> Migration {
        let up = Script::new(PathBuf::new(), up);
        Migration { version: version.to_owned(), name: "x".to_owned(), up, down: None }
    }

    #[test]
    fn is_read_as_it_was_written_and_chained() {
        let both = Sum::of(&[migration("1", "a"), migration("2", "b")]);
        assert_eq!(Sum::parse(&both.text()), both);
        let other = Sum::of(&[migration("1", "c"), migration("2", "b")]);
        assert_eq!(both.lines[1].files, other.lines[1].files);
        assert_ne!(both.lines[1].chain, other.lines[1].chain);
    }

    #[test]
    fn a_single_text_has_the_sum_that_others_compute() {
        assert_eq!(sha256(&[b"abc"]), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
