//! Each language's types accepted by its own tool, with rows that Postgres itself wrote as JSON.
//!
//! `examples/install-languages.sh` installs the tools below `target/languages`; a test whose tool is not there says so and passes.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use dbtool::types::{Compat, Options, generate, language};
use tempfile::TempDir;

use crate::support::{Database, session, wait};
use crate::surface;

const WEIRD: &str = include_str!("weird.sql");
const SCHEMAS: [&str; 2] = ["public", "Odd \"Schema\""];

/// The types of a schema full of odd names, and two of its rows as JSON.
struct Sample {
    folder: TempDir,
    database: Database,
}

impl Sample {
    fn new() -> Self {
        let database = Database::new();
        database.execute(WEIRD);
        Self { folder: TempDir::new().expect("a folder can be made"), database }
    }

    fn write(&self, file: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(file);
        std::fs::write(&path, text).expect("a file can be written");
        path
    }

    fn generate(&self, name: &str, compat: Compat) -> String {
        let schemas = SCHEMAS.iter().map(|&schema| schema.to_owned()).collect();
        let options = Options { schemas, compat, ..Options::default() };
        generate(language(name).expect("it is a language"), &surface(&self.database), &options)
    }

    /// The only row of a table.
    fn row(&self, table: &str) -> String {
        wait(async {
            let session = session(&self.database.url()).await;
            let row = session.query_one(&format!("SELECT row_to_json(t)::text FROM {table} t"), &[]).await;
            row.expect("there is one row").get(0)
        })
    }
}

/// Where the tools are installed.
fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/languages")
}

/// Says that a tool is missing.
fn skip(what: &str) {
    writeln!(std::io::stderr(), "skipped: {what} is not here; examples/install-languages.sh installs it")
        .expect("stderr can be written to");
}

/// Runs a program; its output is shown when it fails.
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}\n{}{}", text(&output.stdout), text(&output.stderr));
}

/// A folder with the packages of npm, if they are installed.
fn packages(package: &str) -> Option<PathBuf> {
    let modules = tools().join("node_modules");
    let found = modules.join(package).is_dir() && Command::new("node").arg("--version").output().is_ok();
    if !found {
        skip(&format!("npm's {package}"));
    }
    found.then_some(modules)
}

/// Runs the compiler of TypeScript in the sample's folder.
fn tsc(sample: &Sample, modules: &Path, arguments: &[&str]) {
    let folder = sample.folder.path();
    if !folder.join("node_modules").exists() {
        std::os::unix::fs::symlink(modules, folder.join("node_modules")).expect("a link can be made");
    }
    let common =
        ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext"];
    run(Command::new("node").arg(modules.join("typescript/bin/tsc")).args(common).args(arguments).current_dir(folder));
}

#[test]
fn typescript_compiles() {
    let Some(modules) = packages("typescript") else { return };
    let sample = Sample::new();
    let uses = "
const row: Tables<'kinds'> = {} as any
const feeling: 'sad' extends typeof row.feeling ? true : never = true
const insert: TablesInsert<'kinds'> = { flag: true, double: 1, plain: 'x', day: '2024-01-01', level: 1 }
const other: Tables<{ schema: 'Odd \"Schema\"' }, '1 table'> = { id: 1, Words: null, 'all words': null }
export const all = [row, feeling, insert, other, Constants.public.Enums.mood[0]]
";
    for (name, compat) in Compat::ALL {
        sample.write(&format!("{name}.mts"), &(sample.generate("typescript", compat) + uses));
    }
    tsc(&sample, &modules, &["--noEmit", "hosted.mts", "meta-0.99.mts", "cli-3.mts"]);
}

