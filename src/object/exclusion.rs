//! Constraints by which no two rows overlap, on partitioned tables.

use super::id::split_last;
use super::{Constraint, ObjectId};
use crate::sql::{Statement, dollar, literal, unquoted};

impl Constraint {
    /// Whether its index lets no two rows overlap; such an index cannot be attached, but comes with that of the partitioned table.
    pub(super) fn excludes(&self) -> bool {
        self.contype == "x" || (self.has_index() && self.definition.contains(" WITHOUT OVERLAPS)"))
    }

    /// Gives it its name where it comes with that of the partitioned table, under a name that Postgres chooses.
    pub(super) fn given_name(&self, id: &ObjectId) -> Option<Statement> {
        let (above, whole) = self.ancestors.0.first().filter(|_| self.excludes())?.split_once(" on ")?;
        let (name, own) = (self.name(id), split_last(&self.table)?.1);
        let chosen = match &*self.contype {
            "p" => format!("{own}_pkey"),
            "u" => format!("{own}_{}_key", self.columns.0.join("_")),
            _ => format!("{own}_{}_excl", self.columns.0.join("_")),
        };
        let of = |table: &str, rest: String| format!("conrelid = {}::regclass AND {rest}", literal(table));
        let above = of(whole, format!("conname = {}", literal(&unquoted(above))));
        let found = of(&self.table, format!("conparentid = (SELECT oid FROM pg_catalog.pg_constraint WHERE {above})"));
        let rename = literal(&format!("ALTER TABLE {} RENAME CONSTRAINT %I TO {name}", self.table.replace('%', "%%")));
        let text = format!(
            "DECLARE chosen name; BEGIN SELECT conname INTO chosen FROM pg_catalog.pg_constraint WHERE {found}; \
            IF chosen <> {} THEN EXECUTE format({rename}, chosen); END IF; END",
            literal(&unquoted(name)),
        );
        (name != chosen).then(|| Statement::new(format!("DO {}", dollar(&text))))
    }
}
