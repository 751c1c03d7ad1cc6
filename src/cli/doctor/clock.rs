//! Whether this machine and the server agree about the time, by which migrations and backups are named.

use super::{Facts, Said, good, warning};

/// By how much the clocks may differ, in seconds.
const TOLERANCE: f64 = 5.0;

/// The two clocks.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let Some(server) = &facts.server else { return Vec::new() };
    let differ = server.ahead.abs();
    vec![if differ <= TOLERANCE {
        good("this machine's clock agrees with the server's")
    } else {
        let way = if server.ahead > 0.0 { "behind" } else { "ahead of" };
        warning(format!("this machine's clock is {differ:.0} s {way} the server's"), "Let both keep time by NTP")
    }]
}