#[test]
fn zod_reads_rows() {
    let Some(modules) = packages("zod") else { return };
    let sample = Sample::new();
    sample.write("schema.mts", &sample.generate("zod", Compat::Hosted));
    sample.write(
        "check.mts",
        &format!(
            "import * as s from './schema.mjs'
s.Kinds.parse({})
s.Words.parse(JSON.parse({:?}))
const insert: s.KindsInsert = {{ flag: true, double: 1, plain: 'x', day: '2024-01-01', level: 1 }}
s.KindsInsert.parse(insert)
s.KindsUpdate.parse({{}})
const refused = (what: {{ success: boolean }}) => {{ if (what.success) throw new Error('it should be refused') }}
refused(s.KindsInsert.safeParse({{ ...insert, feeling: 'bad' }}))
refused(s.KindsInsert.safeParse({{ ...insert, plain: null }}))
refused(s.KindsInsert.safeParse({{ flag: true }}))
",
            sample.row("kinds"),
            sample.row("words"),
        ),
    );
    tsc(&sample, &modules, &["check.mts", "schema.mts"]);
    run(Command::new("node").arg("check.mjs").current_dir(sample.folder.path()));
}

#[test]
fn json_schema_validates_rows() {
    let Some(modules) = packages("ajv") else { return };
    let sample = Sample::new();
    sample.write("schema.json", &sample.generate("json-schema", Compat::Hosted));
    sample.write("kinds.json", &sample.row("kinds"));
    sample.write("words.json", &sample.row("words"));
    let script = "
const { readFileSync } = require('fs')
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const Ajv = require(process.argv[2] + '/ajv/dist/2020').default
const formats = require(process.argv[2] + '/ajv-formats').default
const ajv = formats(new Ajv({ strict: true, allowUnionTypes: true }))
const schema = { $id: 'https://example.com/schema', ...read('schema.json') }
ajv.addSchema(schema)
const of = (key) => ajv.getSchema(`https://example.com/schema#/$defs/${encodeURIComponent(key)}`)
for (const key of Object.keys(schema.$defs)) if (!of(key)) throw new Error(key)
const holds = (key, value, expected) => {
  const validate = of(key)
  if (validate(value) !== expected) throw new Error(key + ' ' + JSON.stringify(validate.errors))
}
holds('public.kinds', read('kinds.json'), true)
holds('public.words', read('words.json'), true)
const insert = { flag: true, double: 1, plain: 'x', day: '2024-01-01', level: 1 }
holds('public.kinds.insert', insert, true)
holds('public.kinds.update', {}, true)
holds('public.kinds.insert', { ...insert, feeling: 'bad' }, false)
holds('public.kinds.insert', { ...insert, plain: null }, false)
holds('public.kinds.insert', { ...insert, short: 'x'.repeat(21) }, false)
holds('public.kinds.insert', { ...insert, id: 1 }, false)
";
    sample.write("check.cjs", script);
    run(Command::new("node").arg("check.cjs").arg(modules).current_dir(sample.folder.path()));
}

