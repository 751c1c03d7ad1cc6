//! What `doctor` and `health` find, and that what they print repairs it.

mod support;

#[path = "checks/doctor.rs"]
mod doctor;
#[path = "checks/health.rs"]
mod health;

use std::process::Command;

use serde_json::Value;
use support::Database;

/// Runs dbtool as a user of the database, and reads its JSON.
fn json(database: &Database, user: &str, arguments: &[&str]) -> (i32, Value) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    answer(dbtool(database, user, arguments).current_dir(folder.path()))
}

/// dbtool for a user of the database, not yet started.
fn dbtool(database: &Database, user: &str, arguments: &[&str]) -> Command {
    let url = database.url();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
    command
        .args(arguments)
        .arg("--json")
        .env("DATABASE_URL", format!("host={} user={user} dbname={} password=s3cret", url.host(), url.database()));
    command
}

/// Runs it, and reads its JSON.
fn answer(command: &mut Command) -> (i32, Value) {
    let output = command.output().expect("dbtool runs");
    let text = String::from_utf8(output.stdout).expect("it is UTF-8");
    assert!(!text.contains("s3cret"), "{text}");
    let answer =
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().expect("dbtool exits by itself"), answer)
}

/// The findings, each as `check`, state or severity, and the repair.
fn findings(answer: &Value, level: &str) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |finding: &Value| (text(&finding["check"]), text(&finding[level]), text(&finding["repair"]));
    answer["findings"].as_array().expect("there are findings").iter().map(of).collect()
}
