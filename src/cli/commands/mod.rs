//! The commands, one file each: what they take, what they do, what they answer.

pub mod diff;
pub mod start;
pub mod status;
pub mod stop;
pub mod sync;
