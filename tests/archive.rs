//! Every case whose plan keeps something in the archive: up and down again, and all rows are what they were.
//!
//! `kept.sql` holds rows with which a plain way back would fail.

#[path = "support/cases.rs"]
mod cases;
mod support;

use std::collections::BTreeMap;

use cases::{Case, loses_data, plan, read, statements};
use dbtool::archive::keep;
use dbtool::catalog::{Catalog, Scope};
use dbtool::plan::{compare, sparing};
use dbtool::run::run;
use dbtool::sql::{Hazard, Statement};
use libtest_mimic::{Failed, Trial};
use support::{Database, session, wait};

const VERSION: &str = "20260102030405";

fn main() {
    let mut trials = cases::trials(prove);
    trials.push(Trial::test("without_a_key_it_is_said", without_a_key_it_is_said));
    trials.push(Trial::test("what_happens_in_between", what_happens_in_between));
    trials.push(Trial::test("without_a_key_rows_are_known_by_the_rest", without_a_key_rows_are_known_by_the_rest));
    cases::main(trials)
}

/// From a to b with a's rows and back, the plain way and on tables in use, where something is kept.
fn prove(case: &Case) -> Result<(), Failed> {
    let other = case.database(&["b.sql"])?;
    for in_use in [false, true] {
        let database = case.database(&["a.sql", "rows.sql", "kept.sql"])?;
        let (a, b) = (managed(&database)?, managed(&other)?);
        let (up, down) = both(&a, &b, in_use)?;
        if !up.iter().flat_map(|s| &s.hazards).any(|hazard| matches!(hazard, Hazard::Kept { .. })) {
            return Ok(());
        }
        let (before, inherited) = (rows(&database), inherited(&database));
        carry_out(&database, &up, &b)?;
        carry_out(&database, &down, &a)?;
        if inherited != self::inherited(&database) {
            return Err(format!("inherited {inherited} became {}", self::inherited(&database)).into());
        }
        if !loses_data(&up) && before != rows(&database) {
            return Err(format!("before {before:#?}\nafter {:#?}\n{}", rows(&database), script(&up, &down)).into());
        }
        // Nothing is left behind, and all of it can be done again.
        carry_out(&database, &up, &b)?;
        carry_out(&database, &down, &a)?;
    }
    Ok(())
}

/// Rows changed, added and deleted between the way up and the way down.
fn what_happens_in_between() -> Result<(), Failed> {
    let database = Database::new();
    let schema = |name: &str, price: &str| {
        format!("CREATE TABLE t (id int PRIMARY KEY{name}, price {price}); CREATE TABLE gone (id int);")
    };
    database.execute(&schema(", name text DEFAULT 'new'", "numeric(10,2)"));
    database.execute("INSERT INTO t VALUES (1, 'a', 1.25), (2, NULL, 2.25), (3, 'c', 3.25)");
    let a = managed(&database)?;
    let other = Database::new();
    other.execute(&schema("", "integer").replace("CREATE TABLE gone (id int);", ""));
    let b = managed(&other)?;
    let (up, down) = both(&a, &b, false)?;
    carry_out(&database, &up, &b)?;
    database.execute("DELETE FROM t WHERE id = 3; UPDATE t SET price = 7 WHERE id = 2; INSERT INTO t VALUES (4, 4)");
    carry_out(&database, &down, &a)?;
    let expected = r#"{"id": 1, "name": "a", "price": 1.25} {"id": 2, "name": null, "price": 7.00} {"id": 4, "name": "new", "price": 4.00}"#;
    let now = rows(&database);
    if now["public.t"] == expected { Ok(()) } else { Err(format!("{now:#?}").into()) }
}

/// What cannot be kept stays declared as lost, and why.
fn without_a_key_it_is_said() -> Result<(), Failed> {
    let case =
        cases::all().into_iter().find(|case| case.name == "archive::without_key").ok_or("there is no such case")?;
    let (a, b) = (managed(&case.database(&["a.sql"])?)?, managed(&case.database(&["b.sql"])?)?);
    let hazards = both(&a, &b, false)?.0.into_iter().flat_map(|statement| statement.hazards);
    let lost: Vec<String> = hazards
        .filter_map(|hazard| match hazard {
            Hazard::DataLoss { what, .. } => Some(what.split(',').next().unwrap_or_default().to_owned()),
            _ => None,
        })
        .collect();
    let expected = [
        "column public.above.name",
        "column public.k.name",
        "column public.t.name",
        "what integer does not hold of column public.t.price",
    ];
    if lost.iter().collect::<std::collections::BTreeSet<_>>() == expected.map(str::to_owned).iter().collect() {
        return Ok(());
    }
    Err(format!("{lost:#?}").into())
}

