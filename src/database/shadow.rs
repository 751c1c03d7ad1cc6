//! The shadow: a scratch Postgres in which the server itself says what a schema means.

mod leftovers;
mod place;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};

use self::leftovers::Name;
use super::connect::{Timeouts, connect};
use super::removal::remove_blocking;
use super::server::{Scratch, ScratchOptions};
use super::session::Session;
use super::supabase;
use super::url::Url;
use crate::sql::ident;

/// Where a shadow may be, and what it must have.
#[derive(Clone, Debug, Default)]
pub struct ShadowOptions {
    /// The target's major version.
    pub major: u32,
    /// The target's server.
    pub server: Option<Url>,
    /// Whether a temporary database may be made on that server even when it is on another machine.
    pub server_allowed: bool,
    /// The one place to take, when the user named it.
    pub url: Option<Url>,
    /// The folder of server programs that the user named.
    pub bin_dir: Option<PathBuf>,
    /// The extensions that the schema needs.
    pub extensions: Vec<String>,
    /// Whether its databases are to be like those of Supabase, where the server is dbtool's own.
    pub supabase: bool,
    /// Details of a server of dbtool's own.
    pub scratch: ScratchOptions,
}

/// A running shadow; what it made is removed when it is closed or dropped.
pub struct Shadow {
    /// The session that makes databases and roles.
    admin: Session,
    home: Home,
    user: Option<String>,
    warning: Option<String>,
    supabase: bool,
}

/// Where the databases of a shadow are.
enum Home {
    /// On a server of dbtool's own; `spare` says whether its empty database `postgres` is still to be had.
    Own { scratch: Box<Scratch>, spare: bool },
    /// Among the databases of somebody's server.
    Shared { made: Vec<Name> },
}

impl Shadow {
    /// Starts a shadow in the best place that there is.
    pub async fn start(options: &ShadowOptions) -> Result<Self> {
        place::start(options).await
    }

    /// A fresh, empty database, with a session on it as the user of [`Shadow::furnish_roles`].
    pub async fn database(&mut self, name: &str) -> Result<Session> {
        let real = self.create(name).await.with_context(|| format!("cannot make the database {name} in the shadow"))?;
        let session = self.session(&real, self.user.as_deref()).await?;
        if !self.supabase {
            return Ok(session);
        }
        supabase::furnish(&session).await?;
        session.close().await;
        self.session(&real, self.user.as_deref()).await
    }

    /// A further session on a database of [`Shadow::database`], as another user.
    pub async fn connect_as(&self, session: &Session, user: &str) -> Result<Session> {
        self.session(session.database(), Some(user)).await
    }

    /// Makes the roles of the target that are missing, by name only, and its user, as a superuser, whom later sessions run as.
    ///
    /// On somebody's server the roles are those that are there.
    pub async fn furnish_roles(&mut self, roles: &[String], user: &str) -> Result<()> {
        if !self.is_private() {
            return Ok(());
        }
        let rows = self.admin.query("SELECT rolname::text FROM pg_catalog.pg_roles", &[]).await?;
        let existing: BTreeSet<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let missing = |name: &&str| !existing.contains(*name) && !name.starts_with("pg_");
        let mut sql: String = roles
            .iter()
            .map(String::as_str)
            .filter(|name| *name != user)
            .filter(missing)
            .map(|name| format!("CREATE ROLE {};", ident(name)))
            .collect();
        if missing(&user) {
            sql += &format!("CREATE ROLE {} SUPERUSER LOGIN;", ident(user));
        }
        self.admin.batch_execute(&sql).await.context("cannot make the target's roles in the shadow")?;
        self.user = Some(user.to_owned());
        Ok(())
    }

    /// Whether the server is dbtool's own, so that roles and anything else may be made there.
    pub fn is_private(&self) -> bool {
        self.scratch().is_some()
    }

    /// The server of dbtool's own, if that is where the shadow is.
    pub fn scratch(&self) -> Option<&Scratch> {
        match &self.home {
            Home::Own { scratch, .. } => Some(scratch),
            Home::Shared { .. } => None,
        }
    }

    /// The server's major version.
    pub fn major(&self) -> u32 {
        self.admin.major()
    }

    /// Why the shadow may print definitions in other words than the target does.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// Removes everything that the shadow made.
    pub async fn close(mut self) -> Result<()> {
        if let Home::Shared { made } = &mut self.home {
            leftovers::remove(&self.admin, &std::mem::take(made)).await?;
        }
        Ok(())
    }

    /// Makes an empty database and says its real name.
    async fn create(&mut self, name: &str) -> Result<String> {
        let strategy = |name| if self.admin.major() >= 15 { format!(" STRATEGY {name}") } else { String::new() };
        let (sql, real) = match &mut self.home {
            // Supabase's projects speak of their database by this name.
            Home::Own { spare, .. } if self.supabase && *spare => {
                *spare = false;
                return Ok("postgres".to_owned());
            }
            Home::Own { spare, .. } => {
                let sql = match std::mem::take(spare) {
                    true => format!("ALTER DATABASE postgres RENAME TO {}", ident(name)),
                    false => format!("CREATE DATABASE {}{}", ident(name), strategy("file_copy")),
                };
                (sql, name.to_owned())
            }
            Home::Shared { made } => {
                let name = Name::next();
                made.push(name.clone());
                (format!("CREATE DATABASE {name} TEMPLATE template0{}", strategy("wal_log")), name.to_string())
            }
        };
        self.admin.batch_execute(&sql).await?;
        Ok(real)
    }

    async fn session(&self, database: &str, user: Option<&str>) -> Result<Session> {
        let url = self.admin.url().with_database(database);
        let url = match (&self.home, user) {
            (Home::Own { .. }, Some(user)) => url.with_user(user),
            (Home::Own { .. } | Home::Shared { .. }, _) => url,
        };
        connect(&url, "the shadow", &Timeouts::default()).await
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        if let Home::Shared { made } = &mut self.home {
            let names = std::mem::take(made).iter().map(ToString::to_string).collect();
            remove_blocking(&self.admin, names);
        }
    }
}
