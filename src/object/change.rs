//! What becomes of an object that changes, or whose needs change.

use super::ObjectId;
use crate::sql::Statement;

/// How an object is brought from one state to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alter {
    /// By statements that disturb nothing else; none when there is nothing to do.
    InPlace(Vec<Statement>),
    /// By statements before which its dependents are taken down, to be put up again afterwards.
    AroundDependents(Vec<Statement>),
    /// By a new object beside the old one, to which the data is carried over.
    Replace {
        /// Puts the old one aside and makes the new one.
        begin: Vec<Statement>,
        /// Removes the old one when nothing uses it any more.
        finish: Vec<Statement>,
    },
    /// By dropping and creating it.
    Rebuild,
}

/// How an object is made or changed on a table that is in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Online {
    /// What is done beside the rest, and where possible before it: an index built concurrently, a check that is validated.
    pub prepare: Vec<Statement>,
    /// What is done in place of the plain statements.
    pub make: Vec<Statement>,
    /// What is done at the end of all: what was made without a look at the rows is validated.
    pub validate: Vec<Statement>,
}

/// A tie to an object of another table (an inherited column to its ancestor's, a partition's index to the partitioned one).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follows {
    /// The object whose dropping drops this one.
    pub object: ObjectId,
    /// What joins the two tables; once that goes, each is on its own.
    pub through: ObjectId,
    /// Whether creating the object creates this one too.
    pub comes: bool,
    /// Whether joining the tables creates it as well, whatever there is already.
    pub joins: bool,
}

/// What becomes of an object when something that it needs is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenNeedReplaced {
    /// It is dropped before and created after.
    Rebuild,
    /// It is converted in place by [`ObjectKind::convert`].
    Convert,
    /// It is replaced as well, by [`ObjectKind::replace`].
    Replace,
    /// It stays: it is changed by its parts.
    Keep,
}
