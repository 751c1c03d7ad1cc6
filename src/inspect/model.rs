//! What a database holds, as plain data: the JSON of `dbtool inspect`, and what text, pages and diagrams are made of.
//!
//! Names are plain, not quoted, except in `identity`, which DDL takes verbatim. What only a live database knows (`size`,
//! `scans`) is null for schema files and snapshots. A key is never left out; new keys may be added.

use serde::Serialize;

/// A whole database: `{"server_version", "schemas", "relations", "routines", "types", "extensions", "others", "not_handled"}`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Model {
    /// The version of the server that it was read from: "15.18".
    pub server_version: String,
    /// The schemas.
    pub schemas: Vec<Item>,
    /// Tables, partitions, foreign tables, views and materialized views, by schema and name.
    pub relations: Vec<Relation>,
    /// Functions and procedures.
    pub routines: Vec<Routine>,
    /// Enums, domains, composite types and ranges.
    pub types: Vec<Type>,
    /// The extensions.
    pub extensions: Vec<Extension>,
    /// Whatever else stands on its own: sequences, publications, event triggers, ….
    pub others: Vec<Item>,
    /// What the database has and dbtool does not handle, in words.
    pub not_handled: Vec<String>,
}

/// An object of which no more is known here than that it is there.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// What it is: "sequence".
    pub kind: String,
    /// Its name in full.
    pub identity: String,
    /// Its owner.
    pub owner: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// What a relation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// A table.
    Table,
    /// A table that is partitioned.
    PartitionedTable,
    /// A table that is a partition of another.
    Partition,
    /// A foreign table.
    ForeignTable,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
}

impl RelationKind {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::PartitionedTable => "partitioned table",
            Self::Partition => "partition",
            Self::ForeignTable => "foreign table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
        }
    }

    /// Whether a query defines it.
    pub fn is_view(self) -> bool {
        matches!(self, Self::View | Self::MaterializedView)
    }
}

/// A table or view with all that belongs to it.
#[derive(Clone, Debug, Serialize)]
pub struct Relation {
    /// What it is.
    pub kind: RelationKind,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its name in full, quoted where it must be.
    pub identity: String,
    /// Its owner.
    pub owner: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// How large it is.
    pub size: Option<Size>,
    /// Row level security; of tables only.
    pub row_security: RowSecurity,
    /// `RANGE (day)`.
    pub partition_key: Option<String>,
    /// The table that it is a partition of.
    pub partition_of: Option<Partition>,
    /// Its partitions.
    pub partitions: Vec<Partition>,
    /// The tables that it inherits from.
    pub inherits: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its primary key.
    pub primary_key: Option<Key>,
    /// Its unique constraints.
    pub unique: Vec<Key>,
    /// What it references.
    pub foreign_keys: Vec<ForeignKey>,
    /// What references it.
    pub referenced_by: Vec<ForeignKey>,
    /// Its indexes, those of constraints among them.
    pub indexes: Vec<Index>,
    /// Its check and exclusion constraints.
    pub checks: Vec<Check>,
    /// Its triggers.
    pub triggers: Vec<Trigger>,
    /// Its policies.
    pub policies: Vec<Policy>,
    /// Its rules.
    pub rules: Vec<Check>,
    /// Who may do what.
    pub privileges: Vec<Grant>,
    /// The query of a view.
    pub query: Option<String>,
}

/// How large a relation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// How many rows, as the server estimates; null while it has no idea.
    pub rows: Option<i64>,
    /// The bytes of its rows, those out of line among them.
    pub table_bytes: i64,
    /// The bytes of its indexes.
    pub index_bytes: i64,
}

impl Size {
    /// All of it.
    pub fn bytes(self) -> u64 {
        (self.table_bytes + self.index_bytes).unsigned_abs()
    }
}

/// Row level security.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowSecurity {
    /// Not enabled.
    #[default]
    Off,
    /// Enabled, for all but the owner.
    On,
    /// Enabled, for the owner too.
    Forced,
}

/// One partition's place.
#[derive(Clone, Debug, Serialize)]
pub struct Partition {
    /// The other table, in full.
    pub identity: String,
    /// `FOR VALUES …` or `DEFAULT`.
    pub bound: String,
}

