//! One migration in files: `YYYYMMDDhhmmss_name.up.sql` and `.down.sql`, or `…_name.sql` for an up without a down.

use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::header::Header;
use super::sum::sha256;

/// How versions are made: UTC, to the second.
const FORMAT: &str = "%Y%m%d%H%M%S";

/// A migration as the folder has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Migration {
    /// The digits that the file's name begins with.
    pub version: String,
    /// What follows them.
    pub name: String,
    /// The way up.
    pub up: Script,
    /// The way down, if there is one.
    pub down: Option<Script>,
}

/// One of a migration's files.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The file's path as the user knows it.
    pub path: PathBuf,
    /// Its text, line endings normalised.
    pub text: String,
}

impl Migration {
    /// `VERSION_name`, as its files begin.
    pub fn title(&self) -> String {
        title(&self.version, &self.name)
    }

    /// What the header of its way up says.
    pub fn header(&self) -> Header {
        Header::read(&self.up.text)
    }
}

impl Script {
    /// A script of this text; line endings are normalised, a byte order mark is left out.
    pub fn new(path: PathBuf, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
        Self { path, text }
    }

    /// SHA-256 of the text, in hexadecimal.
    pub fn checksum(&self) -> String {
        sha256(&[self.text.as_bytes()])
    }

    /// The path for messages.
    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }
}

/// `VERSION_name`.
pub fn title(version: &str, name: &str) -> String {
    if name.is_empty() { version.to_owned() } else { format!("{version}_{name}") }
}

/// Which part of a migration a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `.up.sql`.
    Up,
    /// `.down.sql`.
    Down,
    /// `.sql`: a way up, or both parts with dbmate's markers.
    Only,
}

/// The version, name and part that a file's name says; none for a name that no migration has.
pub fn parse_name(path: &Path) -> Option<(String, String, Part)> {
    let file = path.file_name()?.to_str()?;
    let (stem, part) = [(".up.sql", Part::Up), (".down.sql", Part::Down), (".sql", Part::Only)]
        .into_iter()
        .find_map(|(suffix, part)| Some((file.strip_suffix(suffix)?, part)))?;
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    let (version, rest) = stem.split_at(digits);
    let name = if rest.is_empty() { "" } else { rest.strip_prefix('_')? };
    (!version.is_empty()).then(|| (version.to_owned(), name.to_owned(), part))
}

/// How two versions stand to each other: as numbers, whatever their length; a day comes where it belongs among moments.
pub fn order(a: &str, b: &str) -> std::cmp::Ordering {
    let significant = |version: &str| {
        let version = version.trim_start_matches('0');
        let is_day = version.len() >= 8 && version.starts_with("20");
        if is_day { format!("{version:0<14}") } else { version.to_owned() }
    };
    let (a, b) = (significant(a), significant(b));
    a.len().cmp(&b.len()).then(a.cmp(&b))
}

/// The version of a migration that is made at `now` and comes after `last`.
pub fn successor(last: Option<&str>, now: Timestamp) -> String {
    let text = |time: DateTime| time.strftime(FORMAT).to_string();
    let fresh = text(TimeZone::UTC.to_datetime(now));
    match last {
        Some(last) if order(&fresh, last).is_le() => DateTime::strptime(FORMAT, last)
            .ok()
            .and_then(|time| time.checked_add(1.second()).ok())
            .map(text)
            .or_else(|| last.parse::<u128>().ok().map(|number| (number + 1).to_string()))
            .unwrap_or(fresh),
        _ => fresh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(file: &str) -> Option<(String, String, Part)> {
        parse_name(Path::new(file))
    }

    #[test]
    fn reads_names_of_files() {
        let some = |version: &str, name: &str, part| Some((version.to_owned(), name.to_owned(), part));
        assert_eq!(named("migrations/20250102030405_add_t.up.sql"), some("20250102030405", "add_t", Part::Up));
        assert_eq!(named("20250102030405_add_t.down.sql"), some("20250102030405", "add_t", Part::Down));
        assert_eq!(named("20250102030405_add_t.sql"), some("20250102030405", "add_t", Part::Only));
        assert_eq!(named("1.up.sql"), some("1", "", Part::Up));
        assert_eq!(named("add_t.sql"), None);
        assert_eq!(named("1add.sql"), None);
        assert_eq!(named("1_add.txt"), None);
    }

    #[test]
    fn versions_are_ordered_as_numbers() {
        assert!(order("2", "10").is_lt());
        assert!(order("000002", "2").is_eq());
        assert!(order("20250102030405", "20250102030406").is_lt());
    }

    #[test]
    fn the_next_version_is_later_than_the_last() {
        let now: Timestamp = "2025-01-02T03:04:05Z".parse().expect("a time");
        assert_eq!(successor(None, now), "20250102030405");
        assert_eq!(successor(Some("20240102030405"), now), "20250102030405");
        assert_eq!(successor(Some("20250102030459"), now), "20250102030500");
        assert_eq!(successor(Some("99990000000000"), now), "99990000000001");
    }

    #[test]
    fn line_endings_do_not_change_the_checksum() {
        let of = |text| Script::new(PathBuf::new(), text).checksum();
        assert_eq!(of("a;\r\nb;\r\n"), of("a;\nb;\n"));
        assert_ne!(of("a;\nb;\n"), of("a;\nb;"));
    }
}
