//! Plays statements in a shadow: what is claimed of a plan is seen there first.

use anyhow::{Context, Result, bail};

use crate::catalog::{self, Catalog, Scope};
use crate::database::{Session, Shadow, ShadowOptions};
use crate::plan;
use crate::run;
use crate::sql::Statement;

/// A shadow database that holds a copy of a catalog.
pub struct Stage {
    shadow: Shadow,
    session: Session,
    scope: Scope,
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
        let mut shadow = Shadow::start(options).await?;
        shadow.furnish_roles(roles, &managed.user).await?;
        let session = shadow.database("stage").await?;
        let empty = catalog::read(&session).await?;
        let whole = scope.split(empty.clone()).1.with(given).with(managed);
        let build: Vec<Statement> = plan::plan(&empty, &whole)?.statements().cloned().collect();
        run::run(&session, &build, |_| {}).await.context("the shadow cannot build what the database has")?;
        Ok(Self { shadow, session, scope: scope.clone() })
    }

    /// Runs statements and reads what is managed then.
    pub async fn play(&self, statements: &[Statement]) -> Result<Catalog> {
        run::run(&self.session, statements, |_| {}).await?;
        Ok(self.scope.split(catalog::read(&self.session).await?).0)
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
