//! The settings in force where a statement stands.

use anyhow::Result;

use super::Loader;
use crate::source::{Source, SourceStatement};
use crate::sql::{Class, Cursor};

/// Function bodies are checked when everything is there.
pub(super) const UNCHECKED: &str = "SET check_function_bodies = off";

/// Which statements set something for the session.
pub(super) fn positions(source: &Source) -> Vec<usize> {
    let statements = source.statements.iter().enumerate();
    statements.filter(|(_, s)| s.head.class == Class::Session).map(|(index, _)| index).collect()
}

/// What is sent for a statement: its text, unless it would set what the load decides itself.
pub(super) fn texts<'a>(source: &'a Source, statement: &SourceStatement) -> Vec<&'a str> {
    let text = source.text(statement);
    match (statement.head.class, statement.head.object.own_name()) {
        (Class::Session, "check_function_bodies" | "client_encoding" | "names") => vec![],
        (Class::Session, "all") => vec![text, UNCHECKED],
        _ => vec![text],
    }
}

/// Whether the source itself turns the checks of function bodies off, and not on again.
pub(super) fn leaves_bodies_unchecked(source: &Source) -> bool {
    let mut sets = source.statements.iter().rev();
    let last = sets.find(|s| s.head.class == Class::Session && s.head.object.own_name() == "check_function_bodies");
    last.is_some_and(|statement| {
        let text = source.text(statement);
        Cursor::new(text, 0)
            .rest()
            .any(|t| ["false", "off", "no", "0"].contains(&text[t.start..t.end].trim_matches('\'')))
    })
}

/// Ends what statements have set for the session.
pub(super) const RESET: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

impl Loader<'_> {
    /// How many statements before this one set something for the session.
    pub(super) fn sessions_before(&self, statement: usize) -> usize {
        self.sessions.partition_point(|&index| index < statement)
    }

    /// Brings the session to what the source has set where `statement` stands.
    pub(super) async fn enter(&mut self, statement: usize) -> Result<()> {
        let wanted = self.sessions_before(statement);
        if wanted == self.in_force {
            return Ok(());
        }
        self.client.batch_execute(RESET).await?;
        self.client.batch_execute(UNCHECKED).await?;
        for &index in &self.sessions[..wanted] {
            for text in texts(self.source, &self.source.statements[index]) {
                // One that failed was reported where it stands.
                let _failed = self.client.batch_execute(text).await.is_err();
            }
        }
        self.in_force = wanted;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        let folder = tempfile::tempdir().expect("a folder for a test");
        std::fs::write(folder.path().join("schema.sql"), text).expect("a file for a test");
        Source::read(&["schema.sql".to_owned()], folder.path()).expect("a source that can be read")
    }

    #[test]
    fn keeps_to_itself_what_the_load_decides() {
        let source = source("set check_function_bodies = on; reset all; set search_path to a; create table t ()");
        let sent = source.statements.iter().map(|statement| texts(&source, statement).len());
        assert_eq!(sent.collect::<Vec<_>>(), [0, 2, 1, 1]);
        assert_eq!(positions(&source), [0, 1, 2]);
    }

    #[test]
    fn knows_whether_bodies_are_to_be_checked() {
        assert!(leaves_bodies_unchecked(&source("set check_function_bodies = 'off'; create table t ()")));
        assert!(!leaves_bodies_unchecked(&source("set check_function_bodies = off; set check_function_bodies = on")));
        assert!(!leaves_bodies_unchecked(&source("create table t ()")));
    }
}
