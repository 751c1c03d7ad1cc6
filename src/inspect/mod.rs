//! What a database holds, as a person wants to see it: a model made of a catalog, and what is made of the model.

pub mod activity;
mod build;
mod detail;
pub mod diagram;
pub mod embedding;
pub mod escape;
mod find;
mod grant;
pub mod markdown;
pub mod model;
mod name;
mod relation;

pub use activity::Activity;
pub use build::model;
pub use detail::{Detail, detail};
pub use find::{Found, find};
pub use model::Model;
pub use name::{plain, split, without_schema};
