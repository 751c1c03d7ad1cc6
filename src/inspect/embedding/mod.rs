//! What PostgREST can embed (`select=*,orders(*)`): the relationships that it derives, and how a request names each.
//!
//! The rules are those of PostgREST 11 to 13: a foreign key is many-to-one, or one-to-one when its columns are a primary key or
//! unique constraint; a table whose primary key holds two foreign keys joins what they reference; a view has the keys
//! whose columns it shows unchanged; a function from a row to rows is a relationship, and goes before a derived one of its name.

mod derive;
mod report;
mod request;
mod view;

use serde::Serialize;

pub use derive::relationships;
pub use report::{Ambiguity, Embedding, Embeddings, TableEmbeddings, embeddings};

/// A relation or function by its plain names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Name {
    /// Its schema.
    pub schema: String,
    /// Its own name.
    pub name: String,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// Columns of the origin with the columns of the target that they equal.
pub type Pairs = Vec<(String, String)>;

/// One way from a relation to another; their order is that in which PostgREST lists them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relationship {
    /// Where it starts.
    pub origin: Name,
    /// Where it leads.
    pub target: Name,
    /// Whether the target is a view.
    pub to_view: bool,
    /// How they are related.
    pub link: Link,
}

/// How two relations are related.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// By a foreign key of the target.
    OneToMany(String, Pairs),
    /// By a foreign key of the origin.
    ManyToOne(String, Pairs),
    /// By a foreign key, of either, that is unique.
    OneToOne(String, Pairs),
    /// By two foreign keys of a table between them.
    ManyToMany {
        /// The table between.
        junction: Name,
        /// Its foreign key to the origin.
        from: String,
        /// Its foreign key to the target.
        to: String,
        /// The origin's columns with the junction's.
        near: Pairs,
        /// The junction's columns with the target's.
        far: Pairs,
    },
    /// By a function from the origin's row.
    Computed {
        /// The function.
        function: Name,
        /// Whether it gives one row at most.
        single: bool,
    },
}

impl Relationship {
    /// Whether it leads back to where it starts; what a function gives is never asked so.
    fn is_self(&self) -> bool {
        self.origin == self.target && !matches!(self.link, Link::Computed { .. })
    }
}

impl Link {
    /// The foreign key and its columns, where there is one.
    fn key(&self) -> Option<(&str, &Pairs)> {
        match self {
            Link::ManyToOne(name, pairs) | Link::OneToMany(name, pairs) | Link::OneToOne(name, pairs) => {
                Some((name, pairs))
            }
            Link::ManyToMany { .. } | Link::Computed { .. } => None,
        }
    }

    /// In PostgREST's words.
    pub fn cardinality(&self) -> &'static str {
        match self {
            Link::ManyToOne(..) => "many-to-one",
            Link::OneToMany(..) => "one-to-many",
            Link::OneToOne(..) => "one-to-one",
            Link::ManyToMany { .. } => "many-to-many",
            Link::Computed { .. } => "computed",
        }
    }

    /// Whether an embedded target is an object rather than an array.
    pub fn is_to_one(&self) -> bool {
        matches!(self, Link::ManyToOne(..) | Link::OneToOne(..) | Link::Computed { single: true, .. })
    }
}

/// Pairs the other way round.
fn swapped(pairs: &Pairs) -> Pairs {
    pairs.iter().map(|(a, b)| (b.clone(), a.clone())).collect()
}

#[cfg(test)]
mod tests;
