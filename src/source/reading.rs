//! Files to statements, with what they include.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::file::SourceFile;
use super::meta::{self, Meta};
use super::{Notice, Source, SourceStatement, misplaced, rename, search_path};
use crate::failure::Failure;
use crate::sql::{Class, Head, Piece, Unclosed, split};

/// A source in the making.
pub(super) struct Reading<'a> {
    base: &'a Path,
    source: Source,
    /// The files that are being read: each includes the next.
    open: Vec<PathBuf>,
    /// The files that were begun: one that stands in a folder and is included too declares once.
    begun: HashSet<PathBuf>,
    schema: Arc<str>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(base: &'a Path) -> Self {
        Self { base, source: Source::default(), open: Vec::new(), begun: HashSet::new(), schema: "public".into() }
    }

    pub(super) fn finish(self) -> Source {
        self.source
    }

    /// Reads the file at `path` and what it includes.
    pub(super) fn file(&mut self, path: &Path) -> Result<()> {
        let shown = path.strip_prefix(self.base).unwrap_or(path).display().to_string();
        let file = SourceFile::read(path, shown)?;
        let canonical = path.canonicalize()?;
        if !self.begun.insert(canonical.clone()) {
            return Ok(());
        }
        self.open.push(canonical);
        self.text(file, path)?;
        self.open.pop();
        Ok(())
    }

    /// Reads the statements of `file`, which stands at `path`.
    pub(super) fn text(&mut self, file: SourceFile, path: &Path) -> Result<()> {
        let split = split(&file.text).map_err(|error| unclosed(&file, error))?;
        let index = self.source.files.len();
        self.source.files.push(file);
        for piece in &split.pieces {
            match piece {
                Piece::Statement(range) => self.statement(index, range.clone())?,
                Piece::Meta(range) => {
                    let line = self.source.files[index].text[range.clone()].to_owned();
                    self.meta(index, range.start, &line, path)?;
                }
            }
        }
        let file = &self.source.files[index];
        self.source.renames.extend(rename::read(index, file, &split, &self.source.statements)?);
        Ok(())
    }

    fn statement(&mut self, index: usize, range: std::ops::Range<usize>) -> Result<()> {
        let file = &self.source.files[index];
        let text = &file.text[range.clone()];
        let head = Head::read(text);
        if misplaced::fills_record(&head) {
            let table = head.object.own_name();
            let message = format!("INSERT INTO {table} is skipped: a framework's record of its migrations is data");
            self.notice(index, range.start, message);
            return Ok(());
        }
        misplaced::check(&head, text, || file.place(range.start))?;
        match head.class {
            Class::Transaction => {
                let message = format!("{} is skipped: dbtool decides on transactions itself", head.verb);
                self.notice(index, range.start, message);
                return Ok(());
            }
            Class::Session => self.schema = search_path::after(&head, text).unwrap_or_else(|| self.schema.clone()),
            Class::Schema | Class::Other | Class::Data | Class::Server => {}
        }
        self.source.statements.push(SourceStatement { file: index, range, head, schema: self.schema.clone() });
        Ok(())
    }

    fn meta(&mut self, index: usize, start: usize, line: &str, path: &Path) -> Result<()> {
        let place = || self.source.files[index].place(start);
        match meta::read(line, place)? {
            Meta::Skipped(command) => {
                self.notice(index, start, format!("\\{command} is skipped: it is meant for psql"))
            }
            Meta::Include { file, beside } => {
                let folder = if beside { path.parent().unwrap_or(self.base) } else { self.base };
                let included = folder.join(file);
                if included.canonicalize().is_ok_and(|included| self.open.contains(&included)) {
                    return Err(misplaced::cycle(place(), file).into());
                }
                self.file(&included)?;
            }
        }
        Ok(())
    }

    /// Says each thing once.
    fn notice(&mut self, index: usize, start: usize, message: String) {
        if !self.source.notices.iter().any(|notice| notice.message == message) {
            let place = self.source.files[index].place(start);
            self.source.notices.push(Notice { place, message });
        }
    }
}

fn unclosed(file: &SourceFile, error: Unclosed) -> Failure {
    let hint = Some(format!("Close the {}.", error.what));
    Failure::InvalidSql { place: file.place(error.start), message: error.to_string(), hint }
}