/// A column.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type with modifiers.
    pub data_type: String,
    /// `NOT NULL`; never known of a view's.
    pub not_null: bool,
    /// Its default.
    pub default: Option<String>,
    /// `always` or `by default` for an identity.
    pub identity: Option<&'static str>,
    /// The expression of a generated column.
    pub generated: Option<String>,
    /// The collation, where it is not the type's.
    pub collation: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// Whether it is in the primary key.
    pub primary_key: bool,
    /// Whether it alone is unique.
    pub unique: bool,
    /// The columns that it references, in full: "app.users.id".
    pub references: Vec<String>,
    /// The column that a view's column is, unchanged: "app.users.id".
    pub origin: Option<String>,
}

/// A primary key or unique constraint.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignKey {
    /// Its name.
    pub name: String,
    /// The table that has it, in full.
    pub table: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The table that it references, in full.
    pub references: String,
    /// The columns that it references, in order.
    pub referenced_columns: Vec<String>,
    /// `ON DELETE CASCADE`.
    pub actions: String,
    /// Whether all rows have been found to fulfil it.
    pub validated: bool,
    /// Whether its columns are a primary key or unique constraint: one row at most on each side.
    pub one_to_one: bool,
    /// Whether an index begins with its columns.
    pub indexed: bool,
}

/// An index.
#[derive(Clone, Debug, Serialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether a constraint owns it.
    pub constraint: bool,
    /// Its method and columns: "btree (user_id)".
    pub on: String,
    /// The columns that it begins with, expressions left out.
    pub columns: Vec<String>,
    /// Whether it can be used.
    pub valid: bool,
    /// Its bytes.
    pub bytes: Option<i64>,
    /// How often it was scanned since the statistics were reset.
    pub scans: Option<i64>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A check or exclusion constraint, or a rule.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// What it says, as Postgres prints it.
    pub definition: String,
    /// Whether all rows have been found to fulfil it.
    pub validated: bool,
    /// Its comment.
    pub comment: Option<String>,
}

/// A trigger.
#[derive(Clone, Debug, Serialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// When and what: "BEFORE UPDATE … EXECUTE FUNCTION app.touch()".
    pub action: String,
    /// `enabled`, `disabled`, `replica` or `always`.
    pub enabled: &'static str,
    /// Its comment.
    pub comment: Option<String>,
}

/// A policy.
#[derive(Clone, Debug, Serialize)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    /// `PERMISSIVE` rather than `RESTRICTIVE`.
    pub permissive: bool,
    /// For whom.
    pub roles: Vec<String>,
    /// The expression of `USING`.
    pub using: Option<String>,
    /// The expression of `WITH CHECK`.
    pub check: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// What a role may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// The role; `PUBLIC` for all.
    pub role: String,
    /// Whether it is the owner.
    pub owner: bool,
    /// The column, where it is for one only.
    pub column: Option<String>,
    /// `SELECT`, `INSERT`, …; with ` WITH GRANT OPTION` where it may be granted on.
    pub privileges: Vec<String>,
}

/// A function or procedure.
#[derive(Clone, Debug, Serialize)]
pub struct Routine {
    /// `function` or `procedure`.
    pub kind: String,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its name in full with the types of its arguments.
    pub identity: String,
    /// Its parameters with their defaults.
    pub arguments: String,
    /// What it gives; null for a procedure.
    pub result: Option<String>,
    /// Whether a call gives one row at most.
    pub single_row: bool,
    /// Its owner.
    pub owner: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// The whole of `CREATE OR REPLACE …`.
    pub definition: String,
}

/// A type.
#[derive(Clone, Debug, Serialize)]
pub struct Type {
    /// `enum`, `domain`, `composite` or `range`.
    pub kind: &'static str,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its name in full.
    pub identity: String,
    /// The labels of an enum, the attributes of a composite type with their types, what a domain or range is of.
    pub members: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// An extension.
#[derive(Clone, Debug, Serialize)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// Its version; null where any will do.
    pub version: Option<String>,
    /// The schema of its objects.
    pub schema: String,
    /// Its comment.
    pub comment: Option<String>,
}

impl Model {
    /// A relation by its identity.
    pub fn relation(&self, identity: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.identity == identity)
    }

    /// The objects of a schema: whether it has any.
    pub fn has_objects(&self, schema: &str) -> bool {
        self.relations.iter().any(|r| r.schema == schema)
            || self.routines.iter().any(|r| r.schema == schema)
            || self.types.iter().any(|t| t.schema == schema)
    }
}

impl Relation {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}
