//! Carries a migration out: segment by segment, each with its progress in the ledger, and goes on where an earlier run stopped.

use std::time::Instant;

use anyhow::{Context, Result};

use super::fault::StatementFault;
use super::recover::{Remains, remains};
use super::waiting::{Blocker, Limits, Pauses, Watch};
use crate::database::Session;
use crate::failure::Failure;
use crate::migration::{Act, Ledger, Parsed, Progress, Record, Way, Who};
use crate::sql::{Batch, Class, Statement, batches};

/// A migration to carry out.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// Where its progress is recorded.
    pub ledger: &'a Ledger,
    /// Who does it.
    pub who: &'a Who,
    /// The way.
    pub way: Way,
    /// What the ledger is to say of it; its progress is where to begin.
    pub record: Record,
    /// What the ledger says of it at first, for a way down that fails before anything of it is done.
    pub before: Record,
    /// The statements of that way.
    pub script: Parsed,
    /// How long to wait for what.
    pub limits: Limits,
}

/// What happens meanwhile.
#[derive(Debug)]
pub enum Event<'a> {
    /// A statement is about to run.
    Statement(&'a Statement),
    /// So many segments were done by an earlier run.
    Resumed(usize),
    /// A statement was begun by an earlier run, and this is what is done about it.
    Recovered(&'a Statement, &'a str),
    /// A statement waits for others.
    Blocked(&'a [Blocker]),
    /// A segment is tried again after a pause, for others held a lock.
    Again(u32, std::time::Duration),
}

/// Runs what remains of a migration.
///
/// # Errors
/// What the server says of a statement, or whom it waited for in vain; what was done until then is in the ledger.
pub async fn carry_out(session: &Session, job: Job<'_>, observe: &mut dyn FnMut(Event<'_>)) -> Result<()> {
    let begun = Instant::now();
    let mut run = Running { session, job, observe, begun };
    let outcome = run.all().await;
    if let Err(error) = &outcome {
        run.note_failure(error).await;
    }
    outcome
}

struct Running<'a, 'o> {
    session: &'a Session,
    job: Job<'a>,
    observe: &'o mut dyn FnMut(Event<'_>),
    begun: Instant,
}

impl Running<'_, '_> {
    async fn all(&mut self) -> Result<()> {
        let statements = self.job.script.statements.clone();
        let segments = batches(&statements);
        let (done, begun) = match (self.job.way, self.job.record.progress) {
            (Way::Up, Progress::Up { done, begun }) | (Way::Down, Progress::Down { done, begun }) => (done, begun),
            (_, _) => (0, false),
        };
        self.enter().await?;
        if done > 0 || begun {
            self.resume(&segments, done).await?;
        }
        if done >= segments.len() {
            // One without statements leaves its line as well, and so does one whose last step a person has settled.
            return self.record_alone(done, false, true).await;
        }
        let mut at = segments.iter().take(done).map(|segment| segment.statements().len()).sum();
        for (number, segment) in segments.iter().enumerate().skip(done) {
            let last = number + 1 == segments.len();
            match segment {
                Batch::Together(_) => self.together(segment, number, last, at).await?,
                Batch::Alone(statement) => self.alone(statement, number, last, at, begun && number == done).await?,
            }
            at += segment.statements().len();
        }
        Ok(())
    }

    /// Sets what holds for the whole of a migration, and nothing that an earlier one left.
    async fn enter(&self) -> Result<()> {
        self.session.batch_execute("RESET ALL; SET check_function_bodies = false").await?;
        self.session.set_statement_timeout(self.job.limits.statement).await
    }

