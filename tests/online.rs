//! Every case in the online form, as if all tables were in use: the catalog comes out as the plain form makes it, the rows stay.

#[path = "support/cases.rs"]
mod cases;
mod support;

use cases::{Case, kept, loses_data, rows, statements};
use dbtool::catalog::Catalog;
use dbtool::plan::{plan, sparing};
use dbtool::sql::Statement;
use libtest_mimic::Failed;

fn main() {
    cases::main(cases::trials(prove))
}

/// From a to b with a's rows and back, where either way has an online form.
fn prove(case: &Case) -> Result<(), Failed> {
    let (database, other) = (case.database(&["a.sql", "rows.sql"])?, case.database(&["b.sql"])?);
    let (a, b) = (case.read(&database)?, case.read(&other)?);
    let (up, down) = (online(&a, &b)?, online(&b, &a)?);
    if !up.1 && !down.1 {
        return Ok(());
    }
    case.shape.online.check(&up.0)?;
    let before = rows(&database);
    case.carry_out(&database, &up.0, &b)?;
    if !loses_data(&up.0) {
        kept(&before, &rows(&database))?;
    }
    if !case.shape.one_way {
        case.carry_out(&database, &down.0, &a)?;
    }
    Ok(())
}

/// The online form, and whether it is another than the plain one.
fn online(from: &Catalog, to: &Catalog) -> Result<(Vec<Statement>, bool), Failed> {
    let both = plan(from, to).and_then(|plain| Ok((plain, sparing(from, to, &|_| true)?)));
    let (plain, online) = both.map_err(|error| format!("{error:#}"))?;
    Ok((statements(&online), statements(&online) != statements(&plain)))
}
