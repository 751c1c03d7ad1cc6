//! Carries tasks out and tells how it goes.

use anyhow::Result;

use super::{Database, Project, Task};
use crate::cli::ui::Ui;
use crate::failure::Failure;
use crate::migration::Progress;
use crate::run::{Event, Job, carry_out};

impl Project<'_> {
    /// Carries tasks out in order, over the session that holds the lock.
    pub async fn carry(&self, database: &Database, tasks: &[Task]) -> Result<()> {
        for task in tasks {
            self.carry_one(database, task).await?;
        }
        Ok(())
    }

    async fn carry_one(&self, database: &Database, task: &Task) -> Result<()> {
        let (session, ui) = (database.session(), self.context.ui);
        let title = task.title();
        let before = database.records.iter().find(|record| record.version == task.record.version);
        let job = Job {
            before: before.unwrap_or(&task.record).clone(),
            ledger: &self.ledger,
            who: &self.who,
            way: task.way,
            record: task.record.clone(),
            script: task.script.clone(),
            limits: self.limits,
        };
        let progress = ui.bar(&title, task.script.statements.len() as u64);
        let mut observe = |event: Event<'_>| match event {
            Event::Statement(_) => progress.step(),
            other => tell(ui, &title, &other),
        };
        let outcome = session.interruptible(carry_out(session, job, &mut observe)).await;
        drop(progress);
        if outcome.is_err() {
            self.tell_where_it_stands(database, task).await;
        }
        outcome.map_err(|error| match error.downcast_ref::<Failure>() {
            Some(_) => error,
            None => error.context(format!("{title} failed")),
        })
    }

    /// Says of a migration that failed how much of it is done, as far as the connection still allows.
    async fn tell_where_it_stands(&self, database: &Database, task: &Task) {
        let records = self.ledger.records(database.session()).await.unwrap_or_default();
        let progress =
            records.iter().find(|record| record.version == task.record.version).map(|record| record.progress);
        let (done, back) = match progress {
            Some(Progress::Up { done, .. }) => (done, "; to take it back instead: dbtool rollback"),
            Some(Progress::Down { done, .. }) => (done, ""),
            Some(Progress::Applied) | None => return,
        };
        self.context.ui.note(&format!(
            "{} stopped after step {done}. Mend what stopped it and run this again: it goes on from there{back}",
            task.title()
        ));
    }

    /// Notes on the last record what the database is now.
    pub async fn note_state(&self, database: &Database) -> Result<()> {
        match database.records.last() {
            Some(last) => {
                let fingerprint = database.live.managed.fingerprint(&self.scope);
                self.ledger.note_fingerprint(database.session(), &last.version, &fingerprint).await
            }
            None => Ok(()),
        }
    }
}

fn tell(ui: &Ui, title: &str, event: &Event<'_>) {
    match event {
        Event::Statement(_) => {}
        Event::Resumed(0) => ui.note(&format!("{title} was cut off in its first step: it goes on there")),
        Event::Resumed(done) => ui.note(&format!("{title} was cut off after step {done}: it goes on from there")),
        Event::Recovered(statement, what) => {
            let first = statement.text.lines().next().unwrap_or_default();
            ui.note(&format!("  {first}\n    begun by the earlier run: {what}"));
        }
        Event::Blocked(blockers) => {
            let list: String = blockers.iter().map(|blocker| format!("\n  - {blocker}")).collect();
            ui.note(&format!("{title} waits for a lock that is held by{list}"));
        }
        Event::Again(attempt, pause) => ui.note(&format!(
            "{title}: attempt {attempt} did not get its locks; nothing was changed, and it is tried again in {:.1} s",
            pause.as_secs_f64()
        )),
    }
}
