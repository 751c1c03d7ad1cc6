//! Shell types: the names by which functions know a type before it is defined by them.

use anyhow::Result;
use tokio_postgres::Row;

use super::id::split_last;
use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A type without its definition; each base type, and each range type with a canonical function, begins as one.
    pub struct ShellType {
        /// What cannot be altered in the type's definition, if it has one; a new one takes a new shell.
        pub definition: Option<String>,
    }
}

impl ObjectKind for ShellType {
    const KEYWORD: &'static str = "TYPE";
    const QUERY: &'static str = "
        SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, CASE WHEN typisdefined THEN -1 ELSE 0 END AS objsubid,
            format('%I.%I', nspname, typname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            CASE
                WHEN typisdefined AND typtype = 'b' THEN
                    concat_ws(' ', typinput, typoutput, typlen, typbyval, typalign, typelem::regtype, typcollation::regcollation)
                WHEN typisdefined THEN concat_ws(' ', rngsubtype::regtype, rngcanonical, rngsubdiff, rngcollation::regcollation,
                    (SELECT format('%I.%I', l.nspname, opcname) FROM pg_opclass o JOIN pg_namespace l ON l.oid = opcnamespace
                        WHERE o.oid = rngsubopc))
            END AS definition
        FROM pg_type t
            JOIN pg_namespace n ON n.oid = typnamespace
            LEFT JOIN pg_range ON rngtypid = t.oid
        WHERE (typtype IN ('b', 'p') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) OR rngcanonical <> 0)
            AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("CREATE TYPE {}", id.identity))]
    }

    fn alter(&self, old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        if old.definition.is_none() { Alter::InPlace(Vec::new()) } else { Alter::Rebuild }
    }

    fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let defined = [Kind::BaseType, Kind::Range].map(|kind| ObjectId::new(kind, id.identity.clone()));
        let goes_with_it = defined.iter().any(|id| context.catalog.entry(id).is_some());
        (!goes_with_it).then(|| Statement::new(format!("DROP TYPE {}", id.identity))).into_iter().collect()
    }

    fn also_needs(&self, id: &ObjectId) -> Vec<ObjectId> {
        split_last(&id.identity).map(|(schema, _)| ObjectId::new(Kind::Schema, schema)).into_iter().collect()
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }

    fn title(&self, id: &ObjectId) -> String {
        format!("{} (shell)", id.identity)
    }
}
