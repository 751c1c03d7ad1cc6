//! Seeds: SQL files with the rows that a database begins with, run in order in one transaction.

use std::path::{Path, PathBuf};
use std::pin::pin;

use anyhow::{Context as _, Result};
use futures_util::SinkExt;

use super::Context;
use super::config::Target;
use super::engine;
use crate::database::Session;
use crate::failure::{Failure, Place};
use crate::sql::{Head, Lines, Piece, byte_of_char, split};

/// The files with seeds, in order; a pattern that fits nothing counts as a fault only if it was written down.
pub fn files(context: &Context<'_>) -> Result<Vec<PathBuf>> {
    let config = &context.config;
    let Some(patterns) = &config.file.seed else {
        let usual = ["seed.sql", "supabase/seed.sql"].map(|file| config.folder.join(file));
        return Ok(usual.into_iter().filter(|file| file.is_file()).collect());
    };
    let mut files = Vec::new();
    for pattern in patterns {
        let path = config.folder.join(pattern);
        let mut found: Vec<PathBuf> = glob::glob(&path.to_string_lossy())
            .map_err(|error| missing(pattern, &error.to_string()))?
            .filter_map(Result::ok)
            .filter(|file| file.is_file())
            .collect();
        if found.is_empty() {
            return Err(missing(pattern, "there is no such file").into());
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

fn missing(pattern: &str, why: &str) -> Failure {
    let hint = "Correct seed in dbtool.toml; its files are relative to the folder of dbtool.toml".to_owned();
    Failure::File { message: format!("The seed {pattern} cannot be read: {why}"), hint }
}

/// Runs the files in one transaction; how many statements they had.
///
/// # Errors
/// The server's words with the place of the statement; nothing has changed then.
pub async fn run(context: &Context<'_>, target: &Target, files: &[PathBuf]) -> Result<usize> {
    let session = engine::open(target).await?;
    let progress = context.ui.spinner("Seeding");
    let work = async {
        session.batch_execute("BEGIN").await?;
        let mut statements = 0;
        for file in files {
            progress.say(&format!("Seeding from {}", file.display()));
            statements += one(&session, file).await?;
        }
        session.batch_execute("COMMIT").await.context("cannot commit the seeds")?;
        Ok(statements)
    };
    let outcome = session.interruptible(work).await;
    // What is not committed goes with the session.
    session.close().await;
    outcome
}

/// Runs one file, statement by statement.
async fn one(session: &Session, path: &Path) -> Result<usize> {
    let text =
        std::fs::read_to_string(path).map_err(|error| missing(&path.display().to_string(), &error.to_string()))?;
    let file = File { name: path.display().to_string(), lines: Lines::new(&text), text };
    let pieces = split(&file.text)
        .map_err(|open| file.fault(open.start, format!("this {} is never closed", open.what), None))?;
    let mut count = 0;
    for (i, piece) in pieces.pieces.iter().enumerate() {
        let range = match piece {
            Piece::Statement(range) => range.clone(),
            Piece::Meta(range) => {
                let why = "this is a command of psql's own, which no server knows".to_owned();
                return Err(file.fault(range.start, why, Some("Remove it, or write it as SQL")).into());
            }
        };
        let statement = &file.text[range.clone()];
        let next = pieces.pieces.get(i + 1).map_or(file.text.len(), |next| match next {
            Piece::Statement(range) | Piece::Meta(range) => range.start,
        });
        match &*Head::read(statement).verb {
            // All files are one transaction.
            "BEGIN" | "START" | "COMMIT" | "END" => continue,
            "ROLLBACK" | "ABORT" => {
                let why = "all seeds are one transaction, which a seed cannot take back".to_owned();
                return Err(file.fault(range.start, why, Some("Remove it")).into());
            }
            "COPY" if reads_stdin(statement) => copy(session, statement, rows(&file.text[range.end..next])).await,
            _ => session.batch_execute(statement).await,
        }
        .map_err(|error| file.told(&error, range.start, statement))?;
        count += 1;
    }
    Ok(count)
}

fn reads_stdin(statement: &str) -> bool {
    let words: Vec<String> = statement.split_whitespace().map(str::to_ascii_lowercase).collect();
    words.windows(2).any(|pair| pair[0] == "from" && pair[1].starts_with("stdin"))
}

/// The lines between a `COPY … FROM stdin;` and its `\.`.
fn rows(rest: &str) -> &str {
    let data = rest.split_once('\n').map_or("", |(_, data)| data);
    let end = if data.starts_with("\\.") { Some(0) } else { data.find("\n\\.").map(|at| at + 1) };
    &data[..end.unwrap_or(data.len())]
}

async fn copy(session: &Session, statement: &str, rows: &str) -> Result<(), tokio_postgres::Error> {
    let mut sink = pin!(session.copy_in::<_, std::io::Cursor<Vec<u8>>>(statement).await?);
    sink.send(std::io::Cursor::new(rows.as_bytes().to_vec())).await?;
    sink.finish().await.map(drop)
}

struct File {
    name: String,
    lines: Lines,
    text: String,
}

impl File {
    fn place(&self, offset: usize) -> Place {
        self.lines.place(&self.name, &self.text, offset)
    }

    fn fault(&self, offset: usize, message: String, hint: Option<&str>) -> Failure {
        Failure::InvalidSql { place: self.place(offset), message, hint: hint.map(str::to_owned) }
    }

    /// The server's words, at the place that they are about.
    fn told(&self, error: &tokio_postgres::Error, start: usize, statement: &str) -> anyhow::Error {
        let Some(server) = error.as_db_error() else { return anyhow::anyhow!("{error}") };
        let at = match server.position() {
            Some(tokio_postgres::error::ErrorPosition::Original(chars)) => {
                byte_of_char(statement, (*chars as usize).saturating_sub(1))
            }
            _ => 0,
        };
        let detail = server.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        let repeated = *server.code() == tokio_postgres::error::SqlState::UNIQUE_VIOLATION;
        let hint = "A seed can be run again when its INSERTs end in ON CONFLICT DO NOTHING";
        let hint = server.hint().or(repeated.then_some(hint));
        self.fault(start + at, format!("{}{detail}", server.message()), hint).into()
    }
}
