//! How fast the engine is, beside `pg_dump` and `psql` on the same database in the same run.
//!
//! `cargo bench -- SCHEMA.sql` takes a schema of yours, which must load with `psql`; without one only growth is measured.

#[path = "../tests/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use dbtool::catalog::{self, Catalog};
use dbtool::plan::plan;
use support::{Database, session, wait};

/// A program's share of the yardstick's time.
struct Line {
    what: &'static str,
    time: Duration,
    yardstick: (&'static str, Duration),
    at_most: f64,
}

fn main() {
    let mut lines = Vec::new();
    if let Some(schema) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        lines.extend(real(Path::new(&schema)));
    }
    lines.push(growth());
    let mut table =
        format!("{:<24} {:>9}   {:<24} {:>9} {:>7} {:>8}\n", "", "time", "against", "time", "ratio", "at most");
    for Line { what, time, yardstick: (against, base), at_most } in &lines {
        let (time, base) = (time.as_secs_f64(), base.as_secs_f64());
        let ratio = time / base;
        writeln!(table, "{what:<24} {time:>8.3}s   {against:<24} {base:>8.3}s {ratio:>7.2} {at_most:>8}")
            .expect("a string can be written to");
    }
    writeln!(table, "peak memory of this process, with all catalogs: {}", peak()).expect("a string can be written to");
    std::io::stdout().write_all(table.as_bytes()).expect("stdout can be written to");
}

/// The measures of a real schema.
fn real(schema: &Path) -> Vec<Line> {
    let schema = schema.canonicalize().expect("the schema file is there");
    let database = Database::new();
    let load = time(|| psql(&database, &schema));
    let dump = best(|| drop(database.dump()));
    let read_time = best(|| drop(read(&database)));
    let catalog = read(&database);
    let planning = best(|| drop(plan(&catalog.empty_like(), &catalog).expect("a plan can be made")));
    let project = tempfile::tempdir().expect("a folder can be made");
    let cold = time(|| status(&database, &schema, project.path()));
    let cached = best(|| status(&database, &schema, project.path()));
    let second = ("one second", Duration::from_secs(1));
    vec![
        Line { what: "read the catalog", time: read_time, yardstick: ("pg_dump --schema-only", dump), at_most: 0.5 },
        Line { what: "status, cached", time: cached, yardstick: ("pg_dump --schema-only", dump), at_most: 0.6 },
        Line { what: "status, cold", time: cold, yardstick: ("psql -q1 -f", load), at_most: 1.3 },
        Line { what: "plan from empty", time: planning, yardstick: second, at_most: 0.3 },
    ]
}

/// Reading and planning of ten times as many tables.
fn growth() -> Line {
    let [small, large] = [100, 1000].map(|tables| {
        let database = Database::new();
        database.execute(&synthetic(tables));
        best(|| {
            let catalog = read(&database);
            plan(&catalog.empty_like(), &catalog).expect("a plan can be made");
        })
    });
    Line { what: "read, plan: 1000 tables", time: large, yardstick: ("100 tables", small), at_most: 12.0 }
}

/// Tables that refer to one another, with what tables have.
fn synthetic(tables: usize) -> String {
    let table = |n: usize| {
        let before = n.saturating_sub(1);
        format!(
            "CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL DEFAULT 'x',
                 before bigint REFERENCES t{before}, at timestamptz DEFAULT now(), CHECK (name <> ''));
             CREATE INDEX ON t{n} (name, at);
             CREATE VIEW v{n} AS SELECT id, name FROM t{n} WHERE at > now();"
        )
    };
    (0..tables).map(table).collect()
}

fn read(database: &Database) -> Catalog {
    wait(async {
        let session = session(&database.url()).await;
        catalog::read(&session).await.expect("the catalog can be read")
    })
}

fn psql(database: &Database, schema: &Path) {
    let mut command = Command::new(database.server().binaries().program("psql"));
    let command = command.args(["-qX1", "-v", "ON_ERROR_STOP=1", "-f"]).arg(schema).envs(database.url().environment());
    assert!(command.stdout(Stdio::null()).status().expect("psql runs").success(), "psql cannot load the schema");
}

fn status(database: &Database, schema: &Path, project: &Path) {
    let config = format!("schema = {:?}\n", schema.display().to_string());
    std::fs::write(project.join("dbtool.toml"), config).expect("a file can be written");
    let parameters = [("PGHOST", "host"), ("PGUSER", "user"), ("PGDATABASE", "dbname")];
    let environment = database.url().environment();
    let value = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
    let url = parameters.into_iter().filter_map(|(name, keyword)| Some(format!("{keyword}={} ", value(name)?)));
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
    let command = command.arg("status").env("DATABASE_URL", url.collect::<String>()).current_dir(project);
    let command = command.env("XDG_CACHE_HOME", project.join("cache")).stdout(Stdio::null());
    assert!(command.status().expect("dbtool runs").success(), "dbtool status fails");
}

fn time(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// The shortest of five times.
fn best(mut work: impl FnMut()) -> Duration {
    (0..5).map(|_| time(&mut work)).min().expect("five is more than none")
}

/// What the system says of the most memory that was in use, where it says so.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .map_or("unknown".to_owned(), |size| size.trim().to_owned())
}
