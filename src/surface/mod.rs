//! What programs see of a database: relations, types, functions and keys, by their plain names.
//!
//! A [`Catalog`](crate::catalog::Catalog) holds what DDL needs: identities, definitions, no members of extensions. What a client
//! program sees is another thing: the columns of views with their types, the arguments of functions, what the connected role may
//! use, extensions' own functions. It is read beside the catalog, in a few lean queries, and kept beside it in caches and snapshots.

mod file;
mod nullable;
mod read;
mod tree;

use serde::{Deserialize, Serialize};

use crate::object::record;

pub use read::read;

/// Everything that programs see of a database; things refer to one another by the oids that they had when it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// The schemas that the role may use, without the system's.
    pub schemas: Vec<String>,
    /// Tables, views and the like.
    pub relations: Vec<Relation>,
    /// The columns of the relations, in the order of relation and number.
    pub columns: Vec<Column>,
    /// Every type, the system's included, in the order of `pg_type`.
    pub types: Vec<Type>,
    /// The functions that a query can call.
    pub functions: Vec<Function>,
    /// Primary keys, unique constraints and foreign keys.
    pub keys: Vec<Key>,
}

record! {
    /// A table, foreign table, view or materialized view.
    pub struct Relation {
        /// Its oid.
        pub oid: u32,
        /// Its schema.
        pub schema: String,
        /// Its name.
        pub name: String,
        /// `r`, `p`, `f`, `v` or `m` (`pg_class.relkind`).
        pub kind: String,
        /// Whether the role has any privilege on it.
        pub visible: bool,
        /// What a view allows by itself (`pg_relation_is_updatable`): 4 update, 8 insert, 16 delete.
        pub updatable: i32,
        /// The same, with what its triggers and rules allow.
        pub writable: i32,
        /// Whether triggers or rules take its rows whole.
        pub rewritten: bool,
        /// `COMMENT ON`.
        pub comment: Option<String>,
    }
}

record! {
    /// A column of a relation.
    pub struct Column {
        /// The oid of its relation.
        pub relation: u32,
        /// Its number.
        pub number: i16,
        /// Its name.
        pub name: String,
        /// The oid of its type.
        pub of: u32,
        /// The modifier of its type, -1 for none.
        pub modifier: i32,
        /// `NOT NULL`.
        pub not_null: bool,
        /// Whether it has a default or a generation expression.
        pub has_default: bool,
        /// `a` for `GENERATED ALWAYS AS IDENTITY`, `d` for `BY DEFAULT`, empty for neither.
        pub identity: String,
        /// `s` for stored, `v` for virtual, empty for neither.
        pub generated: String,
        /// Whether it can be written without triggers and rules.
        pub updatable: bool,
        /// Whether the role has any privilege on it.
        pub visible: bool,
        /// `COMMENT ON`.
        pub comment: Option<String>,
        /// The relation from which a view takes it unchanged.
        pub origin: Option<u32>,
        /// The number of the column there.
        pub origin_number: Option<i16>,
        /// Whether the query of a view shows that it is never null.
        pub never_null: bool,
    }
}

record! {
    /// A type.
    pub struct Type {
        /// Its oid.
        pub oid: u32,
        /// Its schema.
        pub schema: String,
        /// Its name: `_int4` for an array of `int4`.
        pub name: String,
        /// As SQL writes it, with the schema where it is not on the search path; only for types of rows.
        pub format: Option<String>,
        /// `b`, `c`, `d`, `e`, `p`, `r` or `m` (`pg_type.typtype`).
        pub kind: String,
        /// The oid of the relation whose rows it describes, or of the composite type's.
        pub relation: Option<u32>,
        /// The kind of that relation.
        pub relation_kind: Option<String>,
        /// The oid of an array's elements.
        pub element: Option<u32>,
        /// The oid of the type under a domain.
        pub base: Option<u32>,
        /// The modifier that a domain sets, -1 for none.
        pub modifier: i32,
        /// Whether a domain forbids null.
        pub not_null: bool,
        /// The labels of an enum type in their order.
        pub labels: Vec<String>,
        /// The names of a composite type's attributes in their order.
        pub attributes: Vec<String>,
        /// The oids of the attributes' types.
        pub attribute_types: Vec<u32>,
        /// `COMMENT ON`.
        pub comment: Option<String>,
    }
}

record! {
    /// A function.
    pub struct Function {
        /// Its oid.
        pub oid: u32,
        /// Its schema.
        pub schema: String,
        /// Its name.
        pub name: String,
        /// The modes of its parameters: `i`, `o`, `b`, `v`, `t` (`pg_proc.proargmodes`).
        pub modes: Vec<String>,
        /// The names of its parameters, empty for those without.
        pub names: Vec<String>,
        /// The oids of their types.
        pub of: Vec<u32>,
        /// How many parameters take input.
        pub inputs: i16,
        /// How many of those have a default.
        pub defaults: i16,
        /// The parameters as SQL writes them.
        pub arguments: String,
        /// The same, without defaults.
        pub identity_arguments: String,
        /// The oid of what it returns.
        pub returns: u32,
        /// What it returns as SQL writes it.
        pub result: String,
        /// Whether it returns a set.
        pub set: bool,
        /// How many rows the planner expects of a set.
        pub rows: f32,
        /// `COMMENT ON`.
        pub comment: Option<String>,
    }
}

record! {
    /// A primary key, unique constraint or foreign key.
    pub struct Key {
        /// Its name.
        pub name: String,
        /// `p`, `u` or `f`.
        pub kind: String,
        /// The oid of its table.
        pub relation: u32,
        /// The numbers of its columns.
        pub columns: Vec<i16>,
        /// The oid of the table that a foreign key refers to.
        pub referenced: u32,
        /// The numbers of the columns there.
        pub referenced_columns: Vec<i16>,
        /// Whether it is only a partition's share of a foreign key of the whole.
        pub inherited: bool,
    }
}