#[test]
fn pydantic_reads_rows() {
    let own = tools().join("python/bin/python");
    let python = if own.exists() { own } else { PathBuf::from("python3") };
    let has = Command::new(&python).args(["-c", "import pydantic; assert pydantic.VERSION.startswith('2.')"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        return skip("pydantic 2 for python3");
    }
    let sample = Sample::new();
    sample.write("schema.py", &sample.generate("python", Compat::Hosted));
    sample.write("kinds.json", &sample.row("kinds"));
    sample.write("words.json", &sample.row("words"));
    let script = "
import datetime, decimal, json, pydantic, schema
kinds = schema.Kinds.model_validate_json(open('kinds.json').read())
assert kinds.amount == decimal.Decimal('12.34') and kinds.day == datetime.date(2024, 2, 29)
assert kinds.feeling is schema.Mood.Ok and kinds.at.odd_y == ['a', None]
words = schema.Words.model_validate_json(open('words.json').read())
assert words.model_dump(by_alias=True, mode='json') == json.load(open('words.json'))
insert = dict(flag=True, double=1, plain='x', day='2024-01-01', level=1)
sent = schema.KindsInsert(**insert).model_dump(by_alias=True, exclude_unset=True, mode='json')
assert sent == insert, sent
assert schema.KindsUpdate().model_dump(exclude_unset=True) == {}
for wrong in [dict(feeling='bad'), dict(plain=None), dict(short='x' * 21)]:
    try:
        schema.KindsInsert(**{**insert, **wrong})
    except pydantic.ValidationError:
        continue
    raise AssertionError(wrong)
";
    sample.write("check.py", script);
    run(Command::new(python).args(["-W", "error", "check.py"]).current_dir(sample.folder.path()));
}

#[test]
fn go_is_formatted_and_vetted() {
    if Command::new("gofmt").arg("-h").output().is_err() {
        return skip("go");
    }
    let sample = Sample::new();
    let file = sample.write("schema.go", &sample.generate("go", Compat::Hosted));
    let output = Command::new("gofmt").arg("-d").arg(&file).output().expect("gofmt runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr), "");
    // The types of pgx by name: what matters here is that the file uses them rightly.
    let folder = sample.folder.path().join("pgx/pgtype");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let names = [
        "Bool",
        "Int2",
        "Int4",
        "Int8",
        "Uint32",
        "Float4",
        "Float8",
        "Numeric",
        "Text",
        "UUID",
        "Date",
        "Time",
        "Timestamp",
        "Timestamptz",
        "Interval",
        "Bits",
        "Point",
        "Line",
        "Lseg",
        "Box",
        "Path",
        "Polygon",
        "Circle",
    ];
    let structs: String = names.iter().map(|name| format!("type {name} struct{{ Valid bool }}\n")).collect();
    let generics =
        "type Range[T any] struct{ Lower, Upper T }\ntype Multirange[T any] []T\ntype Hstore map[string]*string\n";
    std::fs::write(folder.join("pgtype.go"), format!("package pgtype\n\n{structs}{generics}"))
        .expect("it can be written");
    sample.write("pgx/go.mod", "module github.com/jackc/pgx/v5\n\ngo 1.19\n");
    sample.write(
        "go.mod",
        "module example.com/database\n\ngo 1.19\n\nrequire github.com/jackc/pgx/v5 v5.0.0\n\nreplace github.com/jackc/pgx/v5 => ./pgx\n",
    );
    let cache = tools().join("go");
    run(Command::new("go")
        .args(["vet", "."])
        .env("GOFLAGS", "-mod=mod")
        .env("GOPROXY", "off")
        .env("GOCACHE", &cache)
        .env("GOPATH", cache.join("path"))
        .current_dir(sample.folder.path()));
}

#[test]
fn rust_compiles_with_and_without_the_driver() {
    let home = tools().join("rust");
    if !home.join("Cargo.lock").exists() {
        return skip("the crates for a program with generated types");
    }
    let sample = Sample::new();
    let manifest = std::fs::read_to_string(home.join("Cargo.toml")).expect("it is there");
    let lock = std::fs::read_to_string(home.join("Cargo.lock")).expect("it is there");
    std::fs::create_dir(sample.folder.path().join("src")).expect("a folder can be made");
    sample.write("Cargo.toml", &manifest);
    sample.write("Cargo.lock", &lock);
    sample.write("src/lib.rs", "pub mod schema;\n");
    sample.write("src/schema.rs", &sample.generate("rust", Compat::Hosted));
    for features in [&[][..], &["--features", "postgres"]] {
        let mut cargo = Command::new(env!("CARGO"));
        let cargo = cargo.args(["check", "--offline", "--quiet"]).args(features).current_dir(sample.folder.path());
        run(cargo.env("CARGO_TARGET_DIR", home.join("target")).env("RUSTFLAGS", ""));
    }
}

#[test]
fn rust_names_types_for_sqlx_as_sql_writes_them() {
    let text = Sample::new().generate("rust", Compat::Hosted);
    for name in [r#""mood""#, r#""\"Mood\"""#, r#""\"Odd \"\"Schema\"\"\".mood""#] {
        assert!(text.contains(&format!("sqlx(type_name = {name})")), "{name}: {text}");
    }
}
