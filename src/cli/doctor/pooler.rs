//! Whether a pooler stands between, and of what kind.

use super::{Facts, Said, good, warning};

/// How the connection is lent.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let Some(session) = facts.session() else { return Vec::new() };
    vec![match session.is_transaction_pooled() {
        false => good("the connection is the session's own"),
        true => warning(
            "a pooler in transaction mode: reading works; changing, backups and restores do not",
            "Use the direct address, or the pooler's session mode (on Supabase port 5432)",
        ),
    }]
}
