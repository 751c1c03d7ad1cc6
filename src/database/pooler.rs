//! Telling a pooler that lends connections for a transaction from one that lends them for a session.

use super::connect::link;
use super::refusal::Refusal;
use super::url::Url;

/// Whether a second session is served by the very process that serves the first, which is still open.
///
/// Only a pooler in transaction mode lends one connection of the server to two clients at once.
pub async fn shares_connections(url: &Url, pid: i32) -> Result<bool, Refusal> {
    let second = link(url).await?;
    let messages =
        second.client.simple_query("SELECT pg_backend_pid()").await.map_err(|error| Refusal::of(&error, url))?;
    Ok(messages.iter().any(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0) == Some(pid.to_string().as_str()),
        _ => false,
    }))
}
