//! The commands, one file each: what they take, what they do, what they answer.

pub mod backup;
pub mod completions;
pub mod diff;
pub mod docs;
pub mod doctor;
pub mod health;
pub mod inspect;
pub mod man;
pub mod pull;
pub mod restore;
pub mod start;
pub mod status;
pub mod stop;
pub mod sync;
