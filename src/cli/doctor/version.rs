//! Whether the server's version is one that dbtool knows.

use super::{Facts, Said, good, warning};
use crate::database::server::MAJORS;

/// The server's version.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let Some(session) = facts.session() else { return Vec::new() };
    vec![match MAJORS.contains(&session.major()) {
        true => good(format!("the server is PostgreSQL {}", session.version_text())),
        false => warning(
            format!(
                "the server is PostgreSQL {}; dbtool knows {} to {}",
                session.version_text(),
                MAJORS.start(),
                MAJORS.end()
            ),
            "Look for a newer dbtool, or try things out on a copy first",
        ),
    }]
}
