//! Base types, defined by the functions that read and write their values.

use anyhow::Result;
use tokio_postgres::Row;

use super::containers;
use super::maker::drop_with_makers;
use super::record::record;
use super::{Alter, Context, Grantable, Kind, ObjectId, ObjectKind};
use crate::sql::{Statement, literal};

record! {
    /// A base type; functions know it by its [shell](super::ShellType) before it is defined.
    pub struct BaseType {
        /// `INPUT`.
        pub input: String,
        /// `OUTPUT`.
        pub output: String,
        /// `RECEIVE`.
        pub receive: Option<String>,
        /// `SEND`.
        pub send: Option<String>,
        /// `TYPMOD_IN`.
        pub typmod_in: Option<String>,
        /// `TYPMOD_OUT`.
        pub typmod_out: Option<String>,
        /// `ANALYZE`.
        pub analyze: Option<String>,
        /// `SUBSCRIPT` (from version 14 on).
        pub subscript: Option<String>,
        /// `INTERNALLENGTH`; -1 for variable.
        pub length: i16,
        /// `PASSEDBYVALUE`.
        pub by_value: bool,
        /// `ALIGNMENT`.
        pub alignment: String,
        /// `STORAGE`.
        pub storage: String,
        /// `CATEGORY`.
        pub category: String,
        /// `PREFERRED`.
        pub preferred: bool,
        /// `DEFAULT`.
        pub default: Option<String>,
        /// `ELEMENT`.
        pub element: Option<String>,
        /// `DELIMITER`.
        pub delimiter: String,
        /// `COLLATABLE`.
        pub collatable: bool,
    }
}

impl BaseType {
    /// The properties that `ALTER TYPE … SET` takes.
    fn alterable(&self) -> [(&'static str, Option<&str>); 7] {
        [
            ("RECEIVE", self.receive.as_deref()),
            ("SEND", self.send.as_deref()),
            ("TYPMOD_IN", self.typmod_in.as_deref()),
            ("TYPMOD_OUT", self.typmod_out.as_deref()),
            ("ANALYZE", self.analyze.as_deref()),
            ("SUBSCRIPT", self.subscript.as_deref()),
            ("STORAGE", Some(&self.storage)),
        ]
    }

    /// The properties that only `CREATE TYPE` takes.
    fn fixed(&self) -> Vec<String> {
        let mut all = vec![format!("INPUT = {}", self.input), format!("OUTPUT = {}", self.output)];
        all.push(match self.length {
            -1 => "INTERNALLENGTH = VARIABLE".to_owned(),
            length => format!("INTERNALLENGTH = {length}"),
        });
        if self.by_value {
            all.push("PASSEDBYVALUE".to_owned());
        }
        all.push(format!("ALIGNMENT = {}", self.alignment));
        all.push(format!("CATEGORY = {}", literal(&self.category)));
        all.push(format!("PREFERRED = {}", self.preferred));
        all.extend(self.default.as_ref().map(|default| format!("DEFAULT = {}", literal(default))));
        all.extend(self.element.as_ref().map(|element| format!("ELEMENT = {element}")));
        all.push(format!("DELIMITER = {}", literal(&self.delimiter)));
        all.push(format!("COLLATABLE = {}", self.collatable));
        all
    }
}

impl ObjectKind for BaseType {
    const KEYWORD: &'static str = "TYPE";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> = Some(containers::PRIVILEGES);
    const QUERY: &'static str = "
        SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, typname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, typacl::text[] AS acl,
            typinput::text AS input, typoutput::text AS output,
            nullif(typreceive::oid, 0)::regproc::text AS receive, nullif(typsend::oid, 0)::regproc::text AS send,
            nullif(typmodin::oid, 0)::regproc::text AS typmod_in, nullif(typmodout::oid, 0)::regproc::text AS typmod_out,
            nullif(typanalyze::oid, 0)::regproc::text AS analyze,
            {{14: nullif(typsubscript::oid, 0)::regproc::text | NULL::text}} AS subscript,
            typlen AS length, typbyval AS by_value,
            CASE typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END AS alignment,
            CASE typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END AS storage,
            typcategory::text AS category, typispreferred AS preferred, typdefault AS default,
            CASE WHEN typelem <> 0 THEN format_type(typelem, NULL) END AS element,
            typdelim::text AS delimiter, typcollation <> 0 AS collatable
        FROM pg_type t
            JOIN pg_namespace n ON n.oid = typnamespace
        WHERE typtype = 'b' AND typisdefined AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
            AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let mut properties = self.fixed();
        let set = self.alterable().into_iter().filter_map(|(name, value)| Some(format!("{name} = {}", value?)));
        properties.extend(set);
        vec![Statement::new(format!("CREATE TYPE {} (\n    {}\n)", id.identity, properties.join(",\n    ")))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        if self.fixed() != old.fixed() {
            return Alter::Rebuild;
        }
        let pairs = self.alterable().into_iter().zip(old.alterable()).filter(|(new, old)| new != old);
        let set: Vec<_> = pairs.map(|((name, value), _)| format!("{name} = {}", value.unwrap_or("NONE"))).collect();
        Alter::InPlace(vec![Statement::new(format!("ALTER TYPE {} SET ({})", id.identity, set.join(", ")))])
    }

    fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        vec![drop_with_makers(id, context)]
    }

    fn also_needs(&self, id: &ObjectId) -> Vec<ObjectId> {
        vec![ObjectId::new(Kind::ShellType, id.identity.clone())]
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }
}
