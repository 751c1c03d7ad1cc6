//! What `doctor` says of databases that can and cannot be worked with.

use std::process::Command;

use super::{findings, json};
use crate::support::Database;

#[test]
fn nothing_is_wrong_with_a_superuser_on_this_machine() {
    let database = Database::new();
    let (code, answer) = json(&database, "postgres", &["doctor"]);
    assert_eq!(code, 0, "{answer:#}");
    let found = findings(&answer, "state");
    for check in ["programs", "connection", "version", "tls", "pooler", "privileges", "clock", "disk", "cache"] {
        let states: Vec<&str> = found.iter().filter(|(name, ..)| name == check).map(|(_, state, _)| &**state).collect();
        assert!(!states.is_empty() && !states.contains(&"bad"), "{check}: {answer:#}");
    }
    assert!(found.iter().filter(|(name, ..)| name == "privileges").all(|(_, state, _)| state == "good"), "{answer:#}");
}

#[test]
fn what_a_role_may_not_do_comes_with_the_grant() {
    let database = Database::new();
    let name = database.url().database().to_owned();
    database.execute("CREATE ROLE doctor_reader LOGIN; CREATE TABLE t (a int)");
    let (code, answer) = json(&database, "doctor_reader", &["doctor"]);
    assert_eq!(code, 0, "{answer:#}");
    let found = findings(&answer, "state");
    let repairs: Vec<&str> =
        found.iter().filter(|(_, state, _)| state == "warning").map(|(_, _, repair)| &**repair).collect();
    for repair in ["GRANT pg_read_all_data TO doctor_reader", "ALTER ROLE doctor_reader CREATEDB"] {
        assert!(repairs.contains(&repair), "{repair}: {answer:#}");
    }
    database.execute(&format!("DROP ROLE doctor_reader; COMMENT ON DATABASE {name} IS NULL"));
}

#[test]
fn what_cannot_be_reached_is_told_without_the_password() {
    let output = Command::new(env!("CARGO_BIN_EXE_dbtool"))
        .args(["doctor", "--url", "postgres://me:s3cret@127.0.0.1:1/app"])
        .output()
        .expect("dbtool runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("connection refused by 127.0.0.1:1") && !text.contains("s3cret"), "{text}");
}
