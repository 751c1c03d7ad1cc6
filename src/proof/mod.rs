//! Plays statements in a shadow: what is claimed of a plan, or feared of a migration, is seen there first.

mod loss;
mod probe;

use anyhow::{Context, Result, bail};

use crate::catalog::{self, ARCHIVE, Catalog, Scope};
use crate::database::{Absent, Session, Shadow, ShadowOptions};
use crate::desired::furnish;
use crate::object::{Kind, Object, ObjectId};
use crate::plan;
use crate::run::{self, StatementFault};
use crate::sql::{Batch, Statement, batches};

pub use loss::Holdings;
pub use probe::Probe;

/// A shadow database that holds a copy of a catalog.
pub struct Stage {
    shadow: Shadow,
    session: Session,
    scope: Scope,
}

/// The tables that other tools keep, which are in the way of what drops their schemas; what is in them is theirs.
fn tables_of_tools(managed: &Catalog) -> Vec<Statement> {
    let schemas = managed.entries.values().filter_map(|entry| match &entry.object {
        Object::Schema(schema) => Some(&schema.of_tools.0),
        _ => None,
    });
    schemas.flatten().map(|table| Statement::new(format!("CREATE TABLE {table} ()"))).collect()
}

impl Stage {
    /// Builds a catalog, and what is given around it, in a shadow.
    ///
    /// # Errors
    /// When the shadow cannot be had, or cannot build the catalog.
    pub async fn set(
        options: &ShadowOptions,
        roles: &[String],
        managed: &Catalog,
        given: &Catalog,
        scope: &Scope,
    ) -> Result<Self> {
        // The roles that are managed are made with what is managed.
        let named = |name: String| managed.entries.contains_key(&ObjectId::new(Kind::Role, name));
        let made = |role: &&String| named((*role).clone()) || named(format!("\"{}\"", role.replace('"', "\"\"")));
        let given_roles: Vec<String> = roles.iter().filter(|role| !(scope.roles && made(role))).cloned().collect();
        let stage = Self::begin(options, &given_roles, &managed.user, scope).await?;
        let empty = catalog::read(&stage.session).await?;
        let empty = if scope.roles { empty } else { empty.without_roles() };
        let whole = scope.split(empty.clone()).1.with(given).with(managed);
        let mut build: Vec<Statement> = plan::plan(&empty, &whole)?.statements().cloned().collect();
        build.extend(tables_of_tools(managed));
        stage.run(&build).await.context("the shadow cannot build what the database has")?;
        Ok(stage)
    }

    /// An empty shadow, with what is given around the managed objects as far as it can be made.
    pub async fn empty(
        options: &ShadowOptions,
        roles: &[String],
        user: &str,
        given: Option<&Catalog>,
        scope: &Scope,
    ) -> Result<Self> {
        let stage = Self::begin(options, roles, user, scope).await?;
        if let Some(given) = given.filter(|given| !given.entries.is_empty()) {
            furnish(&stage.session, given).await?;
        }
        Ok(stage)
    }

    async fn begin(options: &ShadowOptions, roles: &[String], user: &str, scope: &Scope) -> Result<Self> {
        let mut shadow = Shadow::start(options).await?;
        shadow.furnish_roles(roles, user).await?;
        let session = shadow.database("stage").await?;
        Ok(Self { shadow, session, scope: scope.clone() })
    }

    /// Makes what the archive of a database holds, without its rows, for the ways back that take from it.
    pub async fn furnish_archive(&self, archived: &Catalog) -> Result<()> {
        if archived.entries.is_empty() {
            return Ok(());
        }
        let now = catalog::read(&self.session).await?;
        let build: Vec<Statement> = plan::plan(&now, &now.with(archived))?.statements().cloned().collect();
        self.run(&build).await?;
        // What is listed there keeps the way back from taking the archive for empty.
        let line = format!("INSERT INTO {ARCHIVE}.entries (name, version, what, restore) VALUES ('', '', '', '')");
        self.session.batch_execute(&line).await.context("the archive has no list")
    }

    /// Runs statements as a migration does; roles and tablespaces that they name and that are nowhere made are made, on a server of dbtool's own.
    ///
    /// # Errors
    /// A [`StatementFault`] for what the server rejects.
    pub async fn run(&self, statements: &[Statement]) -> Result<()> {
        self.session.batch_execute("RESET ALL; RESET ROLE; SET check_function_bodies = false").await?;
        for batch in batches(statements) {
            self.batch(&batch).await?;
        }
        Ok(())
    }

    async fn batch(&self, batch: &Batch<'_>) -> Result<()> {
        let mut made: Vec<Absent> = Vec::new();
        loop {
            let Err(error) = run::run_batch(&self.session, batch, |_| {}).await else { return Ok(()) };
            let absent = error.downcast_ref::<StatementFault>().and_then(StatementFault::absent);
            match absent.filter(|absent| self.shadow.is_private() && !made.contains(absent)) {
                Some(absent) => {
                    absent.make(&self.session).await?;
                    made.push(absent);
                }
                None => return Err(error),
            }
        }
    }

    /// What is managed now.
    pub async fn read(&self) -> Result<Catalog> {
        Ok(self.scope.split(catalog::read(&self.session).await?).0)
    }

    /// Runs statements and reads what is managed then.
    pub async fn play(&self, statements: &[Statement]) -> Result<Catalog> {
        self.run(statements).await?;
        self.read().await
    }

    /// What can hold rows and values now.
    pub async fn holdings(&self) -> Result<Holdings> {
        Holdings::read(&self.session).await
    }

    /// Puts a row into each of these tables that takes one.
    pub async fn probe(&self, tables: &[String]) -> Result<Probe> {
        self.session.batch_execute("RESET ALL; RESET ROLE; SET search_path = ''").await?;
        Probe::put(&self.session, tables).await
    }

    /// The tables whose rows are not what they were when the probe was put there.
    pub async fn changed(&self, probe: &Probe) -> Result<Vec<String>> {
        self.session.batch_execute("RESET ALL; RESET ROLE; SET search_path = ''").await?;
        probe.changed(&self.session).await
    }

    /// Takes the rows of a probe out again.
    pub async fn take_out(&self, probe: Probe) -> Result<()> {
        self.session.batch_execute("RESET ALL; RESET ROLE; SET search_path = ''").await?;
        probe.take_out(&self.session).await
    }

    /// The session on the shadow.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Plays a plan up and down, and compares what is there with what is claimed.
    ///
    /// # Errors
    /// What differs, by title.
    pub async fn prove(
        &self,
        current: &Catalog,
        desired: &Catalog,
        up: &[Statement],
        down: &[Statement],
    ) -> Result<()> {
        for (way, statements, claimed) in [("up", up, desired), ("down", down, current)] {
            let mut claimed = claimed.clone();
            let seen = self.play(statements).await.with_context(|| format!("the way {way} fails in the shadow"))?;
            self.scope.align(&seen, &mut claimed);
            let differences = plan::compare(&seen, &claimed);
            if !differences.is_empty() {
                let titles: Vec<&str> = differences.iter().take(10).map(|difference| &*difference.title).collect();
                bail!("after the way {way} the shadow still differs in {}", titles.join(", "));
            }
        }
        Ok(())
    }

    /// Removes the shadow.
    pub async fn close(self) -> Result<()> {
        self.session.close().await;
        self.shadow.close().await
    }
}
