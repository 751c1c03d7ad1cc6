//! A database as pages: one file of HTML that works without a network, and Markdown.

mod page;
mod table;

pub use page::page;
