//! Migrations: files with a way up and a way down, the folder and its sums, and the ledger that each database keeps.

mod file;
mod folder;
mod header;
mod ledger;
mod script;
mod sum;
mod write;

pub use file::{Migration, Script, successor, title};
pub use folder::{Fault, Folder, Standing, State, standings};
pub use header::Header;
pub use ledger::{Act, Entry, Ledger, Other, Progress, Record, Recorded, Way, Who};
pub use script::Parsed;
pub use sum::{Sum, sha256};
pub use write::{consolidate, remove, write};
