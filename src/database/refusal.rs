//! Why a connection failed, in one sentence, and what to do about it.

use std::error::Error as _;
use std::io;

use tokio_postgres::error::{DbError, SqlState};

use super::url::Url;
use crate::failure::Failure;

/// A reason without any password, and the next step.
#[derive(Debug)]
pub struct Refusal {
    reason: String,
    hint: String,
}

impl Refusal {
    /// A refusal in dbtool's own words.
    pub fn new(reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { reason: reason.into(), hint: hint.into() }
    }

    /// Nobody answered in time.
    pub fn timeout() -> Self {
        let hint = "If it lasts: is the host right, and does its firewall let this machine in?";
        Self::new("connection timeout. Retry in a few minutes", hint)
    }

    /// What an error of the driver means to the user.
    pub fn of(error: &tokio_postgres::Error, url: &Url) -> Self {
        let chain = || std::iter::successors(error.source(), |error| (*error).source());
        if let Some(error) = error.as_db_error() {
            return of_server(error, url);
        }
        if let Some(error) = chain().find_map(certificate_fault) {
            return Self::new(
                format!("the server's certificate is not accepted: {error}"),
                "Name the authority's certificate in sslrootcert, or encrypt without checking with sslmode=require",
            );
        }
        if let Some(error) = chain().find_map(|error| error.downcast_ref::<io::Error>()) {
            return of_network(error, url);
        }
        match chain().last().map(ToString::to_string) {
            Some(text) if text == "server does not support TLS" => Self::new(
                "the server does not offer TLS",
                "If the network is to be trusted, add ?sslmode=disable to the URL",
            ),
            Some(text) if text == "password missing" => {
                Self::new("the server asks for a password, and none is given", login(url))
            }
            Some(text) => Self::new(text, "Is it a Postgres server that listens there?"),
            None if error.is_closed() => Self::new("the server closed the connection", "Its log says why"),
            None => Self::new(error.to_string(), "Is it a Postgres server that listens there?"),
        }
    }

    /// The failure to show, for the environment or address called `target`.
    pub fn failure(self, url: &Url, target: &str) -> Failure {
        Failure::Connect {
            target: url.scrub(target),
            advice: format!("Check {}", url.source()),
            reason: url.scrub(&self.reason),
            hint: self.hint,
        }
    }
}

/// The words of a server that answered.
fn of_server(error: &DbError, url: &Url) -> Refusal {
    let message = error.message();
    let code = error.code();
    let unencrypted = || message.contains("no encryption") || message.contains("SSL off");
    if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        && message.starts_with("no pg_hba.conf entry")
        && unencrypted()
    {
        return Refusal::new("the server requires TLS", "Add ?sslmode=require to the URL");
    }
    let hint = match code.code() {
        "28P01" => login(url),
        "28000" => "Is the user's name right, and does the server's pg_hba.conf let it in from here?".to_owned(),
        "3D000" => format!("Create it with CREATE DATABASE {}, or correct the URL", crate::sql::ident(url.database())),
        "42501" => "Ask its owner for GRANT CONNECT ON DATABASE".to_owned(),
        "53300" => "Retry when others have disconnected, or raise max_connections".to_owned(),
        "57P03" => "Retry in a few seconds".to_owned(),
        _ => "These are the server's own words".to_owned(),
    };
    let detail = error.detail().map(|detail| format!(" ({})", detail.trim_end_matches('.'))).unwrap_or_default();
    match *code == SqlState::TOO_MANY_CONNECTIONS {
        true => Refusal::new(format!("too many connections: {message}"), hint),
        false => Refusal::new(format!("{message}{detail}"), hint),
    }
}

/// The failure of a host or network that did not let us through to a server.
fn of_network(error: &io::Error, url: &Url) -> Refusal {
    let (host, port) = (url.host(), url.port());
    let at = if host.starts_with('/') { format!("{host}/.s.PGSQL.{port}") } else { format!("{host}:{port}") };
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::TimedOut => Refusal::timeout(),
        io::ErrorKind::ConnectionRefused => {
            Refusal::new(format!("connection refused by {at}"), "Is the server running, and is the port right?")
        }
        io::ErrorKind::NotFound if host.starts_with('/') => {
            Refusal::new(format!("no server listens on {at}"), "Is the server running, and is its socket there?")
        }
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => Refusal::new(
            "the server closed the connection",
            "Is it a Postgres server that listens there? Its log says why",
        ),
        _ if text.contains("lookup address") || text.contains("could not resolve") => {
            Refusal::new(format!("unknown host {host}"), "Is the host's name right, and is this machine online?")
        }
        _ => Refusal::new(format!("{text} ({at})"), "Can this machine reach the server?"),
    }
}

/// The fault of a certificate or handshake, which the driver wraps in an error of input and output.
fn certificate_fault<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    error.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref()
}

fn login(url: &Url) -> String {
    format!("Correct the password in {}, in PGPASSWORD or in ~/.pgpass", url.source())
}
