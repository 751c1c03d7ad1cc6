//! What every command has at hand.

use anyhow::Result;

use super::config::{Config, Endpoint, Target};
use super::local;
use super::options::Global;
use super::ui::Ui;
use crate::source::Sources;

/// What every command has at hand.
#[derive(Debug)]
pub struct Context<'a> {
    /// The way to the user.
    pub ui: &'a Ui,
    /// What is configured.
    pub config: Config,
    /// The flags that every command takes.
    pub global: Global,
    /// The schema files, once they are read.
    pub sources: Sources,
}

impl Context<'_> {
    /// The database to work on; the local Postgres is started if it is that.
    pub fn target(&self) -> Result<Target> {
        let target = self.config.target(self.global.url.as_ref(), self.global.env.as_deref())?;
        local::ready(self, target)
    }

    /// What the value of `--from` or `--to` names.
    pub fn endpoint(&self, flag: &'static str, text: &str) -> Result<Endpoint> {
        match self.config.endpoint(flag, text)? {
            Endpoint::Database(target) => local::ready(self, target).map(Endpoint::Database),
            other => Ok(other),
        }
    }

    /// The schema that the project declares.
    pub fn schema(&self) -> Endpoint {
        Endpoint::Schema(self.config.schema())
    }

    /// The flags that name the same target in another command, with a space before each; no URL, for it may hold a password.
    pub fn target_flags(&self) -> String {
        let env = self.global.env.as_ref().map(|name| format!(" --env {name}")).unwrap_or_default();
        if self.global.url.is_some() { format!("{env} --url URL") } else { env }
    }
}
