//! `dbtool docs`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use crate::cli::config::{Endpoint, Secret};
use crate::cli::render::counted;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::docs;
use crate::failure::Exit;
use crate::inspect::{self, markdown};
use crate::whole;

/// Write the schema as pages: HTML with the diagram, and Markdown
///
/// Writes index.html, one file that needs no network and no server (search, light and dark, the entity-relationship diagram),
/// and schema.md. The comments of the schema are their prose. By default the pages are made from schema.sql.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool docs
  dbtool docs -o public/schema --title 'Shop'
  dbtool docs --from production")]
pub struct Args {
    /// The folder to write to; it is made if it is not there
    #[arg(short, long, value_name = "DIR", default_value = "docs/schema")]
    out: PathBuf,

    /// What to document: URL, environment, schema file or folder, or snapshot [default: schema.sql, or the target that --url or --env names]
    #[arg(long, value_name = "SOURCE")]
    from: Option<Secret>,

    /// The title of the pages [default: the name of the source]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

/// The answer: `{"written": ["docs/schema/index.html", …], "relations": 12}`.
#[derive(Debug, Serialize)]
pub struct DocsReport {
    written: Vec<PathBuf>,
    relations: usize,
}

/// Reads the source and writes the pages.
pub async fn run(args: Args, context: &Context<'_>) -> Result<DocsReport> {
    let source = match &args.from {
        Some(from) => context.endpoint("--from", from.expose())?,
        None if context.global.url.is_some() || context.global.env.is_some() => Endpoint::Database(context.target()?),
        None => context.schema(),
    };
    let (side, catalog, _) = engine::inspect(context, &source, false).await?;
    let model = inspect::model(&catalog, None);
    let title = args.title.clone().unwrap_or_else(|| side.name().to_owned());
    let written = vec![
        write(&args.out, "index.html", &docs::page(&model, &title))?,
        write(&args.out, "schema.md", &markdown::markdown(&model, &title))?,
    ];
    Ok(DocsReport { written, relations: model.relations.len() })
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let file = folder.join(name);
    whole::write_text(&file, text)?;
    Ok(file)
}

impl Report for DocsReport {
    fn human(&self, _style: &Style) -> String {
        let written: String = self.written.iter().map(|file| format!("Wrote {}\n", file.display())).collect();
        format!("{written}{} on the page\n", counted(self.relations as u64, "relation"))
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
