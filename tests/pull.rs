//! What is written of a database gives the same database: of every case, run from the top by psql's rules; and the text that is written.

#[path = "support/cases.rs"]
mod cases;
mod support;

use std::collections::BTreeSet;

use cases::{Case, read_in};
use dbtool::catalog::Scope;
use dbtool::plan::compare;
use dbtool::pull::{file, files, plain, sections};
use libtest_mimic::{Failed, Trial};
use support::Database;

fn main() {
    let mut trials = cases::trials(written);
    trials.push(Trial::test("text", || read_by_people().map_err(Failed::from)));
    trials.push(Trial::test("partitions", || partitions().map_err(Failed::from)));
    cases::main(trials);
}

fn pulled(database: &Database, fresh: &Database, scope: Scope) -> Result<Vec<dbtool::pull::Section>, Failed> {
    let scope = Scope { owners: true, ..scope };
    let (fresh, whole) = (read_in(fresh, &scope)?, read_in(database, &scope)?);
    sections(&plain(&fresh, &scope), &plain(&whole, &scope), &BTreeSet::new())
        .map_err(|error| format!("{error:#}").into())
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

CREATE POLICY all_of_a ON app.a USING ((n IN ( SELECT b.id
   FROM app.b)));

ALTER TABLE app.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES app.a(id);
";
    if text == expected {
        Ok(())
    } else {
        Err(similar::TextDiff::from_lines(expected, &text).unified_diff().to_string())
    }
}

/// Partitions are written as such, behind all that they have of their partitioned table; one that has more is a table of its own.
fn partitions() -> Result<(), String> {
    let (database, fresh) = (Database::new(), Database::new());
    database.execute(
        "CREATE TABLE m (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
         CREATE TABLE m_24 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY HASH (id);
         CREATE TABLE m_24_0 PARTITION OF m_24 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
         CREATE INDEX m_at ON m (at);
         CREATE TABLE l (a int) PARTITION BY LIST (a);
         CREATE TABLE l_1 PARTITION OF l FOR VALUES IN (1);
         CREATE INDEX own ON l_1 (a);",
    );
    let text = file(&pulled(&database, &fresh, Scope::default()).map_err(|failed| format!("{failed:?}"))?);
    let expected = "\
CREATE TABLE public.m_24 PARTITION OF public.m FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY HASH (id);
CREATE TABLE public.m_24_0 PARTITION OF public.m_24 FOR VALUES WITH (modulus 1, remainder 0);
";
    let others = text.contains("ALTER TABLE ONLY public.l ATTACH PARTITION public.l_1 FOR VALUES IN (1);");
    let before = text.find("CREATE INDEX m_at ON public.m (at);") < text.find(expected);
    if text.contains(expected) && before && others { Ok(()) } else { Err(text) }
}
