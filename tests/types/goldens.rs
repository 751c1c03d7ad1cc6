//! TypeScript against what Supabase's generators printed of the same schemas on PostgreSQL 15.

use std::path::Path;

use dbtool::types::{Compat, Options, generate, language};

use crate::support::Database;
use crate::surface;

/// Holds all three kinds of TypeScript of a schema against the files beside it.
fn hold(name: &str, schemas: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/types/golden");
    let read = |file: String| std::fs::read_to_string(folder.join(file)).expect("the golden is there");
    let database = Database::new();
    database.execute(&read(format!("{name}.sql")));
    let surface = surface(&database);
    for (compat, of) in Compat::ALL {
        let schemas = schemas.iter().map(|&schema| schema.to_owned()).collect();
        let options = Options { schemas, compat: of, ..Options::default() };
        let text = generate(language("typescript").expect("it is a language"), &surface, &options);
        let golden = read(format!("{name}.{compat}.ts"));
        if let Some((line, (ours, theirs))) =
            text.lines().zip(golden.lines()).enumerate().find(|(_, (ours, theirs))| ours != theirs)
        {
            panic!("{name}.{compat}.ts, line {}:\n  ours: {ours}\ntheirs: {theirs}", line + 1);
        }
        assert_eq!(text.len(), golden.len(), "{name}.{compat}.ts goes on after the end of the other");
    }
}

#[test]
fn an_ordinary_schema() {
    hold("chinook", &["public"]);
}

#[test]
fn wide_lines() {
    hold("wide", &["public"]);
}

#[test]
fn a_schema_whose_name_needs_quotes() {
    hold("quoted", &["public", "Shop"]);
}

#[test]
fn everything_at_once() {
    // The functions of extensions are others in other versions.
    if crate::support::binaries().major == 15 {
        hold("rich", &["public", "shop", "empty_schema", "Odd Schema"]);
    }
}
