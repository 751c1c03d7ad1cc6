//! Writes migrations: their names, their headers, their two ways.

use anyhow::Result;
use jiff::Timestamp;

use super::Project;
use crate::cli::compare::Difference;
use crate::cli::engine::Plan;
use crate::cli::render::{Comparison, hazard_words, script};
use crate::migration::{Folder, Header, Migration, Progress, Record, sha256, successor, write};
use crate::plan::Change;
use crate::sql::Statement;

/// What goes into a migration that is written.
pub struct Author<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it does, in words.
    pub what: &'a str,
    /// The fingerprint of what it starts from.
    pub from: String,
    /// The fingerprint of what it leads to.
    pub to: String,
    /// The way up.
    pub up: &'a [Statement],
    /// The way down, if it has one.
    pub down: Option<&'a [Statement]>,
}

impl Author<'_> {
    /// A version after all that there are.
    pub fn version(folder: &Folder, records: &[Record]) -> String {
        let known = folder.migrations.iter().map(|migration| migration.version.as_str());
        let known = known.chain(records.iter().map(|record| record.version.as_str()));
        let last = known.max_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
        successor(last, Timestamp::now())
    }

    /// A version after all that a database has had, and before those that are pending, if there is room.
    pub fn version_of_the_past(folder: &Folder, records: &[Record]) -> String {
        let known = |version: &str| records.iter().any(|record| record.version == version);
        let pending = folder.migrations.iter().map(|migration| &*migration.version).find(|version| !known(version));
        let next = records.last().map(|last| Self::after(&last.version));
        match (next, pending) {
            (Some(next), Some(pending)) if (next.len(), next.as_str()) < (pending.len(), pending) => next,
            _ => Self::version(folder, records),
        }
    }

    /// The version right after another, whatever the time.
    pub fn after(version: &str) -> String {
        successor(Some(version), Timestamp::UNIX_EPOCH)
    }

    /// Writes the files.
    pub fn write(&self, folder: &mut Folder, version: &str) -> Result<Migration> {
        let text = |what: String, from: &String, to: &String, statements: &[Statement]| {
            let hazards = statements.iter().flat_map(|statement| &statement.hazards).map(hazard_words).collect();
            let header = Header { what, from: Some(from.clone()), to: Some(to.clone()), hazards, ..Header::default() };
            header.text() + &script(statements)
        };
        let up = text(self.what.to_owned(), &self.from, &self.to, self.up);
        let down = self.down.map(|down| text(format!("back from: {}", self.what), &self.to, &self.from, down));
        write(folder, version, self.name, &up, down.as_deref())
    }
}

impl Project<'_> {
    /// Records a migration that the database has had in other ways.
    pub async fn record(&self, session: &crate::database::Session, migration: &Migration) -> Result<()> {
        let record = Record { progress: Progress::Applied, ..super::Task::up(migration)?.record };
        self.ledger.save(session, &record).await
    }
}

/// A name made of what a plan does: `add_career_stats_view`.
pub fn migration_name(comparison: &Comparison) -> String {
    let parts: Vec<String> = described(comparison).into_iter().map(|(verb, what)| format!("{verb} {what}")).collect();
    let name = match parts.as_slice() {
        [] => "change".to_owned(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
    };
    slug(&name)
}

/// What a plan does, in a line.
pub fn describe(comparison: &Comparison) -> String {
    let wholes = comparison.wholes();
    let told = |difference: &Difference| format!("{} {}", verb(&difference.change), difference.title);
    let shown: Vec<String> = wholes.iter().take(5).map(|difference| told(difference)).collect();
    let more = wholes.len().saturating_sub(5);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

/// The changes of whole objects: the verb, and the object in plain words.
fn described(comparison: &Comparison) -> Vec<(&'static str, String)> {
    let words = |keyword: &str, parent: Option<&str>, identity: &str| {
        let whole = parent.map_or(identity, |parent| parent);
        let own = |name: &str| {
            let name = name.split('(').next().unwrap_or(name);
            name.rsplit('.').next().unwrap_or(name).to_owned()
        };
        let name = match (parent, identity.split_once(" on ")) {
            (_, Some((name, _))) => own(name),
            (Some(_), None) if !own(identity).starts_with(&own(whole)) => format!("{} {}", own(whole), own(identity)),
            _ => own(identity),
        };
        format!("{name} {}", keyword.to_lowercase())
    };
    let of = |difference: &Difference| {
        if difference.keyword == "RENAME" {
            let target = difference.identity.rsplit(' ').next().unwrap_or_default().to_owned();
            return ("rename to", target);
        }
        (
            verb(&difference.change),
            words(
                &difference.keyword,
                difference.parent.as_ref().map(|parent| &*parent.identity),
                &difference.identity,
            ),
        )
    };
    comparison.wholes().into_iter().map(of).collect()
}

fn verb(change: &Change) -> &'static str {
    match change {
        Change::Missing => "add",
        Change::Extra => "drop",
        Change::Different(_) => "change",
    }
}

/// Words as part of a file's name.
fn slug(words: &str) -> String {
    let mut slug = String::new();
    for character in words.chars() {
        match character {
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            _ if slug.is_empty() || slug.ends_with('_') => {}
            _ => slug.push('_'),
        }
    }
    let slug = slug.trim_end_matches('_');
    let short: String = slug.chars().take(60).collect();
    let short = short.trim_end_matches('_').to_owned();
    if short.is_empty() { format!("migration_{}", &sha256(&[words.as_bytes()])[..8]) } else { short }
}

impl Author<'_> {
    /// A name as the user gave it, fit for a file.
    pub fn named(name: &str) -> String {
        slug(name)
    }

    /// What a plan is written as.
    pub fn of<'b>(plan: &'b Plan, name: &'b str, what: &'b str, from: String, to: String) -> Author<'b> {
        Author { name, what, from, to, up: &plan.up, down: Some(&plan.down) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_fit_for_files() {
        assert_eq!(slug("add Career-Stats  view"), "add_career_stats_view");
        assert_eq!(slug("../x; rm"), "x_rm");
        assert_eq!(slug("größe"), "gr_e");
        assert_eq!(slug("表").len(), "migration_".len() + 8);
        assert_eq!(slug(&"a".repeat(99)).len(), 60);
    }
}
