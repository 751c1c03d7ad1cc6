//! SQL as text, with no database: quoting, statements, splitting, heads and positions.

mod quote;
mod statement;

pub use quote::{ident, literal};
pub use statement::{Hazard, Statement, Transaction};
