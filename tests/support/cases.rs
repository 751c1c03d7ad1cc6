//! The folders of `tests/cases`: two schemas each, rows that live through the change, and the shape that the plan must have.

#![allow(dead_code, reason = "each test program uses a part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dbtool::catalog::{self, Catalog, Scope};
use dbtool::object::Kind;
use dbtool::plan::{Plan, compare};
use dbtool::sql::{Hazard, Statement};
use libtest_mimic::{Failed, Trial};
use serde::Deserialize;

use crate::support::{self, Database, binaries, server, session, wait};

/// Folders that stand for no kind: what concerns several of them together.
pub const TOPICS: &[&str] = &["archive", "comment", "default_privileges", "names", "order", "privilege", "type_change"];

/// Roles that cases may name; they belong to the server, so they are there before any case.
pub const ROLES: &str = "CREATE ROLE alice; CREATE ROLE bob; CREATE ROLE carol";

/// The tablespace that cases may name.
const TABLESPACE: &str = "CREATE TABLESPACE fast LOCATION ''";

/// One folder.
#[derive(Clone)]
pub struct Case {
    /// The kind or topic, which is the name of the folder around it.
    pub kind: String,
    /// Kind and name.
    pub name: String,
    folder: PathBuf,
    /// What is asked of the plans.
    pub shape: Shape,
}

/// What `shape.toml` asks.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// The first major version on which the case makes sense.
    pub since: u32,
    /// Whether a is left behind by work that was broken off: no schema declares it, so that no way leads there.
    pub one_way: bool,
    /// Of the way from a to b.
    pub up: Asked,
    /// Of the way from b to a.
    pub down: Asked,
    /// Of the way from a to b on tables in use.
    pub online: Asked,
}

/// What is asked of one way.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// Texts that no statement may contain.
    forbid: Vec<String>,
    /// Texts that some statement must contain.
    require: Vec<String>,
    /// Whether data must be said to be lost.
    loses: Option<bool>,
}

/// Every case, in order of its name.
pub fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    folders(&root).iter().flat_map(|kind| folders(kind).into_iter().map(|folder| Case::new(kind, folder))).collect()
}

/// One trial for each case that the server's version knows.
pub fn trials(run: fn(&Case) -> Result<(), Failed>) -> Vec<Trial> {
    let major = binaries().major;
    let trial = |case: Case| {
        let ignored = case.shape.since > major;
        Trial::test(case.name.clone(), move || run(&case)).with_ignored_flag(ignored)
    };
    all().into_iter().map(trial).collect()
}

/// Runs trials as `cargo test` is asked to, on one server that is there from the first to the last.
pub fn main(trials: Vec<Trial>) -> ! {
    let server = server();
    support::run(&server.url("postgres"), ROLES);
    support::run(&server.url("postgres"), TABLESPACE);
    let mut arguments = libtest_mimic::Arguments::from_args();
    // The server's work is the larger part: one thread for each core that is left beside it suffices.
    arguments.test_threads.get_or_insert(std::thread::available_parallelism().map_or(2, usize::from).max(2));
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(server);
    conclusion.exit()
}

impl Case {
    fn new(kind: &Path, folder: PathBuf) -> Self {
        let text = |path: &Path| path.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        let shape = std::fs::read_to_string(folder.join("shape.toml")).unwrap_or_default();
        let shape = toml::from_str(&shape).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        Self { kind: text(kind), name: format!("{}::{}", text(kind), text(&folder)), folder, shape }
    }

    /// Whether it is about roles, which belong to the server and are managed only when the scope says so.
    fn is_of_roles(&self) -> bool {
        self.kind.starts_with("role")
    }

    /// What is managed in the case's databases.
    pub fn scope(&self) -> Scope {
        Scope { roles: self.is_of_roles(), ..Scope::default() }
    }

    /// Reads a database as the case's scope sees it; what the database has and no kind knows is a failure.
    pub fn read(&self, database: &Database) -> Result<Catalog, Failed> {
        read_in(database, &self.scope())
    }

    /// Runs a plan and reads what has become of the database, which must be `expected`.
    pub fn carry_out(
        &self,
        database: &Database,
        statements: &[Statement],
        expected: &Catalog,
    ) -> Result<Catalog, Failed> {
        wait(async { dbtool::run::run(&session(&database.url()).await, statements, |_| ()).await })
            .map_err(|error| format!("{error:#}\n\nin the plan\n{}", script(statements)))?;
        let now = self.read(database)?;
        let differences = compare(&now, expected);
        if !differences.is_empty() {
            return Err(format!("{differences:#?}\nafter\n{}", script(statements)).into());
        }
        let second = plan(&now, expected)?;
        if second.is_empty() { Ok(now) } else { Err(format!("the second plan is not empty:\n{second:#?}").into()) }
    }

