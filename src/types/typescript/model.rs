//! What stands in the file: schemas with their tables, views, functions and types.

/// A type of TypeScript.
#[derive(Clone, Debug, PartialEq)]
pub enum Ts {
    /// A name that TypeScript or the file itself defines.
    Word(&'static str),
    /// One of some strings.
    Literals(Vec<String>),
    /// `Database[schema][section][name]`, with `["Row"]` for rows.
    Member {
        /// The schema.
        schema: String,
        /// `Enums`, `CompositeTypes`, `Tables` or `Views`.
        section: &'static str,
        /// The name there.
        name: String,
        /// Whether the row of a table or view is meant.
        row: bool,
    },
    /// A row without what is computed from it.
    WithoutComputed(Box<Ts>),
    /// A list.
    List(Box<Ts>),
    /// A set that a function returns: to the generators, the text with brackets after it, whatever the text is.
    Set(Box<Ts>),
    /// Or null.
    Nullable(Box<Ts>),
    /// An object, one property to a line.
    Object {
        /// Its properties in order.
        properties: Vec<Property>,
        /// Whether the unformatted text has a line for each.
        lines: bool,
    },
    /// The mark of a function that PostgREST cannot call, and why.
    Error(String),
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it holds.
    pub of: Ts,
}

/// The whole.
pub struct Database {
    /// The version of PostgREST that `createClient` should expect.
    pub postgrest_version: Option<String>,
    /// The schema that the helper types take when none is named.
    pub default_schema: String,
    /// The schemas in order.
    pub schemas: Vec<Schema>,
}

/// A schema.
pub struct Schema {
    /// Its name.
    pub name: String,
    /// Tables and foreign tables.
    pub tables: Vec<Table>,
    /// Views and materialized views.
    pub views: Vec<Table>,
    /// Functions, overloads together.
    pub functions: Vec<(String, Vec<Signature>)>,
    /// Enum types with their labels.
    pub enums: Vec<(String, Vec<String>)>,
    /// Composite types with their attributes.
    pub composites: Vec<(String, Vec<Property>)>,
}

/// A table or view.
pub struct Table {
    /// Its name.
    pub name: String,
    /// Whether it is a view.
    pub of_view: bool,
    /// What reading gives.
    pub row: Vec<Property>,
    /// The names of what is computed from a row.
    pub computed: Vec<String>,
    /// What may be inserted.
    pub insert: Option<Vec<Property>>,
    /// What may be updated.
    pub update: Option<Vec<Property>>,
    /// How it is related to others.
    pub relationships: Vec<Relationship>,
}

/// A foreign key as clients follow it.
#[derive(Clone, Debug, PartialEq)]
pub struct Relationship {
    /// The key's name.
    pub key: String,
    /// The columns of this side; none where the generator, for want of quotes around a schema's name, does not find them.
    pub columns: Vec<String>,
    /// Whether no two rows of this side refer to the same.
    pub one_to_one: bool,
    /// The relation of the other side.
    pub referenced: String,
    /// The columns of the other side.
    pub referenced_columns: Vec<String>,
}

/// One way to call a function.
pub struct Signature {
    /// The arguments, if any.
    pub args: Vec<Property>,
    /// What it returns.
    pub returns: Ts,
    /// How the rows that it returns can be embedded.
    pub set: Option<SetOptions>,
}

/// `SetofOptions`.
pub struct SetOptions {
    /// The type of the row that it takes, or `*`.
    pub from: String,
    /// The relation whose rows it returns.
    pub to: String,
    /// Whether there is at most one.
    pub one_to_one: bool,
    /// Whether it returns a set.
    pub set: bool,
}
