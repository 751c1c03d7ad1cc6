//! The edge: what is typed, what is configured and what is printed.

pub mod config;
