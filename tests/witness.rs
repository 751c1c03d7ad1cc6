//! `pg_dump` sees what the reader of catalogs does not: after a plan, it prints the same of both databases.

#[path = "support/cases.rs"]
mod cases;
mod support;

use cases::{Case, plan, statements};
use libtest_mimic::Failed;
use support::{Database, session, wait};

fn main() {
    cases::main(cases::trials(attest))
}

/// From a to b, and from nothing to b.
fn attest(case: &Case) -> Result<(), Failed> {
    let desired = case.database(&["b.sql"])?;
    let (b, expected) = (case.read(&desired)?, dump(&desired));
    for database in [case.database(&["a.sql"])?, case.database(&[])?] {
        let way = statements(&plan(&case.read(&database)?, &b)?);
        wait(async { dbtool::run::run(&session(&database.url()).await, &way, |_| ()).await })
            .map_err(|error| format!("{error:#}"))?;
        let seen = dump(&database);
        if seen != expected && seen != dump(&loaded_again(&desired)) {
            let changes = similar::TextDiff::from_lines(&expected, &seen).unified_diff().to_string();
            return Err(format!("pg_dump differs:\n{changes}").into());
        }
    }
    Ok(())
}

/// A database with what `pg_dump` prints of another: some expressions are printed otherwise once they have been read again.
fn loaded_again(database: &Database) -> Database {
    let again = Database::new();
    let lines = database.dump();
    again.execute(&lines.lines().filter(|line| !line.starts_with('\\')).collect::<Vec<_>>().join("\n"));
    again
}

/// What `pg_dump` prints, its statements sorted, and within them their lines: neither order is part of a schema.
fn dump(database: &Database) -> String {
    let text = database.dump();
    let kept = text.lines().filter(|line| !line.is_empty() && !line.starts_with("--") && !line.starts_with('\\'));
    let mut statements = vec![Vec::new()];
    for line in kept {
        statements.last_mut().expect("there is one from the start").push(line.trim_end_matches(','));
        if line.ends_with(';') {
            statements.push(Vec::new());
        }
    }
    let sorted = |mut lines: Vec<&str>| {
        lines.sort_unstable();
        lines.join("\n") + "\n"
    };
    let mut statements: Vec<String> = statements.into_iter().map(sorted).collect();
    statements.sort_unstable();
    statements.concat()
}
