//! The address of a database, with everything that libpq would add to it, and never a password in print.

mod resolve;

use std::fmt;

use anyhow::Result;
use tokio_postgres::Config;

use self::resolve::{VARIABLES, resolve};
use super::conninfo::{self, Keywords};
use super::tls::{Tls, TlsMode};
use crate::failure::Failure;

/// The address of one database.
#[derive(Clone)]
pub struct Url {
    keywords: Keywords,
    config: Config,
    tls: Tls,
    source: String,
}

impl Url {
    /// Reads a URL or a list of `keyword=value`; `source` says where it stood, as in "Check DATABASE_URL".
    pub fn parse(text: &str, source: &str) -> Result<Self> {
        let resolved =
            conninfo::parse(text).and_then(|keywords| resolve(keywords, |name| std::env::var(name).ok(), source));
        resolved.map_err(|fault| {
            let message = format!("{source} is not the address of a Postgres database: {fault}");
            Failure::Usage { message, hint: "Write it as postgresql://user:password@host:5432/database".to_owned() }
                .into()
        })
    }

    /// A database of a server of our own, behind a socket in `folder`; the environment has no say in it.
    pub(super) fn on_socket(folder: &str, database: &str) -> Self {
        let given = [("host", folder), ("user", "postgres"), ("dbname", database)];
        let keywords = given.map(|(keyword, value)| (keyword.to_owned(), value.to_owned())).into();
        resolve(keywords, |_| None, "the scratch server").expect("a socket needs nothing else")
    }

    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.clone();
        url.keywords.insert("dbname".to_owned(), name.to_owned());
        url.config.dbname(name);
        url
    }

    /// The same database as another user, who needs no password.
    #[must_use]
    pub fn with_user(&self, name: &str) -> Self {
        let mut url = self.clone();
        url.keywords.insert("user".to_owned(), name.to_owned());
        url.config.user(name);
        url
    }

    /// Host and database in short, for messages.
    pub fn target(&self) -> String {
        format!("{}/{}", self.host(), self.database())
    }

    /// The host, or the folder of the socket.
    pub fn host(&self) -> &str {
        self.value("host").or_else(|| self.value("hostaddr")).unwrap_or_default()
    }

    /// The port, or several with commas between.
    pub fn port(&self) -> &str {
        self.value("port").unwrap_or("5432")
    }

    /// The name of the database.
    pub fn database(&self) -> &str {
        self.value("dbname").unwrap_or_default()
    }

    /// The user to log in as.
    pub fn user(&self) -> &str {
        self.value("user").unwrap_or_default()
    }

    /// Whether both name the same database, whoever logs in and however.
    pub fn is_same_database(&self, other: &Self) -> bool {
        let place = |url: &Self| (url.host().to_ascii_lowercase(), url.port().to_owned(), url.database().to_owned());
        place(self) == place(other)
    }

    /// Where the address came from, in the user's words.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the server runs on this machine.
    pub fn is_local(&self) -> bool {
        let hosts = self.value("hostaddr").unwrap_or_else(|| self.host());
        hosts.split(',').all(|host| {
            host.starts_with('/')
                || host == "localhost"
                || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        })
    }

    /// Whether the address looks like that of a pooler that keeps a connection for one transaction only.
    pub fn looks_pooled(&self) -> bool {
        self.port().split(',').any(|port| port == "6543")
            || self.host().contains("-pooler.")
            || self.value("pgbouncer") == Some("true")
    }

    /// What Postgres' own programs need in their environment to reach the same database.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        VARIABLES.iter().filter_map(|(keyword, name)| Some((*name, self.value(keyword)?.to_owned()))).collect()
    }

    /// `text` with the password blotted out, unless it is a name that the text may say anyway.
    pub fn scrub(&self, text: &str) -> String {
        match self.value("password") {
            Some(password) if ![self.user(), self.database(), self.host()].contains(&password) => {
                text.replace(password, "***")
            }
            _ => text.to_owned(),
        }
    }

    /// How the connection is to be encrypted.
    pub fn tls_mode(&self) -> TlsMode {
        self.tls.mode
    }

    /// What to hand to the driver.
    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// How the connection is encrypted.
    pub(super) fn tls(&self) -> &Tls {
        &self.tls
    }

    fn value(&self, keyword: &str) -> Option<&str> {
        self.keywords.get(keyword).map(String::as_str)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = if self.keywords.contains_key("password") { ":***" } else { "" };
        write!(f, "postgresql://{}{password}@{}:{}/{}", self.user(), self.host(), self.port(), self.database())?;
        match self.tls.mode {
            TlsMode::Prefer => Ok(()),
            mode => write!(f, "?sslmode={mode}"),
        }
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}