    /// Sets again for the session what the finished segments had set.
    async fn resume(&mut self, segments: &[Batch<'_>], done: usize) -> Result<()> {
        (self.observe)(Event::Resumed(done));
        let (version, name) = (&self.job.record.version, &self.job.record.name);
        let detail = format!("from segment {} of {}", done + 1, segments.len());
        let Job { ledger, who, .. } = self.job;
        ledger.note(self.session, who, act(self.job.way), (version, name), "resumed", Some(&detail), None).await?;
        let finished = segments.iter().take(done).map(|segment| segment.statements().len()).sum();
        for (statement, head) in self.job.script.statements.iter().zip(&self.job.script.heads).take(finished) {
            if head.class == Class::Session && !is_local(&statement.text) {
                super::one(self.session, statement).await?;
            }
        }
        Ok(())
    }

    /// A transaction, tried until the locks are to be had.
    async fn together(&mut self, segment: &Batch<'_>, number: usize, last: bool, at: usize) -> Result<()> {
        let mut pauses = Pauses::new(self.job.limits.patience);
        let mut watch = Watch::new(self.session);
        loop {
            let limit = self.job.limits.lock;
            self.session.set_lock_timeout(Some(limit)).await?;
            let outcome = self.transaction(segment, number, last, at, &mut watch).await;
            match outcome {
                Ok(()) => break,
                Err(fault) => self.pause_or_fail(fault, &mut pauses, &watch).await?,
            }
        }
        watch.close().await;
        Ok(())
    }

    async fn transaction(
        &mut self,
        segment: &Batch<'_>,
        number: usize,
        last: bool,
        at: usize,
        watch: &mut Watch<'_>,
    ) -> Result<()> {
        self.session.batch_execute("BEGIN").await?;
        let outcome = async {
            for (index, statement) in segment.statements().iter().enumerate() {
                self.statement(statement, at + index, watch).await?;
            }
            self.record(number + 1, false, last).await
        };
        if let Err(error) = outcome.await {
            // Without a connection there is nothing to roll back, and the first error says more.
            let _ = self.session.batch_execute("ROLLBACK").await;
            return Err(error);
        }
        self.session.batch_execute("COMMIT").await.context("cannot commit")
    }

    /// A statement that no transaction can hold together with its progress.
    async fn alone(&mut self, statement: &Statement, number: usize, last: bool, at: usize, begun: bool) -> Result<()> {
        let mut pauses = Pauses::new(self.job.limits.patience);
        let mut watch = Watch::new(self.session);
        let mut statement = statement.clone();
        if begun {
            if self.recover(&mut statement).await? {
                return self.record_alone(number + 1, false, last).await;
            }
        } else {
            self.not_there_yet(&statement).await?;
            self.record_alone(number, true, false).await?;
        }
        loop {
            // It makes nobody wait who does not want the same, so that it may wait as long as there is patience.
            self.session.set_lock_timeout(Some(pauses.left().max(self.job.limits.lock))).await?;
            let fault = match self.statement(&statement, at, &mut watch).await {
                Ok(()) => break,
                Err(fault) => fault,
            };
            if fault.downcast_ref::<StatementFault>().is_none_or(StatementFault::lost_connection) {
                return Err(fault);
            }
            self.clean(&statement).await?;
            if let Err(fault) = self.pause_or_fail(fault, &mut pauses, &watch).await {
                self.withdraw(number).await?;
                return Err(fault);
            }
        }
        watch.close().await;
        self.record_alone(number + 1, false, last).await
    }

    /// Fails when what the statement is to make is there already, and not of its making.
    async fn not_there_yet(&self, statement: &Statement) -> Result<()> {
        let creates = statement.text.trim_start().get(..6).is_some_and(|verb| verb.eq_ignore_ascii_case("create"));
        let tolerant = crate::sql::Cursor::new(&statement.text, 0).skip_behind("EXISTS");
        if creates && !tolerant && remains(self.session, &statement.text).await? == Remains::Done {
            let message = format!("what this would make is there already\n\nin the statement\n{}", statement.text);
            let hint = "Take it out of the migration, or drop what is there".to_owned();
            return Err(Failure::Refused { message, hint }.into());
        }
        Ok(())
    }

    /// Deals with what an earlier run left of a statement: whether it is done.
    async fn recover(&mut self, statement: &mut Statement) -> Result<bool> {
        match remains(self.session, &statement.text).await? {
            Remains::Done => {
                (self.observe)(Event::Recovered(statement, "was done"));
                Ok(true)
            }
            Remains::Undone(before) => {
                for sql in &before {
                    (self.observe)(Event::Recovered(statement, sql));
                    self.session.batch_execute(sql).await.with_context(|| format!("cannot run {sql}"))?;
                }
                Ok(false)
            }
            Remains::Finish(sql) => {
                (self.observe)(Event::Recovered(statement, &sql));
                statement.text = sql;
                Ok(false)
            }
            Remains::Unknown => {
                let version = &self.job.record.version;
                Err(Failure::Refused {
                    message: format!(
                        "An earlier run was cut off in this statement, and only you can tell whether it took effect:\n\n{}",
                        statement.text
                    ),
                    hint: format!(
                        "If it did: dbtool migration repair {version} --step-done; if not: dbtool migration repair {version} --step-undone; then run this again"
                    ),
                }
                .into())
            }
        }
    }

    /// Removes what a failed statement left behind.
    async fn clean(&self, statement: &Statement) -> Result<()> {
        if let Remains::Undone(sql) = remains(self.session, &statement.text).await? {
            for sql in sql {
                self.session.batch_execute(&sql).await.with_context(|| format!("cannot run {sql}"))?;
            }
        }
        Ok(())
    }

    /// Runs a statement, watching for whom it waits.
    async fn statement(&mut self, statement: &Statement, at: usize, watch: &mut Watch<'_>) -> Result<()> {
        (self.observe)(Event::Statement(statement));
        let pause = (self.job.limits.lock / 2).min(std::time::Duration::from_secs(1));
        let work = super::one(self.session, statement);
        let observe = &mut *self.observe;
        let outcome = watch.during(pause, work, |blockers| observe(Event::Blocked(blockers))).await;
        outcome.map_err(|mut fault| {
            fault.place = self.job.script.places.get(at).cloned();
            fault.into()
        })
    }

    /// Waits before the next attempt, or fails for good.
    async fn pause_or_fail(&mut self, fault: anyhow::Error, pauses: &mut Pauses, watch: &Watch<'_>) -> Result<()> {
        let of_locks = fault.downcast_ref::<StatementFault>().filter(|fault| fault.is_of_locks());
        let Some(statement) = of_locks else { return Err(fault) };
        match pauses.next() {
            Some(pause) => {
                (self.observe)(Event::Again(pauses.attempts, pause));
                tokio::time::sleep(pause).await;
                Ok(())
            }
            None => Err(gave_up(statement, pauses.attempts, &watch.seen).into()),
        }
    }

    /// Writes the progress into the transaction at hand, or, at the end, the outcome.
    async fn record(&mut self, done: usize, begun: bool, last: bool) -> Result<()> {
        let Job { ledger, who, way, .. } = self.job;
        let record = &mut self.job.record;
        record.progress = match (last, way) {
            (true, _) => Progress::Applied,
            (false, Way::Up) => Progress::Up { done, begun },
            (false, Way::Down) => Progress::Down { done, begun },
        };
        let elapsed = self.begun.elapsed();
        // The migration may have set another role, which has no right to the ledger.
        self.session.batch_execute("SET LOCAL ROLE NONE").await?;
        if last && way == Way::Down {
            ledger.forget(self.session, &record.version).await?;
        } else {
            record.duration_ms = i64::try_from(elapsed.as_millis()).ok();
            ledger.save(self.session, record).await?;
        }
        if last {
            let of = (record.version.as_str(), record.name.as_str());
            ledger.note(self.session, who, act(way), of, "done", None, Some(elapsed)).await?;
        }
        Ok(())
    }

    /// The same in a transaction of its own.
    async fn record_alone(&mut self, done: usize, begun: bool, last: bool) -> Result<()> {
        self.session.batch_execute("BEGIN").await?;
        self.record(done, begun, last).await?;
        self.session.batch_execute("COMMIT").await.context("cannot commit")
    }

    /// Says that the statement of a segment, which failed cleanly, is not begun.
    async fn withdraw(&mut self, number: usize) -> Result<()> {
        if number > 0 {
            return self.record_alone(number, false, false).await;
        }
        match self.job.way {
            Way::Up => self.job.ledger.forget(self.session, &self.job.record.version).await,
            Way::Down => self.job.ledger.save(self.session, &self.job.before).await,
        }
    }

    /// Notes a failure, as far as the connection still allows.
    async fn note_failure(&self, error: &anyhow::Error) {
        let Job { ledger, who, way, record, .. } = &self.job;
        let words = crate::sql::redacted(&format!("{error:#}"));
        let words = words.split("\n\nin the statement").next().unwrap_or_default();
        let of = (record.version.as_str(), record.name.as_str());
        let elapsed = Some(self.begun.elapsed());
        let _ = self.session.batch_execute("RESET ROLE").await;
        let _ = ledger.note(self.session, who, act(*way), of, "failed", Some(words), elapsed).await;
    }
}

fn act(way: Way) -> Act {
    match way {
        Way::Up => Act::Up,
        Way::Down => Act::Down,
    }
}

/// Whether what it sets is gone with its transaction.
fn is_local(text: &str) -> bool {
    let mut cursor = crate::sql::Cursor::new(text, 0);
    cursor.take("SET LOCAL")
}

fn gave_up(fault: &StatementFault, attempts: u32, blockers: &[Blocker]) -> Failure {
    let who: String = blockers.iter().map(|blocker| format!("\n  - {blocker}")).collect();
    let by = if who.is_empty() { String::new() } else { format!(" It is held by{who}") };
    let place = fault.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    let times = if attempts == 1 { "once".to_owned() } else { format!("{attempts} times") };
    let hint = match blockers {
        [first, ..] => format!("Wait until it is done, or end it with SELECT pg_terminate_backend({})", first.pid),
        [] => "Try again when less is going on".to_owned(),
    };
    Failure::Refused {
        message: format!("{place}a lock was not to be had, tried {times}.{by}\n\nin the statement\n{}", fault.text),
        hint: format!("{hint}; 'lock_timeout' and 'lock_patience' of the environment say how long dbtool tries"),
    }
}
