//! One batch to the server, and which of its statements failed.

use std::ops::Range;
use std::pin::pin;

use anyhow::Result;
use futures_util::TryStreamExt;
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::error::ErrorPosition;

use super::fault::ServerFault;
use super::{Loader, session};

/// The text of a batch, and where each statement begins in it, in bytes.
struct Batch {
    text: String,
    pieces: Vec<(usize, usize)>,
}

impl Loader<'_> {
    /// Runs these statements in one implicit transaction, or tells which failed and leaves nothing of them.
    pub(super) async fn send(&self, statements: Range<usize>) -> Result<Result<(), ServerFault>> {
        let batch = self.batch(statements);
        let mut done = 0;
        match self.run(&batch.text, &mut done).await {
            Ok(()) => Ok(Ok(())),
            Err(error) => match error.as_db_error() {
                Some(fault) => Ok(Err(batch.fault(fault, done))),
                None => Err(error.into()),
            },
        }
    }

    fn batch(&self, statements: Range<usize>) -> Batch {
        let mut batch = Batch { text: String::new(), pieces: Vec::new() };
        for index in statements {
            let statement = &self.source.statements[index];
            let sent = self.passed_over(statement).is_none();
            for text in session::texts(self.source, statement).into_iter().filter(|_| sent) {
                batch.pieces.push((index, batch.text.len()));
                batch.text.push_str(&self.for_this_database(statement, text));
                batch.text.push_str(";\n");
            }
        }
        batch
    }

    async fn run(&self, text: &str, done: &mut usize) -> Result<(), tokio_postgres::Error> {
        let mut messages = pin!(self.client.simple_query_raw(text).await?);
        while let Some(message) = messages.try_next().await? {
            *done += usize::from(matches!(message, SimpleQueryMessage::CommandComplete(_)));
        }
        Ok(())
    }
}

impl Batch {
    /// The fault of the statement after the `done` that were completed; a syntax error is found before any is run.
    fn fault(&self, error: &tokio_postgres::error::DbError, done: usize) -> ServerFault {
        let position = match error.position() {
            Some(ErrorPosition::Original(position)) => Some(*position as usize - 1),
            Some(ErrorPosition::Internal { .. }) | None => None,
        };
        let byte = position.map(|chars| crate::sql::byte_of_char(&self.text, chars));
        let piece = match byte {
            Some(byte) if done == 0 => self.pieces.partition_point(|&(_, start)| start <= byte) - 1,
            _ => done.min(self.pieces.len() - 1),
        };
        let (statement, start) = self.pieces[piece];
        let offset = byte.and_then(|byte| byte.checked_sub(start));
        ServerFault::new(statement, offset.unwrap_or(0), error)
    }
}
