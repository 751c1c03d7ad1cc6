//! `dbtool types`.

use std::path::PathBuf;

use anyhow::Result;
use clap::builder::PossibleValuesParser;
use serde::Serialize;

use crate::cli::config::{Endpoint, Lang, Secret};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::types::{Outcome, Target, check, default_schemas, hold, regenerate, write};
use crate::cli::{Context, engine};
use crate::failure::{Exit, Failure};
use crate::types::{Compat, Options, generate, language, names};

/// Write types for application programs, from the schema
///
/// Without --lang, --schema, --compat and --out it writes every file that `[[types]]` in dbtool.toml names; with one of them it
/// prints the types, or writes them to --out. A file is only touched when its content changes. TypeScript is byte for byte what
/// Supabase's generators print: `hosted` is the platform's own and the command line's before version 3, `meta-0.99` that of
/// postgres-meta 0.99, `cli-3` that of the command line since version 3, which is unformatted.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool types
  dbtool types --check --from schema.sql
  dbtool types --lang typescript --schema public,app -o src/database.types.ts
  dbtool types --lang rust --url postgres://localhost/app > src/schema.rs

In dbtool.toml:
  [[types]]
  lang = \"typescript\"
  out = \"src/database.types.ts\"
  schemas = [\"public\"]")]
pub struct Args {
    /// The language [default: typescript]
    #[arg(short, long, value_parser = PossibleValuesParser::new(names()))]
    lang: Option<String>,

    /// What to read: URL, environment, schema file or folder, or snapshot [default: the database]
    #[arg(long, value_name = "SOURCE")]
    from: Option<Secret>,

    /// The schemas, separated by commas [default: those of [scope], or public]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    schema: Vec<String>,

    /// The file to write, instead of printing
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Write nothing; exit with 1 and show the difference when a file is not as it should be
    #[arg(long)]
    check: bool,

    /// Whose TypeScript it is to be [default: hosted]
    #[arg(long, value_parser = PossibleValuesParser::new(Compat::ALL.map(|(name, _)| name)))]
    compat: Option<String>,

    /// The version of PostgREST that TypeScript's createClient should expect, such as 14.5
    #[arg(long, value_name = "VERSION")]
    postgrest_version: Option<String>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum TypesReport {
    /// `{"lang": "typescript", "text": "…"}`.
    Text {
        /// The language.
        lang: &'static str,
        /// The types.
        text: String,
    },
    /// `{"files": [{"file": "src/database.types.ts", "state": "written"}]}`; the states are `current`, `written`, `stale`, `missing`.
    Files {
        /// The files in order.
        files: Vec<Outcome>,
    },
}

/// Generates what was asked for.
pub async fn run(args: Args, context: &Context<'_>) -> Result<TypesReport> {
    let source = match &args.from {
        Some(from) => context.config.endpoint("--from", from.expose())?,
        None => Endpoint::Database(context.target()?),
    };
    let of_project = args.lang.is_none() && args.out.is_none() && args.schema.is_empty() && args.compat.is_none();
    if of_project && !context.config.file.types.is_empty() {
        let files = if args.check { check(context, &source).await? } else { regenerate(context, &source).await? };
        return Ok(TypesReport::Files { files });
    }
    let (language, options) = (chosen(&args), options(&args, context));
    let Some(file) = args.out else {
        if args.check {
            return Err(nothing_to_check());
        }
        let surface = engine::surface(context, &source).await?;
        let text = generate(language.0, &surface, &options);
        return Ok(TypesReport::Text { lang: language.0.name(), text });
    };
    let surface = engine::surface(context, &source).await?;
    let target = Target { language, file, options };
    let outcome = if args.check { hold(&target, &surface)? } else { write(&target, &surface)? };
    Ok(TypesReport::Files { files: vec![outcome] })
}

fn chosen(args: &Args) -> Lang {
    args.lang.as_deref().and_then(language).map(Lang).unwrap_or_default()
}

fn options(args: &Args, context: &Context<'_>) -> Options {
    let compat = args.compat.as_deref().and_then(|name| Compat::ALL.iter().find(|(known, _)| *known == name));
    Options {
        schemas: if args.schema.is_empty() { default_schemas(context) } else { args.schema.clone() },
        compat: compat.map(|(_, compat)| *compat).unwrap_or_default(),
        postgrest_version: args.postgrest_version.clone(),
    }
}

fn nothing_to_check() -> anyhow::Error {
    Failure::Usage {
        message: "--check needs a file to check".to_owned(),
        hint: "Name it with --out, or write [[types]] with lang and out to dbtool.toml".to_owned(),
    }
    .into()
}

impl Report for TypesReport {
    fn human(&self, style: &Style) -> String {
        match self {
            TypesReport::Text { text, .. } => text.clone(),
            TypesReport::Files { files } => files.iter().map(|file| file.human(style)).collect(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            TypesReport::Files { files } if files.iter().any(Outcome::is_stale) => Exit::Difference,
            TypesReport::Text { .. } | TypesReport::Files { .. } => Exit::Done,
        }
    }
}
