//! `dbtool completions`.

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::{Shell, generate};
use serde::Serialize;

use crate::cli::Cli;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::failure::Exit;

/// Print the script that completes dbtool's commands and flags in a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool completions bash > ~/.local/share/bash-completion/completions/dbtool
  dbtool completions zsh > ~/.zfunc/_dbtool
  dbtool completions fish > ~/.config/fish/completions/dbtool.fish")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// The answer: `{"script"}`.
#[derive(Debug, Serialize)]
pub struct CompletionsReport {
    script: String,
}

/// Makes the script from the definition of the command line.
pub fn run(args: &Args) -> Result<CompletionsReport> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "dbtool", &mut script);
    Ok(CompletionsReport { script: String::from_utf8(script)? })
}

impl Report for CompletionsReport {
    fn human(&self, _style: &Style) -> String {
        self.script.clone()
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