    /// A database with one of the case's files in it; empty where there is no such file.
    pub fn database(&self, files: &[&str]) -> Result<Database, Failed> {
        let database = if self.is_of_roles() { Database::apart() } else { Database::new() };
        for file in files {
            if let Ok(sql) = std::fs::read_to_string(self.folder.join(file)) {
                database.try_execute(&sql).map_err(|error| format!("{file} does not run: {error}"))?;
            }
        }
        Ok(database)
    }
}

impl Asked {
    /// Fails when a plan has another shape than is asked.
    pub fn check(&self, statements: &[Statement]) -> Result<(), Failed> {
        let has = |text: &String| statements.iter().any(|statement| statement.text.contains(text.as_str()));
        if let Some(text) = self.forbid.iter().find(|text| has(text)) {
            return Err(format!("the plan has {text}, which is forbidden:\n{}", script(statements)).into());
        }
        if let Some(text) = self.require.iter().find(|text| !has(text)) {
            return Err(format!("the plan lacks {text}:\n{}", script(statements)).into());
        }
        match self.loses {
            Some(loses) if loses != loses_data(statements) => {
                Err(format!("data loss declared: {}\n{}", !loses, script(statements)).into())
            }
            _ => Ok(()),
        }
    }
}

/// Whether a hazard says that data is lost.
pub fn loses_data(statements: &[Statement]) -> bool {
    statements.iter().flat_map(|statement| &statement.hazards).any(|hazard| matches!(hazard, Hazard::DataLoss { .. }))
}

/// Reads a database; what it has and no kind knows is a failure.
pub fn read(database: &Database) -> Result<Catalog, Failed> {
    read_in(database, &Scope::default())
}

/// The same, of what a scope manages.
pub fn read_in(database: &Database, scope: &Scope) -> Result<Catalog, Failed> {
    let catalog = wait(async {
        let session = session(&database.url()).await;
        catalog::read(&session).await
    });
    let catalog = scope.split(catalog.map_err(|error| format!("{error:#}"))?).0;
    match &catalog.unmodelled[..] {
        [] => Ok(catalog),
        unknown => Err(format!("no kind knows {}", unknown.join(", ")).into()),
    }
}

/// Plans the way from one catalog to the other.
pub fn plan(from: &Catalog, to: &Catalog) -> Result<Plan, Failed> {
    dbtool::plan::plan(from, to).map_err(|error| format!("{error:#}").into())
}

/// All statements of a plan.
pub fn statements(plan: &Plan) -> Vec<Statement> {
    plan.statements().cloned().collect()
}

fn script(statements: &[Statement]) -> String {
    statements.iter().map(|statement| format!("{};\n", statement.text)).collect()
}

/// The kind that a folder is named after, if it is one.
pub fn kind_of(folder: &str) -> Option<Kind> {
    serde_json::from_value(folder.into()).ok()
}

/// The rows of every table and column, in a partitioned table those of its partitions: how many, and what they are where the type is as it was.
pub fn rows(database: &Database) -> BTreeMap<String, String> {
    const COLUMNS: &str = "
        SELECT format('%I.%I', nspname, relname), quote_ident(attname), format_type(atttypid, NULL)
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped
            AND attgenerated = '' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";
    wait(async {
        let session = session(&database.url()).await;
        let mut rows = BTreeMap::new();
        for column in session.query(COLUMNS, &[]).await.expect("columns can be read") {
            let (table, column, r#type): (String, String, String) = (column.get(0), column.get(1), column.get(2));
            let count = format!("SELECT count(*)::text FROM ONLY {table}");
            let count: String = session.query_one(&count, &[]).await.expect("rows can be counted").get(0);
            rows.insert(table.clone(), count);
            let values = format!("SELECT string_agg({column}::text, ',' ORDER BY {column}::text) FROM ONLY {table}");
            let values: Option<String> = session.query_one(&values, &[]).await.expect("rows can be read").get(0);
            rows.insert(format!("{table}.{column} {type}"), values.unwrap_or_default());
        }
        rows
    })
}

/// Fails when rows that were there are not any more; a table or column that the other side lacks does not count.
pub fn kept(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Result<(), Failed> {
    let lost = before.iter().find(|(place, rows)| after.get(*place).is_some_and(|now| now != *rows));
    lost.map_or(Ok(()), |(place, rows)| Err(format!("{place} had {rows}, has {}", after[place]).into()))
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).unwrap_or_else(|error| panic!("{}: {error}", of.display()));
    let mut all: Vec<_> = entries.map(|e| e.expect("a folder can be read").path()).filter(|p| p.is_dir()).collect();
    all.sort();
    all
}
