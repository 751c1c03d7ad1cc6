//! Tables and their foreign keys as a diagram: as text for other tools, and drawn.

mod columns;
mod dot;
mod graph;
mod layout;
mod mermaid;
mod pack;
mod place;
mod svg;

pub use dot::dot;
pub use graph::{Graph, around};
pub use mermaid::mermaid;
pub use svg::{STYLE, svg};
