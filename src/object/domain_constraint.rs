//! Check constraints of domains.

use anyhow::Result;
use tokio_postgres::Row;

use super::containers;
use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A check constraint of a domain.
    pub struct DomainConstraint {
        /// The domain.
        pub domain: String,
        /// What follows its name, as Postgres prints it, without `NOT VALID`.
        pub definition: String,
        /// Whether all values have been found to fulfil it.
        pub validated: bool,
    }
}

impl DomainConstraint {
    fn name<'a>(&self, id: &'a ObjectId) -> &'a str {
        id.identity.strip_suffix(&*self.domain).and_then(|rest| rest.strip_suffix(" on domain ")).unwrap_or(&id.identity)
    }

    /// The constraint as `CREATE DOMAIN` takes it.
    pub fn clause(&self, id: &ObjectId) -> String {
        format!("CONSTRAINT {} {}", self.name(id), self.definition)
    }

    /// `ALTER DOMAIN … ADD CONSTRAINT …`
    fn add(&self, id: &ObjectId, context: &Context) -> Statement {
        let valid = if self.validated { "" } else { " NOT VALID" };
        let statement = Statement::new(format!("ALTER DOMAIN {} ADD {}{valid}", self.domain, self.clause(id)));
        if self.validated { self.scanned(statement, id, context) } else { statement }
    }

    fn scanned(&self, statement: Statement, id: &ObjectId, context: &Context) -> Statement {
        let why = format!("a value may violate {}", self.name(id));
        containers::scanned(statement, &why, &ObjectId::new(Kind::Domain, &*self.domain), context)
    }
}

impl ObjectKind for DomainConstraint {
    const KEYWORD: &'static str = "CONSTRAINT";
    const PART_OF_PARENT: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_constraint'::regclass::oid AS classid, k.oid AS objid, 0 AS objsubid,
            format('%I on domain %I.%I', conname, nspname, typname) AS identity,
            'pg_type'::regclass::oid AS parent_classid, contypid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', nspname, typname) AS domain, pg_get_constraintdef(k.oid) AS definition, convalidated AS validated
        FROM pg_constraint k
            JOIN pg_type t ON t.oid = contypid
            JOIN pg_namespace n ON n.oid = typnamespace
        WHERE contype = 'c' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        let mut constraint = Self::from_row(row)?;
        if let Some(rest) = constraint.definition.strip_suffix(" NOT VALID") {
            constraint.definition.truncate(rest.len());
        }
        Ok(constraint)
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        vec![self.add(id, context)]
    }

    fn settle(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let left_out = !self.validated && (context.brought)(id);
        left_out.then(|| self.add(id, context)).into_iter().collect()
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let Self { domain, definition, validated } = self;
        if *definition != old.definition || (old.validated && !validated) || self.holds_parent(context) {
            return Alter::Rebuild;
        }
        let statement = Statement::new(format!("ALTER DOMAIN {domain} VALIDATE CONSTRAINT {}", self.name(id)));
        Alter::InPlace(vec![self.scanned(statement, id, context)])
    }

    fn drop(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER DOMAIN {} DROP CONSTRAINT {}", self.domain, self.name(id)))]
    }

    /// `ALTER DOMAIN` cannot look at values within arrays, rows and ranges.
    fn holds_parent(&self, context: &Context) -> bool {
        self.validated && containers::is_contained(&ObjectId::new(Kind::Domain, &*self.domain), context)
    }

    fn title(&self, id: &ObjectId) -> String {
        format!("{}: {}", id.identity, self.definition)
    }
}
