//! Comparisons, plans and scripts as people see them.

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::cli::compare::{Attribute, Change, Difference};
use crate::cli::style::Style;
use crate::failure::Place;
use crate::object::{Kind, ObjectId};
use crate::sql::{Hazard, Statement, Transaction};

fn entry(title: &str, parent: Option<&str>, change: Change, line: Option<usize>, create: Option<&str>) -> Entry {
    let (keyword, rest) = title.split_once(' ').expect("a title begins with the keyword");
    let identity = rest.split([' ', ':']).next().unwrap_or(rest);
    let place = line.map(|line| Place { file: "schema.sql".to_owned(), line, column: 1, text: String::new() });
    Entry {
        difference: Difference {
            keyword: keyword.to_owned(),
            identity: identity.to_owned(),
            title: title.to_owned(),
            parent: parent.map(|of| ObjectId::new(Kind::Table, of)),
            change,
            place,
        },
        create: create.map(str::to_owned),
    }
}

fn attribute(name: &str, current: serde_json::Value, desired: serde_json::Value) -> Attribute {
    Attribute { name: name.to_owned(), current, desired }
}

fn comparison(entries: Vec<Entry>) -> Comparison {
    Comparison {
        desired: Side::Files { name: "schema.sql".to_owned(), modified: Timestamp::from_second(0).ok() },
        current: Side::Database {
            name: "production".to_owned(),
            address: "db.example.com/app".to_owned(),
            server: "PostgreSQL 15.18".to_owned(),
        },
        entries,
        suggestions: Vec::new(),
        unmodelled: Vec::new(),
        read_at: Timestamp::from_second(7200).expect("a time in range"),
    }
}

fn three() -> Comparison {
    let status = vec![attribute("not_null", json!(false), json!(true)), attribute("default", json!(null), json!("''"))];
    comparison(vec![
        entry(
            "INDEX idx_users_discord_id ON users(discord_id)",
            None,
            Change::Missing,
            Some(88),
            Some("CREATE INDEX …;"),
        ),
        entry(
            "VIEW career_stats (161 lines)",
            None,
            Change::Missing,
            Some(240),
            Some("CREATE VIEW career_stats AS\n SELECT 1;"),
        ),
        entry("COLUMN leagues.status", Some("leagues"), Change::Different(status), Some(41), None),
    ])
}

#[test]
fn status_has_the_promised_shape() {
    let text = summary(&three(), &Style::plain()) + &next_steps(&three(), "");
    assert_eq!(
        text,
        "\
Database Schema Status

Local schema:   schema.sql (modified 2 hours ago)
Remote schema:  production (db.example.com/app, PostgreSQL 15.18)

Status: OUT OF SYNC
Pending changes: 3

Missing in production:
  - INDEX idx_users_discord_id ON users(discord_id)       schema.sql:88
  - VIEW career_stats (161 lines)                         schema.sql:240
Different in production:
  - COLUMN leagues.status: NOT NULL, DEFAULT '' expected  schema.sql:41

Run 'dbtool diff' for the detailed comparison
Run 'dbtool sync' to apply the changes
"
    );
}

