//! `dbtool man`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::CommandFactory;
use clap_mangen::Man;
use serde::Serialize;

use crate::cli::Cli;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;

/// Write the manual pages: dbtool(1), and one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool man ~/.local/share/man/man1
  man dbtool-sync")]
pub struct Args {
    /// The folder to write them to
    folder: PathBuf,
}

/// The answer: `{"pages": […]}`.
#[derive(Debug, Serialize)]
pub struct ManReport {
    pages: Vec<PathBuf>,
}

/// Makes the pages from the definition of the command line.
pub fn run(args: &Args) -> Result<ManReport> {
    let cannot = || format!("Cannot write to {}", args.folder.display());
    std::fs::create_dir_all(&args.folder).with_context(cannot)?;
    let mut whole = Cli::command().disable_help_subcommand(true);
    whole.build();
    let mut pages = Vec::new();
    let commands = whole.get_subcommands().map(|command| (format!("dbtool-{}", command.get_name()), command.clone()));
    for (name, command) in std::iter::once(("dbtool".to_owned(), whole.clone())).chain(commands) {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        let path = args.folder.join(format!("{name}.1"));
        std::fs::write(&path, page).with_context(cannot)?;
        pages.push(path);
    }
    Ok(ManReport { pages })
}

impl Report for ManReport {
    fn human(&self, _style: &Style) -> String {
        self.pages.iter().map(|page| format!("{}\n", page.display())).collect()
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
