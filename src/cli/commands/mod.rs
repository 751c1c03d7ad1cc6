//! The commands, one file each: what they take, what they do, what they answer.

pub mod backup;
pub mod diff;
pub mod docs;
pub mod inspect;
pub mod pull;
pub mod restore;
pub mod start;
pub mod status;
pub mod stop;
pub mod sync;
