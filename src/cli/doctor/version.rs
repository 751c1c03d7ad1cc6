//! Whether the server's version is one that dbtool knows.

use super::{Facts, Said, good, warning};

/// The major versions that dbtool is tested with.
const KNOWN: std::ops::RangeInclusive<u32> = 13..=18;

/// The server's version.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let Some(session) = facts.session() else { return Vec::new() };
    vec![match KNOWN.contains(&session.major()) {
        true => good(format!("the server is PostgreSQL {}", session.version_text())),
        false => warning(
            format!(
                "the server is PostgreSQL {}; dbtool knows {} to {}",
                session.version_text(),
                KNOWN.start(),
                KNOWN.end()
            ),
            "Look for a newer dbtool, or try things out on a copy first",
        ),
    }]
}
