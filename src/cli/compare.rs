//! The differences of two catalogs, as the commands show them (a stand-in for those of `plan`).

use serde::Serialize;

use crate::failure::Place;

/// An object that is not the same on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The kind's keyword: "INDEX".
    pub keyword: String,
    /// The identity as DDL takes it.
    pub identity: String,
    /// One line that names it: "INDEX idx_users ON users(discord_id)".
    pub title: String,
    /// The identity of what it is part of, if anything.
    pub parent: Option<String>,
    /// How the sides differ.
    pub change: Change,
    /// Where it is declared.
    pub place: Option<Place>,
}

/// How the two sides of a difference stand to each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Declared, but not in the database.
    Missing,
    /// In the database, but not declared.
    Extra,
    /// On both sides, with different attributes.
    Different(Vec<Attribute>),
}

/// An attribute that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attribute {
    /// Its name, as in the object's struct.
    pub name: String,
    /// What the database has.
    pub current: serde_json::Value,
    /// What is declared.
    pub desired: serde_json::Value,
}
