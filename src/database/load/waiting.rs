//! Statements that wait for others.

use anyhow::Result;

use super::Loader;
use super::fault::ServerFault;
use super::remedy::Remedy;
use crate::failure::Failure;

/// A statement that failed, with what the server said last.
#[derive(Debug)]
pub(super) struct Waiting(pub(super) ServerFault);

impl Loader<'_> {
    /// Tries what waits, forwards and backwards in turn, until a round brings nothing.
    pub(super) async fn retry(&mut self) -> Result<()> {
        let mut backwards = false;
        while !self.waiting.is_empty() {
            let mut round = std::mem::take(&mut self.waiting);
            let before = round.len();
            if backwards {
                round.reverse();
            }
            for Waiting(fault) in round {
                if let Err(fault) = self.one(fault.statement).await? {
                    self.waiting.push(Waiting(fault));
                }
            }
            self.waiting.sort_by_key(|waiting| waiting.0.statement);
            if self.waiting.len() == before {
                break;
            }
            backwards = !backwards;
        }
        Ok(())
    }

    async fn one(&mut self, statement: usize) -> Result<Result<(), ServerFault>> {
        loop {
            self.enter(statement).await?;
            let Err(fault) = self.send(statement..statement + 1).await? else { return Ok(Ok(())) };
            match self.remedy(&fault).await? {
                Remedy::Again => {}
                Remedy::Skip => return Ok(Ok(())),
                Remedy::None => return Ok(Err(fault)),
            }
        }
    }

    /// Fails with the first statement that waits for none of the others that wait.
    pub(super) fn nothing_waits(&self) -> Result<(), Failure> {
        let root = self.waiting.iter().find(|waiting| !self.waits_for_another(waiting));
        match root.or(self.waiting.first()) {
            Some(Waiting(fault)) => Err(fault.failure(self.source, self.waiting.len() - 1)),
            None => Ok(()),
        }
    }

    fn waits_for_another(&self, waiting: &Waiting) -> bool {
        let words: Vec<_> = waiting.0.message.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        self.waiting.iter().filter(|other| other.0.statement != waiting.0.statement).any(|other| {
            let head = &self.source.statements[other.0.statement].head;
            head.declares() && words.contains(&head.object.own_name())
        })
    }
}
