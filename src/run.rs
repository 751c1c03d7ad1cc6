//! Runs the statements of a plan on a live database.

use anyhow::{Context, Result};

use crate::database::Session;
use crate::sql::{Batch, Statement, batches};

/// Runs all statements, each transaction whole or not at all; `observe` hears of each statement before it runs.
///
/// # Errors
/// The server's words with the statement that failed; the transaction that it stood in is rolled back.
pub async fn run(session: &Session, statements: &[Statement], mut observe: impl FnMut(&Statement)) -> Result<()> {
    session.batch_execute("SET check_function_bodies = false").await?;
    for batch in batches(statements) {
        match batch {
            Batch::Alone(statement) => {
                observe(statement);
                one(session, statement).await?;
            }
            Batch::Together(statements) => {
                session.batch_execute("BEGIN").await?;
                for statement in statements {
                    observe(statement);
                    if let Err(error) = one(session, statement).await {
                        session.batch_execute("ROLLBACK").await?;
                        return Err(error);
                    }
                }
                session.batch_execute("COMMIT").await.context("cannot commit")?;
            }
        }
    }
    Ok(())
}

async fn one(session: &Session, statement: &Statement) -> Result<()> {
    session.batch_execute(&statement.text).await.map_err(|error| {
        let words = error.as_db_error().map_or_else(
            || error.to_string(),
            |e| {
                let detail = e.detail().map(|d| format!("\n  {d}")).unwrap_or_default();
                format!("{}{detail}", e.message())
            },
        );
        anyhow::anyhow!("{words}\n\nin the statement\n{}", statement.text)
    })
}
