//! The commands, one file each: what they take, what they do, what they answer.

pub mod apply_safe;
pub mod archive;
pub mod backup;
pub mod completions;
pub mod consolidate;
pub mod diff;
pub mod docs;
pub mod doctor;
pub mod env;
pub mod generate;
pub mod health;
pub mod history;
pub mod init;
pub mod inspect;
pub mod man;
pub mod migration;
pub mod plan;
pub mod pull;
pub mod reset;
pub mod restore;
pub mod rollback;
pub mod seed;
pub mod setup;
pub mod start;
pub mod status;
pub mod stop;
pub mod sync;
pub mod types;

use anyhow::Result;

/// The arguments of a command as if these flags had been typed.
fn parsed<A: clap::Args>(flags: &[&str]) -> Result<A> {
    let command = A::augment_args(clap::Command::new("dbtool").no_binary_name(true));
    Ok(A::from_arg_matches(&command.try_get_matches_from(flags)?)?)
}
pub mod verify;
