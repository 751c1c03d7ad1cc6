//! The database that a command works on, and where its URL was found.

use std::fmt;

use anyhow::Result;

use super::hosted::is_hosted;
use super::{Config, Environment, Secret, fault};
use crate::database::Url;
use crate::failure::Failure;

/// The variable that names the database when nothing else does.
pub const DATABASE_URL: &str = "DATABASE_URL";

/// The database that a command works on.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its URL.
    pub url: Secret,
    /// Where the URL was found.
    pub origin: Origin,
    /// The environment whose settings hold for it, if it is one.
    pub environment: Option<Environment>,
}

/// Where a URL was found; prints as the words for it in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag or argument of the command line (`--url`, `--from`).
    Argument(&'static str),
    /// An environment of `dbtool.toml`.
    Environment(String),
    /// The variable `DATABASE_URL`.
    DatabaseUrl,
    /// The project's own Postgres, whose URL is known once it runs.
    Local,
}

/// The name of the project's own Postgres, unless an environment has it.
pub const LOCAL: &str = "local";

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Argument(flag) => f.write_str(flag),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::DatabaseUrl => f.write_str(DATABASE_URL),
            Origin::Local => f.write_str("the local Postgres"),
        }
    }
}

impl Origin {
    /// What to look at when there is no connection: "Check DATABASE_URL".
    pub fn advice(&self) -> String {
        match self {
            Origin::Argument(_) | Origin::DatabaseUrl => format!("Check {self}"),
            Origin::Environment(name) => format!("Check url in [env.{name}]"),
            Origin::Local => "See 'dbtool status --local'".to_owned(),
        }
    }

    /// The environment's name, if the URL is that of one; the local Postgres is one as well.
    pub fn environment(&self) -> Option<&str> {
        match self {
            Origin::Environment(name) => Some(name),
            Origin::Local => Some(LOCAL),
            Origin::Argument(_) | Origin::DatabaseUrl => None,
        }
    }
}

impl Target {
    /// The project's own Postgres, before its URL is known.
    fn local() -> Self {
        Self { url: Secret::default(), origin: Origin::Local, environment: None }
    }

    /// Its address.
    pub fn address(&self) -> Result<Url> {
        anyhow::ensure!(!self.url.expose().is_empty(), "{} has no address before it runs", self.origin);
        Url::parse(self.url.expose(), &self.origin.to_string())
    }

    /// What it is called: the environment's name, or host and database.
    pub fn name(&self) -> Result<String> {
        self.origin.environment().map_or_else(|| Ok(self.address()?.target()), |name| Ok(name.to_owned()))
    }
}

impl Config {
    /// Whether a target is protected: its environment says so, or that of the same database; where none does, by its host.
    pub fn is_protected(&self, target: &Target) -> Result<bool> {
        if let Some(said) = target.environment.as_ref().and_then(|environment| environment.protected) {
            return Ok(said);
        }
        if target.origin == Origin::Local {
            return Ok(false);
        }
        let address = target.address()?;
        let same = |other: &Target| other.address().is_ok_and(|other| other.is_same_database(&address));
        let others = self.file.env.keys().filter_map(|name| self.target_of(name).ok()).filter(same);
        let said = others.filter_map(|other| other.environment?.protected).max();
        Ok(said.unwrap_or_else(|| is_hosted(address.host())))
    }

    /// The database to work on: `--url`, else `--env`, else `DATABASE_URL`, else `default_env`, else the only environment,
    /// else the project's own Postgres.
    ///
    /// With `--url` and `--env` together the URL is used with the environment's settings.
    pub fn target(&self, url: Option<&Secret>, env: Option<&str>) -> Result<Target> {
        if let Some(url) = url {
            let environment =
                env.filter(|name| !self.is_local(name)).map(|name| self.environment(name)).transpose()?.cloned();
            return Ok(Target { url: url.clone(), origin: Origin::Argument("--url"), environment });
        }
        if let Some(name) = env {
            return self.target_of(name);
        }
        if let Some(url) = self.variables.get(DATABASE_URL) {
            return Ok(Target { url: Secret::new(url), origin: Origin::DatabaseUrl, environment: None });
        }
        self.target_of(self.default_environment()?.unwrap_or(LOCAL))
    }

    /// The target that an environment's name stands for.
    pub fn target_of(&self, name: &str) -> Result<Target> {
        if self.is_local(name) {
            return Ok(Target::local());
        }
        let environment = self.environment(name)?;
        let url = self.expand(&environment.url)?;
        Ok(Target { url, origin: Origin::Environment(name.to_owned()), environment: Some(environment.clone()) })
    }

    /// Whether a name is that of the project's own Postgres.
    pub(super) fn is_local(&self, name: &str) -> bool {
        name == LOCAL && !self.file.env.contains_key(LOCAL)
    }

    /// The environment that is meant when none is named, if there is any.
    fn default_environment(&self) -> Result<Option<&str>> {
        let names: Vec<&str> = self.file.env.keys().map(String::as_str).collect();
        match (&self.file.default_env, names.as_slice()) {
            (Some(name), _) => Ok(Some(name)),
            (None, [only]) => Ok(Some(only)),
            (None, []) => Ok(None),
            (None, names) => {
                let hint =
                    format!("Choose one with --env: {}, or {LOCAL} for the project's own Postgres", names.join(", "));
                Err(Failure::Usage { message: "No database is named".to_owned(), hint }.into())
            }
        }
    }

    /// The settings of an environment.
    fn environment(&self, name: &str) -> Result<&Environment> {
        let known: Vec<&String> = self.file.env.keys().collect();
        let hint = || match (fault::suggestion(name, &known), known.as_slice()) {
            (Some(suggestion), _) => suggestion,
            (None, []) => format!("Write [env.{name}] with its url to {}", self.name()),
            (None, known) => {
                format!("Known: {}", known.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", "))
            }
        };
        Ok(self.file.env.get(name).ok_or_else(|| Failure::Usage {
            message: format!("There is no environment \"{name}\" in {}", self.name()),
            hint: hint(),
        })?)
    }
}
