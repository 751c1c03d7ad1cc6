//! Postgres servers of dbtool's own: finding the programs, and scratch servers that leave nothing behind.

mod account;
mod binaries;
mod folder;
mod process;
mod scratch;
mod template;

pub use binaries::{Binaries, all, find};
pub use scratch::{Scratch, ScratchOptions};
