//! Where a list of statements is cut into transactions.

use super::{Statement, Transaction};

/// Statements that run together.
#[derive(Clone, Debug, PartialEq)]
pub enum Batch<'a> {
    /// In one transaction.
    Together(Vec<&'a Statement>),
    /// By itself, in no transaction.
    Alone(&'a Statement),
}

impl<'a> Batch<'a> {
    /// Its statements in order.
    pub fn statements(&self) -> &[&'a Statement] {
        match self {
            Batch::Together(statements) => statements,
            Batch::Alone(statement) => std::slice::from_ref(statement),
        }
    }
}

/// The statements cut into as few transactions as they allow.
pub fn batches(statements: &[Statement]) -> Vec<Batch<'_>> {
    let mut all = Vec::new();
    let mut open = Vec::new();
    for statement in statements {
        match statement.transaction {
            Transaction::Inside => open.push(statement),
            Transaction::CommitAfter => {
                open.push(statement);
                close(&mut open, &mut all);
            }
            Transaction::Apart => {
                close(&mut open, &mut all);
                all.push(Batch::Together(vec![statement]));
            }
            Transaction::Outside => {
                close(&mut open, &mut all);
                all.push(Batch::Alone(statement));
            }
        }
    }
    close(&mut open, &mut all);
    all
}

fn close<'a>(open: &mut Vec<&'a Statement>, all: &mut Vec<Batch<'a>>) {
    if !open.is_empty() {
        all.push(Batch::Together(std::mem::take(open)));
    }
}
