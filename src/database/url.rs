//! The address of a database, with everything that libpq would add to it, and never a password in print.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use tokio_postgres::Config;

use super::conninfo::{self, Keywords};
use super::passfile;
use super::tls::{Tls, TlsMode};
use crate::failure::Failure;

/// Keywords with the environment variables that speak where the URL is silent.
const VARIABLES: [(&str, &str); 19] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("dbname", "PGDATABASE"),
    ("passfile", "PGPASSFILE"),
    ("options", "PGOPTIONS"),
    ("application_name", "PGAPPNAME"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslnegotiation", "PGSSLNEGOTIATION"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("load_balance_hosts", "PGLOADBALANCEHOSTS"),
    ("service", "PGSERVICE"),
];

/// Parameters of libpq, Prisma and poolers that people's URLs carry and that change nothing for dbtool.
const WITHOUT_EFFECT: [&str; 16] = [
    "connection_limit",
    "fallback_application_name",
    "gssencmode",
    "gsslib",
    "krbsrvname",
    "pgbouncer",
    "pool_timeout",
    "require_auth",
    "schema",
    "socket_timeout",
    "sslcompression",
    "sslcrl",
    "sslsni",
    "ssl_min_protocol_version",
    "statement_cache_size",
    "supa",
];

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
            conninfo::parse(text).and_then(|keywords| Self::resolve(keywords, |name| std::env::var(name).ok(), source));
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
        Self::resolve(keywords, |_| None, "the scratch server").expect("a socket needs nothing else")
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

    /// Adds what the environment and the defaults say to what was given.
    fn resolve(
        mut keywords: Keywords,
        variable: impl Fn(&str) -> Option<String>,
        source: &str,
    ) -> Result<Self, String> {
        for (keyword, name) in VARIABLES {
            if let Some(value) = variable(name).filter(|value| !value.is_empty()) {
                keywords.entry(keyword.to_owned()).or_insert(value);
            }
        }
        check(&keywords)?;
        let home = variable("HOME").map(PathBuf::from);
        add_defaults(&mut keywords, || variable("USER").or_else(|| variable("USERNAME")));
        add_password(&mut keywords, home.as_deref());
        let tls = Tls::new(&keywords, home.as_deref())?;
        let config = configure(&keywords)?;
        Ok(Self { keywords, config, tls, source: source.to_owned() })
    }
}

/// Names the first parameter that dbtool cannot honour.
fn check(keywords: &Keywords) -> Result<(), String> {
    let known = |keyword: &str| keyword != "service" && VARIABLES.iter().any(|(name, _)| *name == keyword);
    match keywords
        .keys()
        .find(|keyword| !known(keyword) && !is_passed_on(keyword) && !WITHOUT_EFFECT.contains(&keyword.as_str()))
    {
        Some(keyword) => Err(format!("the parameter \"{keyword}\" is not supported")),
        None => Ok(()),
    }
}

/// Whether the driver knows a keyword that has no variable.
fn is_passed_on(keyword: &str) -> bool {
    keyword.starts_with("keepalives") || keyword == "tcp_user_timeout"
}

fn add_defaults(keywords: &mut Keywords, system_user: impl Fn() -> Option<String>) {
    if !keywords.contains_key("host") && !keywords.contains_key("hostaddr") {
        keywords.insert("host".to_owned(), default_host().to_owned());
    }
    if !keywords.contains_key("user") {
        keywords.extend(system_user().map(|user| ("user".to_owned(), user)));
    }
    if let Some(user) = keywords.get("user").cloned() {
        keywords.entry("dbname".to_owned()).or_insert(user);
    }
}

/// The folder of the socket that libpq would use, else this machine.
fn default_host() -> &'static str {
    ["/var/run/postgresql", "/tmp"]
        .into_iter()
        .find(|folder| std::path::Path::new(folder).join(".s.PGSQL.5432").exists())
        .unwrap_or("localhost")
}

fn add_password(keywords: &mut Keywords, home: Option<&std::path::Path>) {
    if keywords.contains_key("password") {
        return;
    }
    let get = |keyword: &str, default: &'static str| keywords.get(keyword).map_or(default, String::as_str);
    let host = match get("host", "localhost") {
        socket if socket.starts_with('/') => "localhost",
        host => host,
    };
    let file = keywords.get("passfile").map(PathBuf::from).or_else(|| Some(home?.join(".pgpass")));
    let found =
        file.and_then(|file| passfile::password(&file, host, get("port", "5432"), get("dbname", ""), get("user", "")));
    keywords.extend(found.map(|password| ("password".to_owned(), password)));
}

/// The driver's form of the keywords; TLS is dbtool's own affair.
fn configure(keywords: &Keywords) -> Result<Config, String> {
    let ours = |keyword: &str| keyword == "passfile" || keyword.starts_with("ssl") && keyword != "sslnegotiation";
    let pairs: Vec<_> = keywords
        .iter()
        .filter(|(keyword, _)| !ours(keyword) && !WITHOUT_EFFECT.contains(&keyword.as_str()))
        .map(|(keyword, value)| format!("{keyword}='{}'", value.replace('\\', "\\\\").replace('\'', "\\'")))
        .collect();
    let mut config: Config = pairs.join(" ").parse().map_err(|error| cause(&error))?;
    if config.get_application_name().is_none() {
        config.application_name("dbtool");
    }
    if config.get_connect_timeout().is_some_and(Duration::is_zero) {
        config.connect_timeout(Duration::MAX);
    }
    Ok(config)
}

/// What is behind an error of the driver, whose own words are "invalid connection string".
fn cause(error: &tokio_postgres::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
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
