//! A password, in the URL and in the environment, is in nothing that any command says or leaves behind.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::project::{Project, told};

const PASSWORD: &str = "hunter2-xyzzy";

/// Every command with arguments with which it does something, in an order in which it can; those that fail are as welcome.
const COMMANDS: &[&str] = &[
    "status",
    "diff",
    "diff --sql",
    "plan -o plan.json",
    "sync --yes",
    "sync --yes --plan missing.json",
    "generate again",
    "migration new by_hand",
    "migration list",
    "migration repair --sum",
    "migration repair --auto --yes",
    "migration repair 1 --applied",
    "migration import --yes",
    "apply-safe --dry-run",
    "apply-safe --yes",
    "rollback --yes",
    "rollback 1 --yes",
    "consolidate --yes",
    "verify",
    "verify --format junit",
    "history",
    "health",
    "doctor",
    "inspect",
    "inspect t",
    "docs -o docs",
    "types --lang typescript",
    "pull --output pulled.sql",
    "env list",
    "seed --yes",
    "backup",
    "backup list",
    "restore latest --yes",
    "archive list",
    "archive purge --older-than 0s --force --yes",
    "reset --yes --force",
    "init --yes",
    "setup --yes",
    "completions bash",
    "man pages",
    "stop",
];

/// A folder's files that hold a text.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if std::fs::read(&path).is_ok_and(|bytes| contains(&bytes, text)) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// The processes whose arguments hold the password, but for those to which it was given there.
fn watched(stop: &AtomicBool, given: bool) -> Vec<String> {
    let mut seen = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let arguments = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let own = given && contains(&arguments, "--url");
            if contains(&arguments, PASSWORD) && !own {
                seen.push(String::from_utf8_lossy(&arguments).replace('\0', " "));
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    seen
}

#[test]
fn a_password_is_nowhere_but_where_it_was_given() {
    let project = Project::new("CREATE TABLE t (a int);\n");
    project.write("seed.sql", "INSERT INTO t VALUES (1);\n");
    let host = project.url.host().to_owned();
    let right = format!("host={host} user=postgres dbname={} password={PASSWORD}", project.url.database());
    let wrong = format!("postgres://nobody:{PASSWORD}@127.0.0.1:1/app");
    let silent = format!("host={host} user=nobody-of-that-name dbname=app");
    for arguments in COMMANDS {
        for (url, in_environment) in [(&right, true), (&wrong, true), (&wrong, false)] {
            run(&project, arguments, url, in_environment);
        }
    }
    run(&project, "status", &silent, true);
    run(&project, "sync --yes --force", &right, false);
    let log = std::fs::read(Path::new(&host).join("log")).expect("the server has a log");
    assert!(!contains(&log, PASSWORD), "{}", String::from_utf8_lossy(&log));
    assert!(!log.is_empty(), "the server has something to say of users that there are not");
    let dump = Command::new(crate::support::binaries().program("pg_dump")).envs(project.url.environment()).output();
    assert!(!contains(&dump.expect("pg_dump runs").stdout, PASSWORD));
    assert_eq!(holding(project.folder.path(), PASSWORD), [""; 0]);
}

/// Runs a command with the password in the environment, as a URL there or as `PGPASSWORD`, or in `--url`.
fn run(project: &Project, arguments: &str, url: &str, in_environment: bool) {
    let mut words: Vec<&str> = arguments.split(' ').collect();
    words.push("-vv");
    if !in_environment {
        words.extend(["--url", url]);
    }
    let mut command = project.command(if in_environment { url } else { "" }, &words);
    if !in_environment {
        command.env_remove("DATABASE_URL");
    }
    let stop = Arc::new(AtomicBool::new(false));
    let watch = {
        let stop = stop.clone();
        std::thread::spawn(move || watched(&stop, !in_environment))
    };
    let output = command.env("PGPASSWORD", PASSWORD).stdin(Stdio::null()).output().expect("dbtool runs");
    stop.store(true, Ordering::SeqCst);
    let seen = watch.join().expect("it can be watched");
    assert!(seen.is_empty(), "{arguments}: {seen:?}");
    let (code, said) = told(&output);
    assert!(!said.contains(PASSWORD), "{arguments} ({code}): {said}");
    assert!(code >= 0, "{arguments}: {said}");
}
