//! Range types, each with its multirange.

use anyhow::Result;
use tokio_postgres::Row;

use super::containers;
use super::id::split_last;
use super::maker::drop_with_makers;
use super::record::record;
use super::{Alter, Context, Grantable, Kind, ObjectId, ObjectKind, WhenNeedReplaced};
use crate::sql::{Statement, dollar, literal};

record! {
    /// A range type.
    pub struct Range {
        /// `SUBTYPE`.
        pub subtype: String,
        /// `SUBTYPE_OPCLASS`, where it is not the subtype's default.
        pub opclass: Option<String>,
        /// `COLLATION`, where it is not the subtype's.
        pub collation: Option<String>,
        /// `CANONICAL`.
        pub canonical: Option<String>,
        /// `SUBTYPE_DIFF`.
        pub subtype_diff: Option<String>,
        /// `MULTIRANGE_TYPE_NAME` (from version 14 on).
        pub multirange: Option<String>,
    }
}

impl Range {
    /// The statements that rename the type, its multirange and the functions that make values of them, which bear their names.
    fn put_aside(&self, id: &ObjectId, (full, own): &(String, String)) -> Vec<Statement> {
        let mut statements = vec![format!("ALTER TYPE {} RENAME TO {own}", id.identity), rename_functions(full, own)];
        if let Some(multirange) = &self.multirange {
            let (full, own) = ObjectId::new(Kind::Range, &**multirange).aside();
            statements.extend([format!("ALTER TYPE {multirange} RENAME TO {own}"), rename_functions(&full, &own)]);
        }
        statements.into_iter().map(Statement::new).collect()
    }
}

/// Renames the constructor functions of a range or multirange type; their arguments' types may have been put aside as well.
fn rename_functions(of: &str, to: &str) -> String {
    let body = format!(
        "DECLARE
    constructor regprocedure;
BEGIN
    FOR constructor IN
        SELECT objid FROM pg_depend
        WHERE classid = 'pg_proc'::regclass AND refclassid = 'pg_type'::regclass AND refobjid = {}::regtype AND deptype = 'i'
    LOOP
        EXECUTE format('ALTER FUNCTION %s RENAME TO %s', constructor, {});
    END LOOP;
END",
        literal(of),
        literal(to)
    );
    format!("DO {}", dollar(&body))
}

impl ObjectKind for Range {
    const KEYWORD: &'static str = "TYPE";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> = Some(containers::PRIVILEGES);
    const QUERY: &'static str = "
        SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, t.typname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, t.typacl::text[] AS acl,
            format_type(rngsubtype, NULL) AS subtype,
            (SELECT format('%I.%I', l.nspname, opcname) FROM pg_opclass o JOIN pg_namespace l ON l.oid = opcnamespace
                WHERE o.oid = rngsubopc AND NOT opcdefault) AS opclass,
            CASE WHEN rngcollation <> s.typcollation THEN (
                SELECT format('%I.%I', l.nspname, collname) FROM pg_collation o JOIN pg_namespace l ON l.oid = collnamespace
                WHERE o.oid = rngcollation
            ) END AS collation,
            nullif(rngcanonical::oid, 0)::regproc::text AS canonical, nullif(rngsubdiff::oid, 0)::regproc::text AS subtype_diff,
            {{14: (SELECT format('%I.%I', l.nspname, m.typname) FROM pg_type m JOIN pg_namespace l ON l.oid = m.typnamespace
                WHERE m.oid = rngmultitypid) | NULL::text}} AS multirange
        FROM pg_range
            JOIN pg_type t ON t.oid = rngtypid
            JOIN pg_type s ON s.oid = rngsubtype
            JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let Self { subtype, opclass, collation, canonical, subtype_diff, multirange } = self;
        let mut text = format!("CREATE TYPE {} AS RANGE (SUBTYPE = {subtype}", id.identity);
        let mut option = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                text.push_str(&format!(", {name} = {value}"));
            }
        };
        option("SUBTYPE_OPCLASS", opclass);
        option("COLLATION", collation);
        option("CANONICAL", canonical);
        option("SUBTYPE_DIFF", subtype_diff);
        option("MULTIRANGE_TYPE_NAME", multirange);
        vec![Statement::new(text + ")")]
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let renamed = Self { multirange: old.multirange.clone(), ..self.clone() };
        match (&old.multirange, &self.multirange) {
            (Some(from), Some(to)) if renamed == *old => {
                let name = split_last(to).map_or(&**to, |(_, name)| name);
                Alter::AroundDependents(vec![Statement::new(format!("ALTER TYPE {from} RENAME TO {name}"))])
            }
            _ => self.replace(old, id, context),
        }
    }

    fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        vec![drop_with_makers(id, context)]
    }

    fn when_need_replaced(&self) -> WhenNeedReplaced {
        WhenNeedReplaced::Replace
    }

    fn replace(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        if self.canonical.is_some() || old.canonical.is_some() {
            return Alter::Rebuild;
        }
        let aside = id.aside();
        let mut begin = old.put_aside(id, &aside);
        begin.extend(self.create(id, context));
        Alter::Replace { begin, finish: vec![Statement::new(format!("DROP TYPE {}", aside.0))] }
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }

    fn also_needs(&self, id: &ObjectId) -> Vec<ObjectId> {
        self.canonical.iter().map(|_| ObjectId::new(Kind::ShellType, id.identity.clone())).collect()
    }
}