/// Rows without a key get their values back as long as it is certain whose they are.
fn without_a_key_rows_are_known_by_the_rest() -> Result<(), Failed> {
    let of = |columns: &str| format!("CREATE TABLE t (a int, j json{columns}); CREATE TABLE one (a int{columns});");
    let filled = "INSERT INTO t VALUES (1, '[1]', 'p', 1), (1, '[1]', 'q', 2), (2, NULL, 'r', 3), (3, '[]', 's', 4);
        INSERT INTO one VALUES (1, 'p', 1), (1, NULL, 1), (NULL, 'q', 2)";
    let all = |database: &Database| ["t", "one"].map(|table| rows(database)[&format!("public.{table}")].clone());
    let lead = |to: &str, between: &str| -> Result<(Database, [String; 2]), Failed> {
        let (database, other) = (Database::new(), Database::new());
        database.execute(
            &of(", b text NOT NULL DEFAULT 'new', c int").replace("one (a int, b text NOT NULL", "one (a int, b text"),
        );
        database.execute(filled);
        other.execute(&of(to));
        let (a, b, before) = (managed(&database)?, managed(&other)?, all(&database));
        let (up, down) = both(&a, &b, true)?;
        if !loses_data(&up) {
            return Err("it must not be done without the stronger word".into());
        }
        carry_out(&database, &up, &b)?;
        database.execute(between);
        carry_out(&database, &down, &a)?;
        Ok((database, before))
    };
    let (database, before) = lead(", c int", "")?;
    if all(&database) != before {
        return Err(format!("{before:#?} became {:#?}", all(&database)).into());
    }
    // Of two columns it cannot be told which values of rows that are alike belong together; changed rows are no longer known.
    let (database, _) = lead("", "UPDATE t SET a = 7 WHERE a = 3")?;
    let expected = [
        r#"{"a": 1, "b": "new", "c": null, "j": [1]} {"a": 1, "b": "new", "c": null, "j": [1]} {"a": 2, "b": "r", "c": 3, "j": null} {"a": 7, "b": "new", "c": null, "j": []}"#,
        r#"{"a": 1, "b": "new", "c": null} {"a": 1, "b": "new", "c": null} {"a": null, "b": "q", "c": 2}"#,
    ];
    if all(&database) != expected {
        return Err(format!("{:#?}", all(&database)).into());
    }
    Ok(())
}

fn both(a: &Catalog, b: &Catalog, in_use: bool) -> Result<(Vec<Statement>, Vec<Statement>), Failed> {
    let plan = |from: &Catalog, to: &Catalog| sparing(from, to, &|_| in_use).map_err(|error| format!("{error:#}"));
    let (up, down) = keep(plan(a, b)?, plan(b, a)?, a, b, VERSION);
    Ok((statements(&up), statements(&down)))
}

/// What a database has, without the archive.
fn managed(database: &Database) -> Result<Catalog, Failed> {
    Ok(Scope::default().split(read(database)?).0)
}

fn carry_out(database: &Database, statements: &[Statement], expected: &Catalog) -> Result<(), Failed> {
    wait(async { run(&session(&database.url()).await, statements, |_| ()).await })
        .map_err(|error| format!("{error:#}\n\nin the plan\n{}", script(statements, &[])))?;
    let now = managed(database)?;
    let differences = compare(&now, expected);
    if differences.is_empty() && plan(&now, expected)?.is_empty() {
        return Ok(());
    }
    Err(format!("{differences:#?}\nafter\n{}", script(statements, &[])).into())
}

/// The rows of every table, whatever the order of their columns.
fn rows(database: &Database) -> BTreeMap<String, String> {
    const TABLES: &str = "SELECT format('%I.%I', nspname, relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";
    wait(async {
        let session = session(&database.url()).await;
        let mut rows = BTreeMap::new();
        for table in session.query(TABLES, &[]).await.expect("tables can be read") {
            let table: String = table.get(0);
            let all = format!(
                "SELECT coalesce(string_agg(r, ' ' ORDER BY r), '') FROM (SELECT to_jsonb(t)::text FROM ONLY {table} t) x (r)"
            );
            let text = session.query_one(&all, &[]).await.expect("rows can be read").get(0);
            rows.insert(table, text);
        }
        rows
    })
}

/// The columns that are only inherited, by table.
fn inherited(database: &Database) -> String {
    let sql = "SELECT coalesce(string_agg(attrelid::regclass || '.' || attname, ' ' ORDER BY attrelid::regclass::text, attname), '')
        FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND NOT attislocal AND attrelid >= 16384";
    wait(async { session(&database.url()).await.query_one(sql, &[]).await.expect("columns can be read").get(0) })
}

fn script(up: &[Statement], down: &[Statement]) -> String {
    let texts = |statements: &[Statement]| statements.iter().map(|s| format!("{};\n", s.text)).collect::<String>();
    format!("{}-- back\n{}", texts(up), texts(down))
}
