//! What the commands of migrations share: the project's folder, a database with its ledger, and the ways between them.

mod author;
mod baseline;
mod carry;
mod correction;
mod drift;
mod leftover;
mod loss;
mod task;

use std::time::Duration;

use anyhow::Result;
use jiff::SignedDuration;

use super::Context;
use super::config::{Endpoint, Target};
use super::engine::{self, Read};
use crate::catalog::{Catalog, Scope};
use crate::database::Session;
use crate::failure::Failure;
use crate::migration::{Folder, Ledger, Record, Who};
use crate::object::Kind;
use crate::run::Limits;

pub use crate::migration::title;
pub use author::{Author, describe, migration_name};
pub use correction::{Corrected, Correction, recorded};
pub use drift::told;
pub use leftover::{Leftover, leftovers, text_of, try_out};
pub use loss::refuse_loss;
pub use task::{Task, is_strange};

/// A project with its folder of migrations, and the database that it works on.
pub struct Project<'a> {
    /// What every command has at hand.
    pub context: &'a Context<'a>,
    /// The database.
    pub target: Target,
    /// The migrations.
    pub folder: Folder,
    /// Where the database keeps its ledger.
    pub ledger: Ledger,
    /// What is managed.
    pub scope: Scope,
    /// How long to wait for what.
    pub limits: Limits,
    /// Who is at work.
    pub who: Who,
}

/// A database as it was read, with its ledger.
pub struct Database {
    /// What it has.
    pub live: Read,
    /// What its ledger says.
    pub records: Vec<Record>,
    /// Whether its session holds the lock.
    pub locked: bool,
}

/// How long to wait for another dbtool.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Waiting {
    /// Wait for another dbtool that is at work on the database, instead of failing
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "10min", value_parser = duration)]
    pub wait: Option<Duration>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    parsed.ok_or_else(|| "write a duration such as \"30s\" or \"10min\"".to_owned())
}

/// The folder of a project's migrations.
pub fn folder(context: &Context<'_>) -> Result<Folder> {
    Folder::read(&context.config.folder.join(&context.config.file.migrations.folder))
}

/// Refuses a folder in which something is wrong.
pub fn sound(folder: &Folder) -> Result<()> {
    match folder.faults.first() {
        None => Ok(()),
        Some(fault) => Err(Failure::File {
            message: format!("{} {}", fault.path.display(), fault.message),
            hint: fault.remedy.clone(),
        }
        .into()),
    }
}

impl<'a> Project<'a> {
    /// The project of this run.
    pub fn open(context: &'a Context<'a>) -> Result<Self> {
        let target = context.target()?;
        let scope = engine::scope(context, &[&Endpoint::Database(target.clone())]);
        let environment = target.environment.as_ref();
        let usual = Limits::default();
        let limits = Limits {
            lock: environment.and_then(|environment| environment.lock_timeout).unwrap_or(usual.lock),
            patience: environment.and_then(|environment| environment.lock_patience).unwrap_or(usual.patience),
            statement: environment.and_then(|environment| environment.statement_timeout),
        };
        let ledger = Ledger::new(&context.config.file.migrations.ledger);
        Ok(Self { context, folder: folder(context)?, target, ledger, scope, limits, who: who(context) })
    }

    /// Reads the database and its ledger; with `--wait`, after every other dbtool is done with it.
    pub async fn look(&self, waiting: &Waiting) -> Result<Database> {
        let session = engine::open(&self.target).await?;
        if let Some(patience) = waiting.wait {
            session.interruptible(session.lock(patience)).await?;
        }
        let live = engine::read_open(&self.target, session, &self.scope).await?;
        let mut database = Database { live, records: Vec::new(), locked: waiting.wait.is_some() };
        database.records = self.ledger.records(database.session()).await?;
        Ok(database)
    }

    /// Takes the lock, unless it is held already, and sees that nothing has changed since the database was read.
    pub async fn begin(&self, database: &mut Database) -> Result<()> {
        let session = database.session();
        if !database.locked {
            session.interruptible(session.lock(Duration::ZERO)).await?;
            let now = self.scope.split(crate::catalog::read(session).await?).0;
            let same = now.fingerprint(&self.scope) == database.live.managed.fingerprint(&self.scope)
                && self.ledger.records(session).await? == database.records
                && folder(self.context)?.migrations == self.folder.migrations;
            if !same {
                return Err(Failure::Refused {
                    message:
                        "The database or the migrations have changed since they were read: another dbtool was at work"
                            .to_owned(),
                    hint: "Run the command again; --wait lets it begin when the other is done".to_owned(),
                }
                .into());
            }
        }
        self.ledger.prepare(database.session()).await?;
        database.locked = true;
        Ok(())
    }

    /// Reads the database again over the same session.
    pub async fn look_again(&self, database: &mut Database) -> Result<()> {
        let session = database.session();
        let catalog = session.interruptible(crate::catalog::read(session)).await?;
        let records = self.ledger.records(session).await?;
        (database.live.managed, database.live.given) = self.scope.split(catalog);
        database.records = records;
        Ok(())
    }

    /// What the target is called.
    pub fn name(&self) -> Result<String> {
        self.target.name()
    }
}

impl Database {
    /// A database that was read before, with its session.
    pub fn of(live: Read, records: Vec<Record>, locked: bool) -> Self {
        Self { live, records, locked }
    }

    /// The session on it.
    pub fn session(&self) -> &Session {
        self.live.session.as_ref().expect("a database is read over a session")
    }

    /// Whether it has objects although no migration is recorded.
    pub fn is_unrecorded(&self) -> bool {
        self.records.is_empty() && has_objects(&self.live.managed)
    }

    /// Ends its session.
    pub async fn close(self) {
        if let Some(session) = self.live.session {
            session.close().await;
        }
    }
}

/// Whether a catalog has more than a fresh database has.
pub fn has_objects(catalog: &Catalog) -> bool {
    // A platform brings a publication.
    let fresh = [Kind::Schema, Kind::Extension, Kind::Language, Kind::DefaultPrivileges, Kind::Publication];
    catalog.entries.keys().any(|id| !fresh.contains(&id.kind))
}

/// Who runs this process: the machine's user, the person behind a CI job, the machine.
fn who(context: &Context<'_>) -> Who {
    const ACTORS: [&str; 6] = [
        "DBTOOL_ACTOR",
        "GITHUB_ACTOR",
        "GITLAB_USER_LOGIN",
        "CIRCLE_USERNAME",
        "BUILDKITE_BUILD_CREATOR",
        "BUILD_REQUESTEDFOR",
    ];
    let first = |names: &[&str]| names.iter().find_map(|name| context.config.variables.get(name)).map(str::to_owned);
    let uid = || Some(format!("uid {}", rustix::process::getuid().as_raw()));
    Who {
        os_user: first(&["USER", "LOGNAME", "USERNAME"]).or_else(uid),
        actor: first(&ACTORS),
        host: Some(rustix::system::uname().nodename().to_string_lossy().into_owned()),
    }
}
