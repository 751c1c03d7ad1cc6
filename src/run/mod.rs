//! Runs statements: those of a plan, and those of migrations with their ledger.

mod fault;
mod job;
mod recover;
mod waiting;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::database::{Session, supabase};
use crate::sql::{Batch, Statement, batches};

pub use fault::StatementFault;
pub use job::{Event, Job, carry_out};
pub use recover::{Remains, remains};
pub use waiting::{Blocker, Limits};

/// Runs all statements, each transaction whole or not at all; `observe` hears of each statement before it runs.
///
/// # Errors
/// The server's words with the statement that failed; the transaction that it stood in is rolled back.
pub async fn run(session: &Session, statements: &[Statement], mut observe: impl FnMut(&Statement)) -> Result<()> {
    session.batch_execute("SET check_function_bodies = false").await?;
    for batch in batches(statements) {
        run_batch(session, &batch, &mut observe).await?;
    }
    Ok(())
}

/// Runs one batch.
pub async fn run_batch(client: &Client, batch: &Batch<'_>, mut observe: impl FnMut(&Statement)) -> Result<()> {
    match batch {
        Batch::Alone(statement) => {
            observe(statement);
            one(client, statement).await?;
        }
        Batch::Together(statements) => {
            client.batch_execute("BEGIN").await?;
            for statement in statements {
                observe(statement);
                if let Err(error) = one(client, statement).await {
                    client.batch_execute("ROLLBACK").await?;
                    return Err(error.into());
                }
            }
            client.batch_execute("COMMIT").await.context("cannot commit")?;
        }
    }
    Ok(())
}

async fn one(client: &Client, statement: &Statement) -> Result<(), StatementFault> {
    let text = supabase::indexed(client, &statement.text).await;
    client.batch_execute(&text).await.map_err(|error| StatementFault::new(&error, statement))
}
