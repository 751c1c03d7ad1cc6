//! What libpq adds to an address: environment variables, the password file and defaults.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_postgres::Config;

use super::Url;
use crate::database::conninfo::Keywords;
use crate::database::passfile;
use crate::database::tls::Tls;

/// Keywords with the environment variables that speak where the URL is silent.
pub const VARIABLES: [(&str, &str); 19] = [
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

/// Adds what the environment and the defaults say to what was given.
pub fn resolve(mut keywords: Keywords, variable: impl Fn(&str) -> Option<String>, source: &str) -> Result<Url, String> {
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
    Ok(Url { keywords, config, tls, source: source.to_owned() })
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
        .find(|folder| Path::new(folder).join(".s.PGSQL.5432").exists())
        .unwrap_or("localhost")
}

fn add_password(keywords: &mut Keywords, home: Option<&Path>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::conninfo::parse;

    fn resolved(text: &str, variables: &[(&str, &str)]) -> Result<Url, String> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        resolve(parse(text)?, variable, "DATABASE_URL")
    }

    #[test]
    fn the_environment_speaks_where_the_url_is_silent() {
        let variables = [("PGHOST", "other"), ("PGUSER", "ann"), ("PGPASSWORD", "s3cret"), ("PGSSLMODE", "require")];
        let url = resolved("postgresql://db/app", &variables).unwrap();
        assert_eq!(url.to_string(), "postgresql://ann:***@db:5432/app?sslmode=require");
        assert_eq!(url.config().get_password(), Some(b"s3cret".as_slice()));
        assert_eq!(resolved("postgresql://db", &[("USER", "bob")]).unwrap().target(), "db/bob");
    }

    #[test]
    fn no_print_shows_the_password() {
        for text in [
            "postgresql://ann:s3cret@db/app",
            "postgresql://ann@db/app?password=s3cret",
            "host=db user=ann dbname=app password=s3cret",
        ] {
            let url = resolved(text, &[]).unwrap();
            assert_eq!(
                format!("{url} {url:?}"),
                "postgresql://ann:***@db:5432/app Url(postgresql://ann:***@db:5432/app)"
            );
            assert_eq!(url.scrub("fe_sendauth: s3cret"), "fe_sendauth: ***");
        }
    }

    #[test]
    fn tells_local_addresses_and_poolers() {
        let url = |text: &str| resolved(text, &[("USER", "ann")]).unwrap();
        assert!(url("postgresql://localhost/a").is_local() && url("postgresql://127.0.0.1/a").is_local());
        assert!(url("postgresql://[::1]/a").is_local() && url("host=/run/pg").is_local());
        assert!(!url("postgresql://localhost,db/a").is_local());
        assert!(url("postgresql://db:6543/a").looks_pooled() && url("postgresql://db/a?pgbouncer=true").looks_pooled());
        assert!(
            url("postgresql://ep-1-pooler.eu.neon.tech/a").looks_pooled() && !url("postgresql://db/a").looks_pooled()
        );
    }

    #[test]
    fn names_what_it_does_not_know() {
        let fault = |text: &str| resolved(text, &[("USER", "ann")]).unwrap_err();
        assert_eq!(fault("postgresql://db/a?sslmod=require"), "the parameter \"sslmod\" is not supported");
        assert_eq!(fault("postgresql://db/a?sslmode=always"), "sslmode \"always\" is unknown");
        assert_eq!(fault("postgresql://db:99999/a"), "invalid value for option `port`");
    }
}
