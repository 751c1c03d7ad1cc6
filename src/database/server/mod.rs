//! Postgres servers of dbtool's own: finding the programs, a project's own server, and scratch servers that leave nothing behind.

mod account;
mod binaries;
mod download;
mod extended;
mod folder;
mod local;
mod pid_file;
mod process;
mod scratch;
mod template;

pub use binaries::{Binaries, MAJORS, all, find, find_client, install};
pub use download::fetch;
pub use extended::{Extension, extended, unused};
pub use folder::leftovers;
pub use local::{Local, LocalOptions, Running, State};
pub use process::client;
pub use scratch::{Scratch, ScratchOptions};
