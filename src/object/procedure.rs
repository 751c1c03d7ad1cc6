//! Procedures: routines like functions, with a keyword of their own.

pub use super::function::Procedure;
