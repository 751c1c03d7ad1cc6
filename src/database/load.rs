//! Runs a source's statements in a scratch database, in whatever order they stand.

mod bodies;
mod extension;
mod fault;
mod remedy;
mod send;
mod server;
mod session;
mod waiting;

use anyhow::Result;
use tokio_postgres::Client;

pub use bodies::BodyFault;

use self::fault::ServerFault;
use self::remedy::Remedy;
use self::waiting::Waiting;
use super::Absent;
use crate::source::{Notice, Source};
use crate::sql::Transaction;

/// The statements of one batch at most: an implicit transaction, and one round trip.
const BATCH: usize = 100;

/// What a load may do to the server beside the database.
#[derive(Clone, Debug)]
pub struct Loading {
    /// Whether the server is our own, so that what the source names and does not create may be made: tablespaces, and roles
    /// that are not managed.
    pub own_server: bool,
    /// Whether the source's roles are made as well.
    pub roles: bool,
    /// The name of the scratch database.
    pub database: String,
}

/// What there is to say of a load that succeeded.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The roles and tablespaces that were made because statements name them.
    pub invented: Vec<Absent>,
    /// What was passed over, and why.
    pub notices: Vec<Notice>,
    /// Faults in the bodies of routines, where the source itself turned the checks off.
    pub body_faults: Vec<BodyFault>,
}

/// Runs all statements of `source`; what fails for want of another object waits and is tried again.
///
/// The session's settings and role are reset afterwards.
pub async fn load(client: &Client, source: &Source, loading: Loading) -> Result<Loaded> {
    let mut loader = Loader {
        client,
        source,
        loading,
        loaded: Loaded::default(),
        sessions: session::positions(source),
        in_force: usize::MAX,
        waiting: Vec::new(),
    };
    loader.note_passed_over();
    loader.all().await?;
    loader.retry().await?;
    loader.nothing_waits()?;
    loader.loaded.body_faults = bodies::check(client, source).await?;
    Ok(loader.loaded)
}

struct Loader<'a> {
    client: &'a Client,
    source: &'a Source,
    loading: Loading,
    loaded: Loaded,
    /// Which statements set something for the session.
    sessions: Vec<usize>,
    /// How many of those are in force.
    in_force: usize,
    waiting: Vec<Waiting>,
}

impl Loader<'_> {
    async fn all(&mut self) -> Result<()> {
        let (mut at, mut size) = (0, BATCH);
        while at < self.source.statements.len() {
            if !self.waiting.is_empty()
                && self.sweeps(at)
                && !at.checked_sub(1).is_some_and(|before| self.sweeps(before))
            {
                self.retry().await?;
            }
            self.enter(at).await?;
            let end = self.batch_end(at, size);
            match self.send(at..end).await? {
                Ok(()) => {
                    (at, size) = (end, (size * 2).min(BATCH));
                    self.in_force = self.sessions_before(at);
                }
                // The server took the whole batch back, so what stood before the fault goes first.
                Err(fault) if fault.statement > at => size = fault.statement - at,
                Err(fault) => {
                    at += usize::from(self.settle(fault).await?);
                    size = (size / 4).max(1);
                }
            }
        }
        Ok(())
    }

    /// Deals with a fault of a statement that was sent first: whether the load goes on behind it.
    async fn settle(&mut self, fault: ServerFault) -> Result<bool> {
        match self.remedy(&fault).await? {
            Remedy::Again => return Ok(false),
            Remedy::Skip => {}
            Remedy::None if fault.may_wait() => self.waiting.push(Waiting(fault)),
            Remedy::None => return Err(self.failure(&fault, 0).await?.into()),
        }
        Ok(true)
    }

    fn batch_end(&self, at: usize, size: usize) -> usize {
        let limit = (at + size).min(self.source.statements.len());
        let ends = |index: &usize| match self.source.statements[*index].head.transaction {
            Transaction::Inside => *index > at && !self.waiting.is_empty() && self.sweeps(*index),
            Transaction::CommitAfter | Transaction::Apart | Transaction::Outside => true,
        };
        match (at..limit).find(ends) {
            Some(index) if self.source.statements[index].head.transaction == Transaction::CommitAfter => index + 1,
            Some(index) => index.max(at + 1),
            None => limit,
        }
    }

    /// Whether a statement acts on whatever is there, so that what waits should be there first.
    fn sweeps(&self, index: usize) -> bool {
        let head = &self.source.statements[index].head;
        match head.verb.as_str() {
            "DO" | "CALL" => true,
            "ALTER" => head.object.keyword == "DEFAULT PRIVILEGES",
            "GRANT" | "REVOKE" => {
                crate::sql::Cursor::new(self.source.text(&self.source.statements[index]), 0).skip_behind("IN")
            }
            _ => false,
        }
    }
}
