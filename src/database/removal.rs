//! Removing databases of dbtool's own where nobody can wait for a future.

use std::time::Duration;

use anyhow::Result;

use super::connect::{Timeouts, connect};
use super::session::Session;
use super::url::Url;
use crate::sql::ident;

/// Drops databases, whoever is connected to them, after the session that was at work on them has ended.
///
/// What cannot be removed now is a leftover for the next run.
pub fn remove_blocking(admin: &Session, names: Vec<String>) {
    if names.is_empty() {
        return;
    }
    let (url, process) = (admin.url().clone(), admin.pid());
    let work = move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(remove(&url, process, &names))
    };
    drop(std::thread::spawn(work).join());
}

async fn remove(url: &Url, process: i32, names: &[String]) -> Result<()> {
    let admin = connect(url, "the server", &Timeouts::default()).await?;
    // It may be making one this moment, which nobody else sees before it is there.
    while admin.end(process).await? {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for name in names {
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", ident(name))).await?;
    }
    Ok(())
}
