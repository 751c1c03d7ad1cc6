//! The statements of a plan, numbered, with their hazards and transactions.

use super::hazards::{Sizes, hazard};
use super::measure::counted;
use crate::cli::style::Style;
use crate::sql::{Batch, Statement, batches};

/// The plan for people; `target` names the database.
pub fn plan(target: &str, statements: &[Statement], sizes: &Sizes, style: &Style) -> String {
    let batches = batches(statements);
    let head = style.heading(&format!("Plan for {target}: {}", counted(statements.len() as u64, "statement")));
    let mut out = format!("{head}\n");
    let width = statements.len().to_string().len();
    let mut number = 0;
    for (batch, heading) in batches.iter().zip(headings(&batches)) {
        out += &format!("\n{}\n", style.faint(&heading));
        for statement in batch.statements() {
            number += 1;
            out += &numbered(number, width, statement, sizes, style);
        }
    }
    out
}

/// What stands above each batch.
fn headings(batches: &[Batch]) -> Vec<String> {
    let transactions = batches.iter().filter(|batch| matches!(batch, Batch::Together(_))).count();
    let mut number = 0;
    let heading = |batch: &Batch| match batch {
        Batch::Alone(_) => "Outside a transaction:".to_owned(),
        Batch::Together(_) if transactions == 1 => "In one transaction:".to_owned(),
        Batch::Together(_) => {
            number += 1;
            format!("Transaction {number} of {transactions}:")
        }
    };
    batches.iter().map(heading).collect()
}

/// A statement with its number, its further lines and hazards below it.
fn numbered(number: usize, width: usize, statement: &Statement, sizes: &Sizes, style: &Style) -> String {
    let indent = " ".repeat(width + 4);
    let text = format!("{};", statement.text).replace('\n', &format!("\n{indent}"));
    let hazards =
        statement.hazards.iter().map(|h| format!("{indent}{}\n", style.warning(&format!("! {}", hazard(h, sizes)))));
    format!("  {number:>width$}. {text}\n{}", hazards.collect::<String>())
}
