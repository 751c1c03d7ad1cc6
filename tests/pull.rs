//! What is written of a database gives the same database: of every case, run from the top by psql's rules; and the text that is written.

#[path = "support/cases.rs"]
mod cases;
mod support;

use cases::{Case, read_in};
use dbtool::catalog::Scope;
use dbtool::plan::compare;
use dbtool::pull::{file, files, plain, sections};
use libtest_mimic::{Failed, Trial};
use support::Database;

fn main() {
    let mut trials = cases::trials(written);
    trials.push(Trial::test("text", || read_by_people().map_err(Failed::from)));
    cases::main(trials);
}

fn pulled(database: &Database, fresh: &Database, scope: Scope) -> Result<Vec<dbtool::pull::Section>, Failed> {
    let scope = Scope { owners: true, ..scope };
    let (fresh, whole) = (read_in(fresh, &scope)?, read_in(database, &scope)?);
    sections(&plain(&fresh, &scope), &plain(&whole, &scope)).map_err(|error| format!("{error:#}").into())
}

/// One file gives back what the database has, and so do the files by object together.
fn written(case: &Case) -> Result<(), Failed> {
    let (database, copy) = (case.database(&["b.sql"])?, case.database(&[])?);
    let sections = pulled(&database, &copy, case.scope())?;
    let text = file(&sections);
    copy.try_execute(&text).map_err(|error| format!("{error}\nin\n{text}"))?;
    let differences = compare(&case.read(&copy)?, &case.read(&database)?);
    if !differences.is_empty() {
        return Err(format!("{differences:#?}\nafter\n{text}").into());
    }
    let length = |text: &str| text.lines().filter(|line| !line.is_empty()).count();
    let split: usize = files(&sections).values().map(|text| length(text)).sum();
    if split == length(&text) { Ok(()) } else { Err("the files by object have other lines than the one".into()) }
}

/// A schema as it comes out: constraints in their tables, what belongs to a table after it, and nothing that goes without saying.
fn read_by_people() -> Result<(), String> {
    let (database, fresh) = (Database::new(), Database::new());
    database.execute(
        "CREATE SCHEMA app;
         CREATE TABLE app.b (id serial PRIMARY KEY, a_id bigint);
         CREATE TABLE app.a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b_id int REFERENCES app.b ON DELETE CASCADE,
             n int NOT NULL DEFAULT 1 CHECK (n > 0), word text UNIQUE, CONSTRAINT n_or_word CHECK (n > 1 OR word <> ''));
         ALTER TABLE app.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES app.a;
         CREATE INDEX a_n ON app.a (n); COMMENT ON COLUMN app.a.n IS 'how many'; ALTER TABLE app.a ENABLE ROW LEVEL SECURITY;
         CREATE POLICY all_of_a ON app.a USING (n IN (SELECT id FROM app.b));",
    );
    let text = file(
        &pulled(&database, &fresh, Scope::default())
            .map_err(|failed| failed.message().unwrap_or_default().to_owned())?,
    );
    let expected = "CREATE SCHEMA app;

CREATE TABLE app.b (
    id serial PRIMARY KEY,
    a_id bigint
);

CREATE TABLE app.a (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    b_id integer REFERENCES app.b(id) ON DELETE CASCADE,
    n integer DEFAULT 1 NOT NULL CHECK ((n > 0)),
    word text UNIQUE,
    CONSTRAINT n_or_word CHECK (((n > 1) OR (word <> ''::text)))
);

ALTER TABLE app.a ENABLE ROW LEVEL SECURITY;
COMMENT ON COLUMN app.a.n IS 'how many';
CREATE INDEX a_n ON app.a (n);

CREATE POLICY all_of_a on app.a FOR ALL TO PUBLIC USING ((n IN ( SELECT b.id
   FROM app.b)));

ALTER TABLE app.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES app.a(id);
";
    if text == expected {
        Ok(())
    } else {
        Err(similar::TextDiff::from_lines(expected, &text).unified_diff().to_string())
    }
}
