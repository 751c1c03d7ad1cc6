//! The edge: what is typed, what is configured and what is printed.

pub mod backup;
pub mod commands;
pub mod compare;
pub mod config;
mod context;
mod doctor;
mod engine;
mod help;
mod init;
mod local;
mod migrations;
pub mod options;
pub mod protection;
pub mod render;
pub mod report;
mod saved;
mod seeds;
pub mod style;
pub mod types;
pub mod ui;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::database::interruption;
use crate::failure::{Exit, Failure};
use crate::sql::redacted;
use config::{Config, Variables};
use options::Global;
use report::ErrorReport;
use ui::Ui;

pub use context::Context;

/// Keeps a PostgreSQL schema in schema.sql, and every database in step with it.
#[derive(Debug, Parser)]
#[command(name = "dbtool", version, arg_required_else_help = true, subcommand_required = true)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// The commands, one file each.
#[derive(Debug, Subcommand)]
enum Command {
    Status(commands::status::Args),
    Types(commands::types::Args),
    Diff(commands::diff::Args),
    Docs(commands::docs::Args),
    Inspect(commands::inspect::Args),
    Plan(commands::plan::Args),
    Sync(commands::sync::Args),
    Pull(commands::pull::Args),
    Env(commands::env::Args),
    Seed(commands::seed::Args),
    Reset(commands::reset::Args),
    Init(commands::init::Args),
    Setup(commands::setup::Args),
    Start(commands::start::Args),
    Stop(commands::stop::Args),
    Verify(commands::verify::Args),
    Health(commands::health::Args),
    Archive(commands::archive::Args),
    Backup(commands::backup::Args),
    Doctor(commands::doctor::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
    Restore(commands::restore::Args),
    Generate(commands::generate::Args),
    #[command(visible_alias = "apply")]
    ApplySafe(commands::apply_safe::Args),
    Rollback(commands::rollback::Args),
    Consolidate(commands::consolidate::Args),
    Migration(commands::migration::Args),
    History(commands::history::Args),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let exit = match Cli::read(&arguments) {
        Ok(cli) => cli.run(),
        Err(error) => not_understood(&error, &arguments),
    };
    ExitCode::from(exit as u8)
}

impl Cli {
    /// What the arguments mean.
    fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        let mut matches = help::grouped(Self::command()).try_get_matches_from(arguments)?;
        Self::from_arg_matches_mut(&mut matches)
    }

    /// Runs the command until it ends or Ctrl-C ends it.
    fn run(self) -> Exit {
        let ui = Ui::of_process(&self.global);
        let outcome = runtime().and_then(|runtime| runtime.block_on(until_interrupted(self.dispatch(&ui))));
        outcome.unwrap_or_else(|error| ui.fail(&ErrorReport::of(&error)))
    }

    async fn dispatch(self, ui: &Ui) -> Result<Exit> {
        match &self.command {
            // What depends on nothing but the command line works whatever is configured.
            Command::Completions(args) => return ui.answer(&commands::completions::run(args)?),
            Command::Man(args) => return ui.answer(&commands::man::run(args)?),
            _ => {}
        }
        let config = Config::load(self.global.config.as_deref(), Variables::of_process())?;
        let context = Context { ui, config, global: self.global, sources: Default::default() };
        match self.command {
            Command::Status(args) => ui.answer(&commands::status::run(args, &context).await?),
            Command::Types(args) => ui.answer(&commands::types::run(args, &context).await?),
            Command::Diff(args) => ui.answer(&commands::diff::run(args, &context).await?),
            Command::Docs(args) => ui.answer(&commands::docs::run(args, &context).await?),
            Command::Inspect(args) => ui.answer(&commands::inspect::run(args, &context).await?),
            Command::Plan(args) => ui.answer(&commands::plan::run(args, &context).await?),
            Command::Sync(args) => ui.answer(&commands::sync::run(args, &context).await?),
            Command::Pull(args) => ui.answer(&commands::pull::run(args, &context).await?),
            Command::Env(args) => ui.answer(&commands::env::run(args, &context).await?),
            Command::Seed(args) => ui.answer(&commands::seed::run(args, &context).await?),
            Command::Reset(args) => ui.answer(&commands::reset::run(args, &context).await?),
            Command::Init(args) => ui.answer(&commands::init::run(args, &context).await?),
            Command::Setup(args) => ui.answer(&commands::setup::run(args, &context).await?),
            Command::Start(args) => ui.answer(&commands::start::run(args, &context)?),
            Command::Stop(args) => ui.answer(&commands::stop::run(args, &context)?),
            Command::Verify(args) => ui.answer(&commands::verify::run(args, &context).await?),
            Command::Health(args) => ui.answer(&commands::health::run(args, &context).await?),
            Command::Doctor(args) => ui.answer(&commands::doctor::run(args, &context).await?),
            Command::Completions(args) => ui.answer(&commands::completions::run(&args)?),
            Command::Man(args) => ui.answer(&commands::man::run(&args)?),
            Command::Archive(args) => ui.answer(&commands::archive::run(args, &context).await?),
            Command::Backup(args) => ui.answer(&commands::backup::run(args, &context).await?),
            Command::Restore(args) => ui.answer(&commands::restore::run(args, &context).await?),
            Command::Generate(args) => ui.answer(&commands::generate::run(args, &context).await?),
            Command::ApplySafe(args) => ui.answer(&commands::apply_safe::run(args, &context).await?),
            Command::Rollback(args) => ui.answer(&commands::rollback::run(args, &context).await?),
            Command::Consolidate(args) => ui.answer(&commands::consolidate::run(args, &context).await?),
            Command::Migration(args) => commands::migration::run(args, &context).await,
            Command::History(args) => ui.answer(&commands::history::run(args, &context).await?),
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("Cannot start the runtime")
}

/// The work's outcome, or the failure that stands for an interruption; the work is dropped then, and its guards clean up.
async fn until_interrupted<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::select! {
        outcome = work => outcome,
        signal = interruption() => {
            signal.context("Cannot listen for signals")?;
            Err(Failure::Interrupted.into())
        }
    }
}

/// Prints help, the version, or what is wrong with the arguments.
fn not_understood(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let global = Global { json: arguments.iter().any(|argument| argument == "--json"), ..Global::default() };
    if !error.use_stderr() {
        let _unheard = error.print();
        return Exit::Done;
    }
    let ui = Ui::of_process(&global);
    if global.json {
        return ui.fail(&ErrorReport::of_arguments(error));
    }
    ui.show(|_| redacted(&error.render().ansi().to_string()));
    Exit::Trouble
}

#[cfg(test)]
mod tests;
