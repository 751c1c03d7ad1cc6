//! `dbtool migration new`.

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::migrations::{Author, folder, sound};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;
use crate::migration::{successor, write};

/// Make the files of a migration to be written by hand
///
/// After they are written, 'dbtool migration repair --sum' takes them into dbtool.sum.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool migration new fill_in_regions
  dbtool migration new fill_in_regions --empty")]
pub struct Args {
    /// The migration's name
    #[arg(value_name = "NAME")]
    name: String,

    /// Files with nothing in them
    #[arg(long)]
    empty: bool,
}

/// The answer: `{"written": ["FILE"]}`.
#[derive(Debug, Serialize)]
pub struct NewReport {
    written: Vec<String>,
}

/// Writes the files.
pub async fn run(args: Args, context: &Context<'_>) -> Result<NewReport> {
    let mut folder = folder(context)?;
    sound(&folder)?;
    let name = Author::named(&args.name);
    let text = |what: &str| {
        let template = format!(
            "-- {}: {what}\n--\n-- All statements run in one transaction, and one that cannot be in a transaction by itself.\n\n",
            name.replace('_', " ")
        );
        if args.empty { String::new() } else { template }
    };
    let version = successor(folder.migrations.last().map(|last| last.version.as_str()), Timestamp::now());
    let (up, down) = (text("the way up"), text("the way down, which takes back what the way up does"));
    let migration = write(&mut folder, &version, &name, &up, Some(&down))?;
    let written = [&migration.up].into_iter().chain(&migration.down).map(|part| part.shown()).collect();
    Ok(NewReport { written })
}

impl Report for NewReport {
    fn human(&self, _style: &Style) -> String {
        self.written.iter().map(|file| format!("Wrote {file}\n")).collect()
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
