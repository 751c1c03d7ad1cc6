//! Counts, sizes and times in words.

use indicatif::{HumanCount, HumanDuration};
use jiff::Timestamp;

/// "1 index", "1,204 rows", "2 policies".
pub fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{} {}", HumanCount(count), plural(noun)) }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with(['x', 's']) => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

/// "1,204 rows", from a million on "41 M rows".
pub fn many(count: u64, noun: &str) -> String {
    if count < 1_000_000 {
        counted(count, noun)
    } else {
        format!("{} {}", scaled(count, 1000, &["", "k", "M", "G", "T"]), plural(noun))
    }
}

/// "12 GB", in the units of `pg_size_pretty`.
pub fn bytes(count: u64) -> String {
    scaled(count, 1024, &["bytes", "kB", "MB", "GB", "TB", "PB"])
}

/// "2 hours ago".
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let elapsed = std::time::Duration::try_from(now.duration_since(then)).unwrap_or_default();
    if elapsed.as_secs() == 0 { "just now".to_owned() } else { format!("{} ago", HumanDuration(elapsed)) }
}

/// A count in the largest of the units that leaves at least one, with a decimal below ten of it.
fn scaled(count: u64, base: u64, units: &[&str]) -> String {
    let mut power = 1;
    let mut units = units.iter().peekable();
    let mut unit = units.next().copied().unwrap_or_default();
    while count / power >= base {
        let Some(larger) = units.next() else { break };
        (power, unit) = (power * base, larger);
    }
    let tenths = (u128::from(count) * 10 + u128::from(power) / 2) / u128::from(power);
    match (power, tenths) {
        (2.., 0..100) if tenths % 10 != 0 => format!("{}.{} {unit}", tenths / 10, tenths % 10),
        _ => format!("{} {unit}", (tenths + 5) / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_plurals_and_separators() {
        assert_eq!(counted(1, "index"), "1 index");
        assert_eq!(counted(2, "index"), "2 indexes");
        assert_eq!(counted(0, "policy"), "0 policies");
        assert_eq!(many(1204, "row"), "1,204 rows");
        assert_eq!(many(41_300_000, "row"), "41 M rows");
        assert_eq!(many(1_250_000, "row"), "1.3 M rows");
    }

    #[test]
    fn sizes_are_those_of_pg_size_pretty() {
        assert_eq!(bytes(0), "0 bytes");
        assert_eq!(bytes(1023), "1023 bytes");
        assert_eq!(bytes(8192), "8 kB");
        assert_eq!(bytes(1_600_000), "1.5 MB");
        assert_eq!(bytes(12 * 1024 * 1024 * 1024), "12 GB");
    }

    #[test]
    fn times_are_told_from_now() {
        let at = |second| Timestamp::from_second(second).expect("a time in range");
        assert_eq!(ago(at(0), at(2 * 3600)), "2 hours ago");
        assert_eq!(ago(at(0), at(60)), "60 seconds ago");
        assert_eq!(ago(at(0), at(3 * 86_400)), "3 days ago");
        assert_eq!(ago(at(10), at(10)), "just now");
        assert_eq!(ago(at(10), at(5)), "just now");
    }
}
