//! Domains; their check constraints are objects of their own.

use anyhow::Result;
use tokio_postgres::Row;

use super::containers;
use super::record::record;
use super::{Alter, Context, Grantable, Kind, Object, ObjectId, ObjectKind, WhenNeedReplaced};
use crate::sql::Statement;

record! {
    /// A domain.
    pub struct Domain {
        /// The type that it restricts, with modifiers.
        pub base_type: String,
        /// The collation, where it is not the base type's.
        pub collation: Option<String>,
        /// `DEFAULT`.
        pub default: Option<String>,
        /// `NOT NULL`.
        pub not_null: bool,
        /// The name of the NOT NULL constraint where it is not the default one (from version 17 on).
        pub not_null_name: Option<String>,
    }
}

impl Domain {
    /// `NOT NULL`, named where it must be.
    fn not_null(&self) -> String {
        self.not_null_name.as_ref().map_or_else(|| "NOT NULL".to_owned(), |name| format!("CONSTRAINT {name} NOT NULL"))
    }
}

impl ObjectKind for Domain {
    const KEYWORD: &'static str = "DOMAIN";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> = Some(Grantable { keyword: "DOMAIN", ..containers::PRIVILEGES });
    const QUERY: &'static str = "
        SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, format('%I.%I', n.nspname, t.typname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, t.typacl::text[] AS acl,
            format_type(t.typbasetype, t.typtypmod) AS base_type,
            CASE WHEN t.typcollation <> b.typcollation THEN (
                SELECT format('%I.%I', l.nspname, collname) FROM pg_collation o JOIN pg_namespace l ON l.oid = collnamespace
                WHERE o.oid = t.typcollation
            ) END AS collation,
            t.typdefault AS default, t.typnotnull AS not_null,
            {{17: (SELECT quote_ident(conname) FROM pg_constraint WHERE contypid = t.oid AND contype = 'n'
                AND conname <> left(t.typname || '_not_null', 63)) | NULL::text}} AS not_null_name
        FROM pg_type t
            JOIN pg_type b ON b.oid = t.typbasetype
            JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype = 'd' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let mut text = format!("CREATE DOMAIN {} AS {}", id.identity, self.base_type);
        if let Some(collation) = &self.collation {
            text.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(default) = &self.default {
            text.push_str(&format!(" DEFAULT {default}"));
        }
        if self.not_null {
            text.push_str(&format!(" {}", self.not_null()));
        }
        for (part, entry) in context.parts(id, Kind::DomainConstraint) {
            if let Object::DomainConstraint(constraint) = &entry.object
                && constraint.validated
            {
                text.push_str(&format!("\n    {}", constraint.clause(part)));
            }
        }
        vec![Statement::new(text)]
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let Self { base_type, collation, default, not_null, not_null_name } = self;
        let tightened = *not_null && !old.not_null;
        let retyped = (base_type, collation) != (&old.base_type, &old.collation);
        if retyped || (tightened && containers::is_contained(id, context)) {
            return self.replace(old, id, context);
        }
        let mut statements = Vec::new();
        let mut alter = |what: String| statements.push(Statement::new(format!("ALTER DOMAIN {} {what}", id.identity)));
        if *default != old.default {
            alter(default.as_ref().map_or_else(|| "DROP DEFAULT".to_owned(), |default| format!("SET DEFAULT {default}")));
        }
        if old.not_null && (!not_null || *not_null_name != old.not_null_name) {
            alter("DROP NOT NULL".to_owned());
        }
        if *not_null && (!old.not_null || *not_null_name != old.not_null_name) {
            let verb = if not_null_name.is_some() { "ADD" } else { "SET" };
            let statement = Statement::new(format!("ALTER DOMAIN {} {verb} {}", id.identity, self.not_null()));
            statements.push(containers::scanned(statement, "a value may be null", id, context));
        }
        Alter::InPlace(statements)
    }

    fn when_need_replaced(&self) -> WhenNeedReplaced {
        WhenNeedReplaced::Replace
    }

    fn replace(&self, _old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let (full, own) = id.aside();
        let mut begin = vec![Statement::new(format!("ALTER DOMAIN {} RENAME TO {own}", id.identity))];
        begin.extend(self.create(id, context));
        Alter::Replace { begin, finish: vec![Statement::new(format!("DROP DOMAIN {full}"))] }
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }

    fn title(&self, id: &ObjectId) -> String {
        format!("{} AS {}", id.identity, self.base_type)
    }
}
