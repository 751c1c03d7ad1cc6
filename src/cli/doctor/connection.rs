//! Whether the database can be reached.

use super::{Facts, Said, State, bad, good, warning};
use crate::cli::report::Report;
use crate::cli::style::Style;

/// The database, or why it cannot be reached.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    match &facts.connection {
        Ok((_, session)) => {
            let mut said = vec![good(format!("{} as {}", session.url().target(), session.user()))];
            if facts.server.as_ref().is_some_and(|server| server.standby) {
                said.push(warning(
                    "the server is a standby: nothing can be changed there",
                    "Use the primary's address",
                ));
            }
            if facts.server.is_none() {
                said.push(bad("the server does not answer questions about itself", "See its log"));
            }
            said
        }
        Err(report) => {
            let text = report.human(&Style::plain());
            let (message, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
            let message = message.strip_prefix("error: ").unwrap_or(message).trim_end().to_owned();
            vec![(State::Bad, message, (!hint.is_empty()).then(|| hint.trim_end().to_owned()))]
        }
    }
}
