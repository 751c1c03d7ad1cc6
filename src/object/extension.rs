//! Extensions: their members are theirs, only the extension itself is managed.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Object, ObjectId, ObjectKind};
use crate::sql::{Statement, ident};

record! {
    /// An extension.
    pub struct Extension {
        /// The schema that holds its objects, quoted.
        pub schema: String,
        /// Its version; none where any will do.
        pub version: Option<String>,
        /// Whether it can be moved to another schema.
        pub relocatable: bool,
    }
}

impl Extension {
    /// Whether its version comes before that of `other`: to an earlier version there is hardly ever an update path.
    fn is_older_than(&self, other: &Self) -> bool {
        let numbers = |version: &Option<String>| {
            let version = version.as_deref()?;
            version.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<_>>>()
        };
        numbers(&self.version).zip(numbers(&other.version)).is_some_and(|(own, other)| own < other)
    }
}

/// Whether values of the extension's types are kept in tables, which would go with it.
fn keeps_values(id: &ObjectId, context: &Context) -> bool {
    let uses = |entry: &super::context::Entry| match &entry.object {
        Object::Column(column) => column.has_data() && entry.needs.contains(id),
        _ => false,
    };
    context.current.entries.values().any(uses)
}

impl ObjectKind for Extension {
    const KEYWORD: &'static str = "EXTENSION";
    const QUERY: &'static str = "
        SELECT 'pg_extension'::regclass::oid AS classid, x.oid AS objid, 0 AS objsubid, quote_ident(extname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            quote_ident(nspname) AS schema, extversion AS version, extrelocatable AS relocatable
        FROM pg_extension x
            JOIN pg_namespace n ON n.oid = extnamespace";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let version = self.version.as_ref().map(|v| format!(" VERSION {}", ident(v))).unwrap_or_default();
        // One that is in a schema of its own name makes that itself.
        let has_own = !self.relocatable && self.schema == *id.identity;
        let schema = if has_own { String::new() } else { format!(" SCHEMA {}", self.schema) };
        let with = if schema.is_empty() && version.is_empty() { "" } else { " WITH" };
        vec![Statement::new(format!("CREATE EXTENSION {}{with}{schema}{version}", id.identity))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        if self.is_older_than(old) && !keeps_values(id, context) {
            return Alter::Rebuild;
        }
        let mut statements = Vec::new();
        if let Some(version) = self.version.as_ref().filter(|v| old.version.as_ref() != Some(v)) {
            statements.push(Statement::new(format!("ALTER EXTENSION {} UPDATE TO {}", id.identity, ident(version))));
        }
        if self.schema != old.schema {
            if !self.relocatable {
                return Alter::Rebuild;
            }
            statements.push(Statement::new(format!("ALTER EXTENSION {} SET SCHEMA {}", id.identity, self.schema)));
        }
        Alter::InPlace(statements)
    }
}
