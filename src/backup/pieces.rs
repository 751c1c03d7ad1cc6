//! The file of a backup of dbtool's own: SQL that `psql` reads, and marks between its pieces so that dbtool needs no `psql`.

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// How the file begins; the mark follows, which nobody could have written into the database beforehand.
const FIRST: &str = "-- dbtool backup, format 1, mark ";

/// The last piece of a whole file.
const LAST: &str = "-- dbtool backup complete";

/// The line that ends rows.
const END_OF_ROWS: &[u8] = b"\\.\n";

/// Writes pieces.
pub struct Writer {
    out: BufWriter<File>,
    mark: String,
    bytes: u64,
}

impl Writer {
    /// Begins the file at `path`, which is there already.
    pub fn begin(path: &Path, about: &str) -> Result<Self> {
        let out = BufWriter::new(File::options().write(true).truncate(true).open(path)?);
        let random = || RandomState::new().build_hasher().finish();
        let mut writer = Self { out, mark: format!("--{:016x}{:016x}", random(), random()), bytes: 0 };
        let first = format!("{FIRST}{}\n-- {about}\n", writer.mark);
        writer.write(first.as_bytes())?;
        Ok(writer)
    }

    /// A statement.
    pub fn statement(&mut self, text: &str) -> Result<()> {
        let piece = format!("{}\n{text};\n", self.mark);
        self.write(piece.as_bytes())
    }

    /// The statement that takes rows; [`Self::write`] them after it, then [`Self::end_rows`].
    pub fn begin_rows(&mut self, copy: &str) -> Result<()> {
        self.statement(copy)
    }

    /// What was begun with [`Self::begin_rows`] has no more rows.
    pub fn end_rows(&mut self) -> Result<()> {
        self.write(END_OF_ROWS)
    }

    /// Writes rows as they are.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes).context("cannot write the backup")
    }

    /// How much has been written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Ends the file.
    pub fn end(mut self) -> Result<()> {
        let last = format!("{}\n{LAST}\n", self.mark);
        self.write(last.as_bytes())?;
        self.out.flush().context("cannot write the backup")
    }
}

/// A piece of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// A statement to run.
    Statement(String),
    /// `COPY … FROM stdin`, whose rows follow: see [`Reader::rows`].
    Rows(String),
}

/// Reads what [`Writer`] wrote.
pub struct Reader {
    lines: BufReader<File>,
    mark: String,
    /// Whether a mark has just been read.
    marked: bool,
    /// Whether rows are being read.
    in_rows: bool,
}

impl Reader {
    /// Opens a file; none if dbtool did not write it.
    pub fn open(path: &Path) -> Result<Option<Self>> {
        let mut lines = BufReader::new(File::open(path).with_context(|| format!("Cannot open {}", path.display()))?);
        let mut first = Vec::new();
        lines.read_until(b'\n', &mut first)?;
        let mark =
            String::from_utf8(first).ok().and_then(|first| Some(first.trim_end().strip_prefix(FIRST)?.to_owned()));
        let Some(mark) = mark else { return Ok(None) };
        let mut reader = Self { lines, mark, marked: false, in_rows: false };
        reader.until_mark()?;
        Ok(Some(reader))
    }

    /// The next piece; none at the end of a whole file.
    pub fn next(&mut self) -> Result<Option<Piece>> {
        if !self.marked {
            bail!("the backup is truncated");
        }
        let line = self.line()?.context("the backup is truncated")?;
        let text = String::from_utf8(line).context("the backup is damaged")?;
        if text.trim_end() == LAST {
            return Ok(None);
        }
        if text.starts_with("COPY ") && text.ends_with(" FROM stdin;\n") {
            self.in_rows = true;
            return Ok(Some(Piece::Rows(text.trim_end().trim_end_matches(';').to_owned())));
        }
        let text = text + &self.until_mark()?;
        Ok(Some(Piece::Statement(text.trim_end().trim_end_matches(';').to_owned())))
    }

    /// Some of the rows of a [`Piece::Rows`]; none when there are no more.
    pub fn rows(&mut self) -> Result<Option<Vec<u8>>> {
        const ENOUGH: usize = 64 * 1024;
        let mut rows = Vec::new();
        while self.in_rows && rows.len() < ENOUGH {
            let line = self.line()?.context("the backup is truncated")?;
            if line == END_OF_ROWS {
                self.in_rows = false;
                self.until_mark()?;
            } else {
                rows.extend(line);
            }
        }
        Ok((!rows.is_empty()).then_some(rows))
    }

    /// The text up to the next mark, which is read.
    fn until_mark(&mut self) -> Result<String> {
        let mut text = String::new();
        self.marked = false;
        while let Some(line) = self.line()? {
            let line = String::from_utf8(line).context("the backup is damaged")?;
            if line.trim_end() == self.mark {
                self.marked = true;
                break;
            }
            text.push_str(&line);
        }
        Ok(text)
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        self.lines.read_until(b'\n', &mut line).context("cannot read the backup")?;
        Ok((!line.is_empty()).then_some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(end: bool) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file can be made");
        let mut writer = Writer::begin(file.path(), "a test").expect("it can be written");
        writer.statement("CREATE FUNCTION f() AS $$\nCOPY t FROM stdin;\n\\.\n$$").expect("it can be written");
        writer.begin_rows("COPY t (a) FROM stdin").expect("it can be written");
        writer.write(b"--0\n\\N\n").expect("it can be written");
        writer.end_rows().expect("it can be written");
        if end {
            writer.end().expect("it can be written");
        }
        file
    }

    #[test]
    fn what_was_written_is_read() {
        let file = written(true);
        let mut reader = Reader::open(file.path()).expect("it can be read").expect("it is dbtool's own");
        let function = Piece::Statement("CREATE FUNCTION f() AS $$\nCOPY t FROM stdin;\n\\.\n$$".to_owned());
        assert_eq!(reader.next().expect("it is whole"), Some(function));
        assert_eq!(reader.next().expect("it is whole"), Some(Piece::Rows("COPY t (a) FROM stdin".to_owned())));
        assert_eq!(reader.rows().expect("it is whole"), Some(b"--0\n\\N\n".to_vec()));
        assert_eq!(reader.rows().expect("it is whole"), None);
        assert_eq!(reader.next().expect("it is whole"), None);
    }

    #[test]
    fn a_truncated_file_is_told_from_a_whole_one() {
        let file = written(false);
        let mut reader = Reader::open(file.path()).expect("it can be read").expect("it is dbtool's own");
        while let Ok(piece) = reader.next() {
            assert!(piece.is_some(), "the end must not be reached");
            while let Ok(Some(_)) = reader.rows() {}
        }
    }

    #[test]
    fn other_files_are_not_dbtools_own() {
        let file = tempfile::NamedTempFile::new().expect("a file can be made");
        std::fs::write(file.path(), "SELECT 1;").expect("it can be written");
        assert!(Reader::open(file.path()).expect("it can be read").is_none());
    }
}
