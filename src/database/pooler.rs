//! Telling a pooler that lends connections for a transaction from one that lends them for a session.

use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::connect::link;
use super::refusal::Refusal;
use super::url::Url;

/// Whether a second session is served by the very process that serves the first, which is still open.
///
/// Only a pooler in transaction mode lends one connection of the server to two clients at once.
pub async fn shares_connections(url: &Url, first: &Client) -> Result<bool, Refusal> {
    let second = link(url).await?.client;
    let (first, second) = (process(first).await, process(&second).await);
    let refuse = |error| Refusal::of(&error, url);
    Ok(first.map_err(refuse)? == second.map_err(refuse)?)
}

/// The process that serves a session, as text; asked without a prepared statement, which some poolers lose.
async fn process(client: &Client) -> Result<Option<String>, Error> {
    let messages = client.simple_query("SELECT pg_backend_pid()").await?;
    Ok(messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}
