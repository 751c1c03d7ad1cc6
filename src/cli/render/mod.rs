//! Comparisons, plans and scripts as text and as JSON; pure functions of values.

mod attribute;
mod comparison;
mod details;
mod grid;
mod hazards;
pub mod inspect;
mod json;
mod lines;
mod listing;
mod measure;
mod part;
mod plan;
mod script;
mod side;
mod summary;
mod table;

pub use comparison::{Comparison, Entry, Suggestion};
pub use details::details;
pub use grid::{Cell, Grid};
pub use hazards::{RelationSize, Sizes, hazard_words, refusal};
pub use lines::line_diff;
pub use listing::{aligned, unmodelled};
pub use measure::{ago, bytes, counted, many};
pub use plan::plan;
pub use script::script;
pub use side::Side;
pub use summary::{next_steps, summary};
pub use table::table;

#[cfg(test)]
mod tests;
