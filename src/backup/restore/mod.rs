//! Restoring: into a new database beside the old one, compared with the manifest, and exchanged by renaming.

mod beside;
mod exchange;
mod in_place;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};

use self::beside::Beside;
use super::Watch;
use super::expected::Expected;
use super::folder::Backup;
use super::load::{How, format_of, load};
use super::manifest::{Contents, Format};
use super::pieces::Reader;
use super::snapshot::{count, tables};
use super::take::{digest, whole};
use crate::catalog::Scope;
use crate::database::{Session, Timeouts, Url, connect};
use crate::failure::Failure;

pub use exchange::{Kept, drop_kept, kept};

/// What is to be restored, and how.
#[derive(Debug)]
pub struct Request {
    /// The database that is replaced.
    pub url: Url,
    /// What messages call it.
    pub target: String,
    /// The backup.
    pub backup: Backup,
    /// The folder of Postgres' programs that the user named.
    pub bin_dir: Option<PathBuf>,
    /// Whether owners and privileges are restored, too.
    pub owners: bool,
    /// What is managed, for a restore in place.
    pub scope: Scope,
    /// Whether to exchange although what was restored differs from the manifest.
    pub force: bool,
}

/// What a restore would replace.
#[derive(Debug)]
pub struct Preview {
    /// The rows that each table has now.
    pub now: BTreeMap<String, i64>,
    /// How many others are connected, who will be disconnected.
    pub connected: i64,
    /// Why a new database beside the old one cannot be had, if so.
    pub obstacle: Option<String>,
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// The name under which the replaced database is kept; none after a restore in place.
    pub kept: Option<String>,
    /// The rows that were read back.
    pub rows: BTreeMap<String, i64>,
    /// In what it differs from the manifest, when that was accepted.
    pub differences: Vec<String>,
    /// What there is to say.
    pub notices: Vec<String>,
}

impl Request {
    /// Looks whether the backup is whole, without a database.
    ///
    /// # Errors
    /// A file that is truncated or damaged, or that does not hold a whole database.
    pub fn examine(&self) -> Result<()> {
        let name = self.backup.path.display();
        let broken = |what: String| Failure::File {
            message: what,
            hint: "Nothing was changed; choose another with 'dbtool backup list'".to_owned(),
        };
        let Some(manifest) = &self.backup.manifest else {
            return match format_of(&self.backup.path)? {
                Format::Custom => Ok(()),
                Format::Sql => match ends_as_it_should(&self.backup) {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(broken(format!("{name} is truncated")).into()),
                    Err(fault) => Err(broken(format!("{name}: {fault:#}")).into()),
                },
            };
        };
        if manifest.contents == Contents::Data || !manifest.tables.is_empty() {
            let message = format!("{name} does not hold a whole database ({})", manifest.contents);
            let hint = format!("Put its rows back by hand: pg_restore --data-only --dbname NAME {name}");
            return Err(Failure::Refused { message, hint }.into());
        }
        let (bytes, sha256) = digest(&self.backup.path)?;
        if bytes < manifest.bytes {
            return Err(broken(format!("{name} is truncated: {bytes} of {} bytes are there", manifest.bytes)).into());
        }
        match sha256 == manifest.sha256 {
            true => Ok(()),
            false => Err(broken(format!("{name} is damaged: its SHA-256 is not that of the manifest")).into()),
        }
    }

    /// What is there now.
    pub async fn preview(&self) -> Result<Preview> {
        let session = self.connect().await?;
        let names = tables(&session).await?;
        let now = count(&session, &names).await?;
        let connected = exchange::connected(&session).await?;
        let obstacle = beside::obstacle(&session).await?;
        session.close().await;
        Ok(Preview { now, connected, obstacle })
    }

    /// Restores into a new database and exchanges it for the old one.
    pub async fn beside(&self, watch: Watch<'_>) -> Result<Restored> {
        let old = self.connect().await?;
        old.lock(std::time::Duration::ZERO).await?;
        let notices = beside::notices(&old).await?;
        let beside = Beside::create(&old).await?;
        let session = beside.session().await?;
        beside.make_public_missing(&session, self.backup.catalog().as_ref()).await?;
        load(&beside.url(), &session, &self.backup.path, self.backup.manifest.as_ref(), &self.how(), watch)
            .await
            .context("Nothing was changed, for the backup cannot be restored")?;
        let (rows, differences) = self.compare(&session).await?;
        session.close().await;
        beside.take_settings(&old).await?;
        old.close().await;
        let kept = Some(beside.exchange().await?);
        Ok(Restored { kept, rows, differences, notices })
    }

    /// Restores into the database itself, in one transaction.
    pub async fn in_place(&self, watch: Watch<'_>) -> Result<Restored> {
        let session = self.connect().await?;
        session.lock(std::time::Duration::ZERO).await?;
        in_place::replace(self, &session, watch)
            .await
            .context("Nothing was changed, for the backup cannot be restored")?;
        session.batch_execute("RESET ALL").await?;
        let names = tables(&session).await?;
        let rows = count(&session, &names).await?;
        let differences = self.expected().differences(&session).await?;
        session.close().await;
        Ok(Restored { kept: None, rows, differences, notices: Vec::new() })
    }

    async fn connect(&self) -> Result<Session> {
        connect(&self.url, &self.target, &Timeouts::default()).await
    }

    fn how(&self) -> How {
        let tables = self.backup.manifest.as_ref().map_or(0, |manifest| manifest.rows.len() as u64);
        How { bin_dir: self.bin_dir.clone(), owners: self.owners, tables }
    }

    fn expected(&self) -> Expected {
        let rows = self.backup.manifest.as_ref().map(|manifest| manifest.rows.clone()).unwrap_or_default();
        let scope = Scope { owners: self.owners, privileges: self.owners, ..whole() };
        Expected { catalog: self.backup.catalog(), rows, scope }
    }

    /// The rows of what was restored, and in what it differs from the manifest.
    async fn compare(&self, session: &Session) -> Result<(BTreeMap<String, i64>, Vec<String>)> {
        let differences = self.expected().differences(session).await?;
        if !differences.is_empty() && !self.force {
            let message = format!("What was restored differs from the manifest:\n  {}", differences.join("\n  "));
            let hint = "Nothing was changed; to take it all the same, add --force".to_owned();
            return Err(Failure::Refused { message, hint }.into());
        }
        let names = tables(session).await?;
        Ok((count(session, &names).await?, differences))
    }
}

/// Whether a SQL file that says where it begins says where it ends.
fn ends_as_it_should(backup: &Backup) -> Result<bool> {
    use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
    const TAIL: u64 = 4096;
    if let Some(mut own) = Reader::open(&backup.path)? {
        while let Some(_piece) = own.next()? {
            while own.rows()?.is_some() {}
        }
        return Ok(true);
    }
    let mut file = BufReader::new(std::fs::File::open(&backup.path)?);
    let head: Vec<String> = file.by_ref().lines().take(5).map_while(Result::ok).collect();
    if !head.iter().any(|line| line == "-- PostgreSQL database dump") {
        return Ok(true);
    }
    file.seek(SeekFrom::Start(backup.bytes.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    Ok(String::from_utf8_lossy(&tail).contains("-- PostgreSQL database dump complete"))
}
