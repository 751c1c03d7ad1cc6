//! Every case both ways: planned, run, read back and equal, with the rows that were there; and from nothing as well.
//!
//! `cargo test --test proof -- index::` runs the cases of one kind.

#[path = "support/cases.rs"]
mod cases;
mod support;

use std::collections::BTreeSet;

use cases::{Case, TOPICS, kept, loses_data, plan, rows, statements};
use dbtool::object::Kind;
use libtest_mimic::{Failed, Trial};

fn main() {
    let mut trials = cases::trials(prove);
    trials.push(Trial::test("every_kind_has_a_case", every_kind_has_a_case));
    cases::main(trials)
}

/// From a to b with a's rows, back to a, and from nothing to b.
fn prove(case: &Case) -> Result<(), Failed> {
    let (database, other) = (case.database(&["a.sql", "rows.sql"])?, case.database(&["b.sql"])?);
    let (a, b) = (case.read(&database)?, case.read(&other)?);
    let (up, down) = (statements(&plan(&a, &b)?), statements(&plan(&b, &a)?));
    case.shape.up.check(&up)?;
    case.shape.down.check(&down)?;
    let before = rows(&database);
    case.carry_out(&database, &up, &b)?;
    if !loses_data(&up) {
        kept(&before, &rows(&database))?;
    }
    if !case.shape.one_way {
        case.carry_out(&database, &down, &a)?;
        if !loses_data(&up) && !loses_data(&down) {
            kept(&before, &rows(&database))?;
        }
    }
    let empty = case.database(&[])?;
    let nothing = case.read(&empty)?;
    case.carry_out(&empty, &statements(&plan(&nothing, &b)?), &b)?;
    case.carry_out(&empty, &statements(&plan(&b, &nothing)?), &nothing)?;
    Ok(())
}

fn every_kind_has_a_case() -> Result<(), Failed> {
    let folders: BTreeSet<String> = cases::all().into_iter().map(|case| case.kind).collect();
    let kinds: BTreeSet<Kind> = folders.iter().filter_map(|folder| cases::kind_of(folder)).collect();
    let without: Vec<_> = Kind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    let known = |f: &&String| cases::kind_of(f).is_some() || TOPICS.contains(&f.as_str());
    let unknown: Vec<_> = folders.iter().filter(|folder| !known(folder)).collect();
    if without.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    Err(format!("kinds without a case: {without:?}; folders of no kind or topic: {unknown:?}").into())
}
