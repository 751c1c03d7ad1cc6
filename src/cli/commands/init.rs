//! `dbtool init`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use super::{parsed, pull};
use crate::cli::config::{Config, FILE_NAME, Platform};
use crate::cli::init::{WORKFLOW, configuration, ignored, look, write_new};
use crate::cli::options::Global;
use crate::cli::report::{ErrorReport, Report};
use crate::cli::style::Style;
use crate::cli::{Context, engine, migrations};
use crate::failure::Exit;
use crate::whole;

/// Begin a project in this folder
///
/// Writes dbtool.toml, schema.sql, the folder migrations/ and lines of .gitignore; what is there already is kept. With --url the schema is
/// pulled from that database; otherwise it is what the migrations make that are there. Projects of Supabase, sqlc, golang-migrate, dbmate, Rails and Prisma are recognised, and it is said what is
/// reused of them. At a terminal it asks for the database; otherwise, and with --yes, it asks nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool init
  dbtool init --url postgres://localhost/app --ci --yes")]
pub struct Args {
    /// The platform whose own schemas are given: postgres or supabase [default: by what the folder holds]
    #[arg(long, value_enum)]
    platform: Option<Platform>,

    /// Write a GitHub Actions workflow that verifies every change as well
    #[arg(long)]
    ci: bool,
}

/// What a schema begins with that was taken from migrations.
const HEAD: &str = "-- The schema of this project, as its migrations make it: every change begins here.\n";

/// The answer: `{"written": […], "kept": […], "reused": ["tool: what"]}`.
#[derive(Debug, Default, Serialize)]
pub struct InitReport {
    written: Vec<PathBuf>,
    kept: Vec<PathBuf>,
    reused: Vec<String>,
}

/// Looks around, writes what is missing, and pulls the schema if there is a database to pull it from.
pub async fn run(args: Args, context: &Context<'_>) -> Result<InitReport> {
    let mut found = look(Path::new(""));
    if let Some(platform) = args.platform {
        found.supabase = platform == Platform::Supabase;
    }
    let mut report = InitReport { reused: found.tools.clone(), ..InitReport::default() };
    let mut url = context.global.url.clone();
    if url.is_none() && context.ui.can_ask() && !context.global.yes && found.schema.is_none() {
        let answer = context.ui.ask("Pull the schema from which database? (URL; nothing for none)")?;
        url = answer.map(crate::cli::config::Secret::new);
    }
    report.put(Path::new(FILE_NAME), &configuration(&found))?;
    let schema = found.schema.clone().unwrap_or_else(|| PathBuf::from("schema.sql"));
    let config = || Config::read(PathBuf::from(FILE_NAME), context.config.variables.clone());
    match url {
        Some(url) if !schema.exists() => {
            let global = Global { url: Some(url), ..context.global.clone() };
            pull::run(
                parsed(&[])?,
                &Context { ui: context.ui, config: config()?, global, sources: Default::default() },
            )
            .await?;
            report.written.push(schema);
        }
        _ if !schema.exists() && found.migrations.is_some() => {
            let project = Context {
                ui: context.ui,
                config: config()?,
                global: context.global.clone(),
                sources: Default::default(),
            };
            report.put(&schema, &of_migrations(&project).await)?;
        }
        _ => report.put(&schema, pull::NOTHING)?,
    }
    let migrations = found.migrations.clone().unwrap_or_else(|| PathBuf::from("migrations"));
    if migrations.is_dir() {
        report.kept.push(migrations);
    } else {
        std::fs::create_dir_all(&migrations)?;
        report.written.push(migrations);
    }
    let ignore = Path::new(".gitignore");
    if let Some(text) = ignored(&std::fs::read_to_string(ignore).unwrap_or_default()) {
        whole::write_text(ignore, &text)?;
        report.written.push(ignore.to_owned());
    }
    if args.ci {
        report.put(Path::new(".github/workflows/dbtool.yml"), WORKFLOW)?;
    }
    Ok(report)
}

/// The schema that the migrations make, as far as they can be replayed here.
async fn of_migrations(project: &Context<'_>) -> String {
    let written = async {
        let folder = migrations::folder(project)?;
        let (made, fresh) = engine::made(project, &folder.migrations).await?;
        let scope = engine::scope(project, &[]);
        Ok::<_, anyhow::Error>(crate::pull::file(&crate::pull::sections(
            &crate::pull::plain(&fresh, &scope),
            &crate::pull::plain(&made, &scope),
            &BTreeSet::new(),
        )?))
    };
    match written.await {
        Ok(text) if !text.is_empty() => format!("{HEAD}\n{text}"),
        Ok(_) => pull::NOTHING.to_owned(),
        Err(error) => {
            let words = "The schema was not taken from the migrations, for they cannot be replayed here";
            project.ui.warn(&format!("{words}: {}", ErrorReport::of(&error).message()));
            pull::NOTHING.to_owned()
        }
    }
}

impl InitReport {
    /// Writes a file unless it is there.
    fn put(&mut self, file: &Path, text: &str) -> Result<()> {
        let list = if write_new(file, text)? { &mut self.written } else { &mut self.kept };
        list.push(file.to_owned());
        Ok(())
    }
}

impl Report for InitReport {
    fn human(&self, style: &Style) -> String {
        let list = |heading: &str, lines: Vec<String>| match lines.is_empty() {
            true => String::new(),
            false => format!(
                "{}\n{}",
                style.heading(heading),
                lines.iter().map(|line| format!("  {line}\n")).collect::<String>()
            ),
        };
        let names = |files: &[PathBuf]| files.iter().map(|file| file.display().to_string()).collect();
        list("Found:", self.reused.clone())
            + &list("Kept:", names(&self.kept))
            + &list("Wrote:", names(&self.written))
            + "\nWrite tables to the schema and run 'dbtool sync'; 'dbtool setup' does all in one go\n"
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
