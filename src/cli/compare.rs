//! A difference as the commands show it: with the place where it is declared.

use crate::failure::Place;
use crate::object::ObjectId;
pub use crate::plan::{Attribute, Change};

/// An object that is not the same on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The kind's keyword: "INDEX".
    pub keyword: String,
    /// The identity as DDL takes it.
    pub identity: String,
    /// One line that names it: "INDEX idx_users ON users(discord_id)".
    pub title: String,
    /// What it is part of, if anything.
    pub parent: Option<ObjectId>,
    /// How the sides differ.
    pub change: Change,
    /// Where it is declared.
    pub place: Option<Place>,
}
