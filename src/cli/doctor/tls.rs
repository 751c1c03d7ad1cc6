//! Whether the connection is encrypted where it leaves this machine.

use super::{Facts, Said, good, warning};
use crate::database::TlsMode;

/// The encryption of the connection.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let (Some(session), Some(server)) = (facts.session(), &facts.server) else { return Vec::new() };
    let checked = matches!(session.url().tls_mode(), TlsMode::VerifyCa | TlsMode::VerifyFull);
    vec![match (session.url().is_local(), server.encrypted) {
        (true, _) => good("the server is on this machine; nothing travels"),
        (false, true) if checked => good("encrypted, and the server's certificate is checked"),
        (false, true) => {
            warning("encrypted, but the server's certificate is not checked", "Add ?sslmode=verify-full to the URL")
        }
        // A pooler in between may encrypt all the same; the server cannot know.
        (false, false) if session.is_transaction_pooled() => good("the pooler decides about encryption"),
        (false, false) => {
            warning("not encrypted: passwords and rows travel in the clear", "Add ?sslmode=require to the URL")
        }
    }]
}
