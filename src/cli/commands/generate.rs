//! `dbtool generate`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::Context;
use crate::cli::config::Endpoint;
use crate::cli::engine::{self, Read};
use crate::cli::migrations::{Author, describe, folder, sound};
use crate::cli::render::{Side, Sizes, counted, plan};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;
use crate::sql::Statement;

/// Write the migration from what the migrations make to what schema.sql declares
///
/// Nothing is applied, and no database is needed: the migrations are replayed in a shadow. The new one is proven there, up and down,
/// before it is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool generate add_career_stats")]
pub struct Args {
    /// The migration's name
    #[arg(value_name = "NAME")]
    name: String,

    /// Use the plain statements, which lock tables for longer
    #[arg(long)]
    offline: bool,
}

/// The answer: `{"written": ["FILE"], "statements": [{"text", "hazards", "transaction"}]}`.
#[derive(Debug, Serialize)]
pub struct GenerateReport {
    written: Vec<String>,
    statements: Vec<Statement>,
}

/// Replays, plans, proves and writes.
pub async fn run(args: Args, context: &Context<'_>) -> Result<GenerateReport> {
    let mut folder = folder(context)?;
    sound(&folder)?;
    // An environment may name its schemas; without a database the project's hold.
    let side = context.target().map_or_else(|_| context.schema(), Endpoint::Database);
    let scope = engine::scope(context, &[&side]);
    let managed = engine::replay(context, &folder.migrations, None, &scope).await?;
    let side = Side::Files { name: folder.path.display().to_string(), modified: None };
    let given = managed.empty_like();
    let now = Read { side, managed, given, source: None, session: None };
    let sides = engine::facing(context, now, &context.schema(), &scope).await?;
    let version = Author::version(&folder, &[]);
    let form = engine::Form::of_migration(context, args.offline, &version);
    let found = engine::planned(&sides, form).await?;
    if found.up.is_empty() {
        return Ok(GenerateReport { written: Vec::new(), statements: Vec::new() });
    }
    engine::prove(context, &sides, &scope, &found)
        .await
        .context("The migration was not written, for its proof in the shadow failed")?;
    let (from, to) = (sides.original().fingerprint(&scope), sides.desired.managed.fingerprint(&scope));
    let (name, what) = (Author::named(&args.name), describe(&found.comparison));
    let migration = Author::of(&found, &name, &what, from, to).write(&mut folder, &version)?;
    let written =
        [Some(&migration.up), migration.down.as_ref()].into_iter().flatten().map(|part| part.shown()).collect();
    Ok(GenerateReport { written, statements: found.up })
}

impl Report for GenerateReport {
    fn human(&self, style: &Style) -> String {
        if self.written.is_empty() {
            return "The migrations make what schema.sql declares: nothing to write\n".to_owned();
        }
        let written: String = self.written.iter().map(|file| format!("Wrote {file}\n")).collect();
        let count = counted(self.statements.len() as u64, "statement");
        let body = plan("the next apply-safe", &self.statements, &Sizes::new(), style);
        format!("{body}\n{count}, proven up and down in a shadow\n{written}")
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