#[test]
fn status_in_sync_says_no_more_than_that() {
    let mut equal = comparison(Vec::new());
    equal.unmodelled = vec!["security label on table app.t".to_owned()];
    let text = summary(&equal, &Style::coloured()) + &next_steps(&equal, " --env production");
    assert_eq!(
        text,
        "\
\u{1b}[1mDatabase Schema Status\u{1b}[0m

Local schema:   schema.sql (modified 2 hours ago)
Remote schema:  production (db.example.com/app, PostgreSQL 15.18)

Status: \u{1b}[1m\u{1b}[32mIN SYNC\u{1b}[0m

Not handled by dbtool:
  - security label on table app.t
"
    );
}

/// A missing table with its parts, and the same names extra elsewhere.
fn with_parts() -> Comparison {
    comparison(vec![
        entry("TABLE users", None, Change::Missing, Some(1), Some("CREATE TABLE users (\n    id integer\n);")),
        entry("COLUMN users.id", Some("users"), Change::Missing, Some(2), None),
        entry("COLUMN users.name", Some("users"), Change::Missing, Some(3), None),
        entry("POLICY p on users", Some("users"), Change::Missing, Some(9), Some("CREATE POLICY p ON users;")),
        entry("TABLE old", None, Change::Extra, None, Some("CREATE TABLE old ();")),
        entry("TRIGGER tr on kept", Some("kept"), Change::Extra, None, None),
    ])
}

#[test]
fn parts_of_a_missing_table_are_counted_and_not_listed() {
    let text = summary(&with_parts(), &Style::plain());
    let lists = text.split_once("Pending").expect("there are changes").1;
    assert_eq!(
        lists,
        " changes: 3

Missing in production:
  - TABLE users (2 columns, 1 policy)  schema.sql:1
Extra in production:
  - TABLE old
  - TRIGGER tr on kept
"
    );
    let json = serde_json::to_value(with_parts()).expect("plain data");
    assert_eq!(json["counts"], json!({"missing": 1, "extra": 2, "different": 0, "not_handled": 0}));
    assert_eq!(
        json["differences"][1],
        json!({"change": "missing", "keyword": "COLUMN", "identity": "users.id", "title": "COLUMN users.id",
            "part_of": "users", "file": "schema.sql", "line": 2})
    );
    assert_eq!(json["differences"][4]["create"], "CREATE TABLE old ();");
}

#[test]
fn json_of_a_comparison_is_stable() {
    let json = serde_json::to_value(comparison(vec![three().entries.remove(2)])).expect("plain data");
    assert_eq!(
        json,
        json!({
            "status": "out_of_sync",
            "counts": {"missing": 0, "extra": 0, "different": 1, "not_handled": 0},
            "desired": {"kind": "files", "name": "schema.sql", "modified": "1970-01-01T00:00:00Z"},
            "current": {"kind": "database", "name": "production", "address": "db.example.com/app", "server": "PostgreSQL 15.18"},
            "differences": [{
                "change": "different",
                "keyword": "COLUMN",
                "identity": "leagues.status",
                "title": "COLUMN leagues.status",
                "file": "schema.sql",
                "line": 41,
                "attributes": [
                    {"name": "not_null", "current": false, "desired": true},
                    {"name": "default", "current": null, "desired": "''"}
                ]
            }],
            "suggestions": [], "not_handled": [],
            "read_at": "1970-01-01T02:00:00Z"
        })
    );
}

#[test]
fn diff_goes_object_by_object() {
    let mut all = with_parts();
    all.entries.push(three().entries.remove(2));
    all.entries.push(entry("VIEW v", None, Change::Different(vec![definition()]), Some(5), None));
    assert_eq!(
        details(&all, &Style::plain()),
        "\
--- production (db.example.com/app, PostgreSQL 15.18)
+++ schema.sql (modified 2 hours ago)

+ TABLE users (2 columns, 1 policy)  schema.sql:1
    + CREATE TABLE users (
    +     id integer
    + );
    + CREATE POLICY p ON users;

- TABLE old
    - CREATE TABLE old ();

- TRIGGER tr on kept

~ COLUMN leagues.status  schema.sql:41
    - not null: false
    + not null: true
    + default: ''

~ VIEW v  schema.sql:5
    definition:
    @@ -2,7 +2,7 @@
      2
      3
      4
    - WHERE a = 1
    + WHERE b = 1
      6
      7
      8

5 differences: 1 missing, 2 extra, 2 different in production
"
    );
    assert!(details(&comparison(Vec::new()), &Style::plain()).ends_with("\nNo differences\n"));
}

fn definition() -> Attribute {
    let text = |line: &str| json!(format!("1\n2\n3\n4\n{line}\n6\n7\n8\n9"));
    attribute("definition", text("WHERE a = 1"), text("WHERE b = 1"))
}

#[test]
fn words_that_differ_stand_out_at_a_terminal() {
    let changed = comparison(vec![entry("VIEW v", None, Change::Different(vec![definition()]), None, None)]);
    let text = details(&changed, &Style::coloured());
    assert!(
        text.contains(
            "    \u{1b}[31m- \u{1b}[0m\u{1b}[31mWHERE \u{1b}[0m\u{1b}[7m\u{1b}[31ma\u{1b}[0m\u{1b}[31m = 1\u{1b}[0m\n"
        ),
        "{text:?}"
    );
}

fn statements() -> Vec<Statement> {
    let loss = |what: &str, relation: &str, column: Option<&str>| Hazard::DataLoss {
        what: what.to_owned(),
        relation: Some(relation.to_owned()),
        column: column.map(str::to_owned),
    };
    vec![
        Statement::new("ALTER TYPE mood ADD VALUE 'sad'").transaction(Transaction::CommitAfter),
        Statement::new("ALTER TABLE orders\n    ALTER COLUMN id TYPE bigint")
            .hazard(Hazard::Rewrite { relation: "orders".to_owned() }),
        Statement::new("ALTER TABLE users DROP COLUMN email").hazard(loss(
            "column users.email",
            "users",
            Some("email"),
        )),
        Statement::new("DROP TABLE old").hazard(loss("table old", "old", None)),
        Statement::new("CREATE INDEX CONCURRENTLY i ON orders (id)").transaction(Transaction::Outside),
    ]
}

fn sizes() -> Sizes {
    let size = |rows, bytes| RelationSize { rows, bytes };
    [
        ("orders", size(41_000_000, 12 << 30)),
        ("users", size(1500, 8192)),
        ("users.email", size(1204, 0)),
        ("old", size(-1, 0)),
    ]
    .map(|(name, size)| (name.to_owned(), size))
    .into()
}

#[test]
fn a_plan_is_numbered_with_hazards_and_transactions() {
    assert_eq!(
        plan("production", &statements(), &sizes(), &Style::plain()),
        "\
Plan for production: 5 statements

Transaction 1 of 2:
  1. ALTER TYPE mood ADD VALUE 'sad';

Transaction 2 of 2:
  2. ALTER TABLE orders
         ALTER COLUMN id TYPE bigint;
     ! rewrites orders (12 GB, 41 M rows) under ACCESS EXCLUSIVE
  3. ALTER TABLE users DROP COLUMN email;
     ! drops column users.email (1,204 values)
  4. DROP TABLE old;
     ! drops table old

Outside a transaction:
  5. CREATE INDEX CONCURRENTLY i ON orders (id);
"
    );
}

#[test]
fn a_loss_of_data_is_refused_with_the_list() {
    let refusal = refusal(&statements(), &sizes()).expect("data would be lost");
    assert_eq!(
        refusal.to_string(),
        "Cannot proceed: would drop data. Use --force flag\n\n  - column users.email (1,204 values)\n  - table old"
    );
    assert!(super::refusal(&statements()[..2], &sizes()).is_none());
}

#[test]
fn a_script_says_where_it_is_cut() {
    assert_eq!(
        script(&statements()[2..]),
        "\
SET check_function_bodies = false;

BEGIN;

-- Hazard: drops column users.email
ALTER TABLE users DROP COLUMN email;

-- Hazard: drops table old
DROP TABLE old;

COMMIT;

-- The script is cut here: this statement cannot run in a transaction.
CREATE INDEX CONCURRENTLY i ON orders (id);
"
    );
    assert_eq!(script(&[]), "");
}
