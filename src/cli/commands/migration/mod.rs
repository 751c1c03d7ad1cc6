//! `dbtool migration …`.

pub mod import;
pub mod list;
pub mod new;
pub mod repair;

use anyhow::Result;

use crate::cli::Context;
use crate::failure::Exit;

/// Write migrations by hand, list them, mend the record of them, and take over what another tool recorded
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What is done with migrations.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each is documented where its arguments are")]
pub enum Command {
    New(new::Args),
    List(list::Args),
    Repair(repair::Args),
    Import(import::Args),
}

/// Does it, and prints its answer.
pub async fn run(args: Args, context: &Context<'_>) -> Result<Exit> {
    match args.command {
        Command::New(args) => context.ui.answer(&new::run(args, context).await?),
        Command::Import(args) => context.ui.answer(&import::run(args, context).await?),
        Command::Repair(args) => context.ui.answer(&repair::run(args, context).await?),
        Command::List(args) => context.ui.answer(&list::run(args, context).await?),
    }
}
