//! Schema files as a side of a comparison.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;

use crate::catalog::{Catalog, TABLES_OF_TOOLS};
use crate::cli::Context;
use crate::cli::config::Endpoint;
use crate::cli::render::Side;
use crate::desired::{Surroundings, build};
use crate::source::Source;

/// Schema files, built as the server of the other side builds them.
pub async fn files(
    context: &Context<'_>,
    paths: &[PathBuf],
    surroundings: Surroundings<'_>,
) -> Result<(Side, Catalog, Arc<Source>)> {
    let source = source(context, paths)?;
    let spinner = context.ui.spinner("Building the schema in a shadow");
    let desired = build(&source, surroundings).await?;
    drop(spinner);
    for notice in &desired.notices {
        context.ui.note(notice);
    }
    let newest = source.files.iter().filter_map(|f| std::fs::metadata(&f.path).ok()?.modified().ok()).max();
    let side = Side::Files { name: names(paths), modified: newest.and_then(|t| Timestamp::try_from(t).ok()) };
    Ok((side, desired.catalog, source))
}

/// The statements of schema files; what is configured as the schema may not be empty, a file that is named for once may.
pub fn source(context: &Context<'_>, paths: &[PathBuf]) -> Result<Arc<Source>> {
    let source = context.sources.read(paths)?;
    if context.config.schema() == paths {
        source.refuse_empty()?;
    }
    if source.statements.is_empty() {
        context.ui.warn(&format!("{} declares nothing", names(paths)));
    }
    for notice in &source.notices {
        context.ui.note(&format!("{}: {}", notice.place, notice.message));
    }
    Ok(source)
}

/// Whether the files that are configured as the schema declare anything.
pub fn declares(context: &Context<'_>) -> Result<bool> {
    let paths = context.config.schema();
    if let [only] = paths.as_slice()
        && !only.exists()
    {
        return Ok(false);
    }
    Ok(!context.sources.read(&paths)?.statements.is_empty())
}

/// Whether files declare what a tool of migrations keeps (Rails' `structure.sql` does); what cannot be read is told of later.
pub fn declares_tables_of_tools(context: &Context<'_>, endpoint: &Endpoint) -> bool {
    let Endpoint::Schema(paths) = endpoint else { return false };
    let Ok(source) = context.sources.read(paths) else { return false };
    let heads = source.statements.iter().map(|statement| &statement.head);
    let mut tables = heads.filter(|head| head.declares() && head.object.keyword == "TABLE");
    tables.any(|head| TABLES_OF_TOOLS.contains(&head.object.own_name()))
}

/// The names of files in one line.
fn names(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
