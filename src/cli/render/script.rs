//! Statements as a script that `psql` runs.

use super::hazards::{Sizes, hazard};
use crate::sql::{Batch, Statement, batches};

/// What the script sets first: bodies of routines may name what comes later.
const PREAMBLE: &str = "SET check_function_bodies = false;\n";

/// The script: each transaction between BEGIN and COMMIT, with comments where it is cut; empty for no statements.
pub fn script(statements: &[Statement]) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = batches(statements).iter().map(part).collect();
    format!("{PREAMBLE}\n{}", parts.join("\n"))
}

fn part(batch: &Batch) -> String {
    match batch {
        Batch::Together(statements) => {
            let body: String = statements.iter().map(|statement| terminated(statement)).collect();
            format!("BEGIN;\n\n{body}COMMIT;\n")
        }
        Batch::Alone(statement) => {
            let text = terminated(statement);
            format!("-- The script is cut here: this statement cannot run in a transaction.\n{}\n", text.trim_end())
        }
    }
}

/// A statement with its hazards as comments and a semicolon.
fn terminated(statement: &Statement) -> String {
    let hazards = statement.hazards.iter().map(|h| comment(&hazard(h, &Sizes::new()))).collect::<String>();
    format!("{hazards}{};\n\n", statement.text)
}

/// Words as comment lines, whatever they hold.
fn comment(words: &str) -> String {
    words.lines().map(|line| format!("-- Hazard: {line}\n")).collect()
}
