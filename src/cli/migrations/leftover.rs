//! Statements of migrations that a schema cannot express: rows, calls, and what is made where nothing is managed.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::catalog::{ARCHIVE, Catalog, Scope};
use crate::cli::{Context, engine};
use crate::migration::Migration;
use crate::proof::Stage;
use crate::run::StatementFault;
use crate::sql::{Class, Head, Statement};

/// One of them, tried on the schema as it is after all migrations.
#[derive(Clone, Debug, Serialize)]
pub struct Leftover {
    /// Where it stands: `FILE:LINE:COLUMN`.
    pub place: String,
    /// The statement.
    #[serde(rename = "statement")]
    pub text: String,
    /// Why it is not kept, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What its file sets for the session before it.
    #[serde(skip)]
    settings: Vec<Statement>,
    #[serde(skip)]
    class: Option<Class>,
}

/// The statements of migrations that no schema expresses; what moves rows to the archive is for databases that had some.
pub fn leftovers(migrations: &[Migration], scope: &Scope) -> Result<Vec<Leftover>> {
    let mut found = Vec::new();
    for migration in migrations {
        let script = migration.up.parse()?;
        let mut settings: Vec<Statement> = Vec::new();
        for ((statement, head), place) in script.statements.iter().zip(&script.heads).zip(&script.places) {
            if head.class == Class::Session {
                settings.push(Statement::new(&statement.text));
            } else if is_left_over(head, scope) && !statement.text.contains(ARCHIVE) {
                let (text, class) = (statement.text.clone(), Some(head.class));
                found.push(Leftover { place: place.to_string(), text, fault: None, settings: settings.clone(), class });
            }
        }
    }
    Ok(found)
}

fn is_left_over(head: &Head, scope: &Scope) -> bool {
    let outside = |name: &[String]| name.len() > 1 && !scope.covers(&name[0]);
    match head.class {
        Class::Data | Class::Other => true,
        Class::Schema | Class::Server => outside(&head.object.name) || outside(&head.object.on),
        Class::Session | Class::Transaction => false,
    }
}

/// Tries each in a shadow, in order, on what the baseline makes; those that fail there, or change it, get a fault.
pub async fn try_out(
    context: &Context<'_>,
    leftovers: &mut [Leftover],
    baseline: &[Statement],
    managed: &Catalog,
    scope: &Scope,
) -> Result<()> {
    let wanted = managed.fingerprint(scope);
    let mut stage = staged(context, baseline, &[], scope).await?;
    for index in 0..leftovers.len() {
        let outcome = stage.run(&leftovers[index].statements()).await;
        let has_changed =
            leftovers[index].class == Some(Class::Other) && stage.read().await?.fingerprint(scope) != wanted;
        if has_changed {
            leftovers[index].fault = Some("it changes the schema, and what it makes is in the baseline".to_owned());
            stage.close().await?;
            stage = staged(context, baseline, &leftovers[..index], scope).await?;
        } else if let Err(error) = outcome {
            let words = error.downcast_ref::<StatementFault>().map(|fault| fault.message.clone());
            leftovers[index].fault = Some(words.unwrap_or_else(|| format!("{error:#}")));
        }
    }
    stage.close().await
}

/// A shadow with the baseline, and after it those that are kept.
async fn staged(context: &Context<'_>, baseline: &[Statement], leftovers: &[Leftover], scope: &Scope) -> Result<Stage> {
    let stage = engine::blank(context, None, scope).await?;
    stage.run(baseline).await.context("the baseline fails in the shadow")?;
    for leftover in leftovers.iter().filter(|leftover| leftover.fault.is_none()) {
        stage.run(&leftover.statements()).await?;
    }
    Ok(stage)
}

impl Leftover {
    fn statements(&self) -> Vec<Statement> {
        let transaction = Head::read(&self.text).transaction;
        let own = Statement::new(&self.text).transaction(transaction);
        self.settings.iter().cloned().chain([own]).collect()
    }
}

/// The text of a migration with what is left over; what is not kept stands there as a comment with the reason.
pub fn text_of(leftovers: &[Leftover]) -> String {
    let mut text = String::new();
    let mut set: Vec<&str> = Vec::new();
    for leftover in leftovers {
        let settings: Vec<&str> = leftover.settings.iter().map(|statement| statement.text.as_str()).collect();
        text += &format!("-- {}\n", leftover.place);
        match &leftover.fault {
            None => {
                if settings != set {
                    text += "RESET ALL;\n";
                    text.extend(settings.iter().map(|setting| format!("{setting};\n")));
                    set = settings;
                }
                text += &format!("{};\n\n", leftover.text);
            }
            Some(fault) => {
                let lines = format!("left out: {fault}\n{};", leftover.text);
                text += &lines.lines().map(|line| format!("-- {line}\n")).collect::<String>();
                text.push('\n');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::Script;

    fn found(sql: &str) -> Vec<Leftover> {
        let up = Script::new("m.sql".into(), sql);
        let migration = Migration { version: "1".to_owned(), name: "x".to_owned(), up, down: None };
        let scope = Scope { exclude_schemas: vec!["storage".to_owned()], ..Scope::default() };
        leftovers(&[migration], &scope).expect("it is SQL")
    }

    #[test]
    fn rows_calls_and_what_is_not_managed_are_left_over() {
        let sql = "CREATE TABLE t (a int); INSERT INTO t VALUES (1); SELECT cron.schedule('a', 'b', 'c');
            CREATE POLICY p ON storage.objects USING (true); CREATE POLICY p ON t USING (true);
            INSERT INTO dbtool_archive.entries DEFAULT VALUES; GRANT SELECT ON t TO x;";
        let texts: Vec<String> = found(sql).into_iter().map(|leftover| leftover.text).collect();
        let wanted = [
            "INSERT INTO t VALUES (1)",
            "SELECT cron.schedule('a', 'b', 'c')",
            "CREATE POLICY p ON storage.objects USING (true)",
        ];
        assert_eq!(texts, wanted);
    }

    #[test]
    fn what_is_not_kept_stands_in_the_file_as_a_comment() {
        let mut found = found("SET search_path = a;\nUPDATE t\nSET b = 1;\nDELETE FROM t;");
        found[0].fault = Some("no column b".to_owned());
        assert_eq!(
            text_of(&found),
            "-- m.sql:2:1\n-- left out: no column b\n-- UPDATE t\n-- SET b = 1;\n\n\
             -- m.sql:4:1\nRESET ALL;\nSET search_path = a;\nDELETE FROM t;\n\n"
        );
    }
}
