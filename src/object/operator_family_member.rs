//! Operators and functions that are in an operator family without being in one of its classes.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A loose member of an operator family.
    pub struct OperatorFamilyMember {
        /// The family, with its access method.
        pub family: String,
        /// `OPERATOR 1` or `FUNCTION 1`.
        pub slot: String,
        /// The types that it is for, in parentheses.
        pub types: String,
        /// What is in the slot, with its purpose.
        pub member: String,
    }
}

impl ObjectKind for OperatorFamilyMember {
    const KEYWORD: &'static str = "OPERATOR FAMILY MEMBER";
    const QUERY: &'static str = "
        SELECT m.classid, m.objid, 0 AS objsubid, format('%s %s of %s', slot, types, family) AS identity,
            'pg_opfamily'::regclass::oid AS parent_classid, f.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            family, slot, types, member
        FROM (
            SELECT 'pg_amop'::regclass::oid AS classid, o.oid AS objid, amopfamily AS familyid, 'OPERATOR ' || amopstrategy AS slot,
                format('(%s, %s)', format_type(amoplefttype, NULL), format_type(amoprighttype, NULL)) AS types,
                amopopr::regoperator::text || CASE WHEN amopsortfamily <> 0 THEN (
                    SELECT format(' FOR ORDER BY %I.%I', nspname, opfname)
                    FROM pg_opfamily s JOIN pg_namespace n ON n.oid = opfnamespace WHERE s.oid = amopsortfamily
                ) ELSE '' END AS member
            FROM pg_amop o
            UNION ALL
            SELECT 'pg_amproc'::regclass, p.oid, amprocfamily, 'FUNCTION ' || amprocnum,
                format('(%s, %s)', format_type(amproclefttype, NULL), format_type(amprocrighttype, NULL)),
                amproc::regprocedure::text
            FROM pg_amproc p
        ) m
            JOIN pg_opfamily f ON f.oid = familyid
            JOIN pg_namespace n ON n.oid = opfnamespace
            JOIN pg_am a ON a.oid = opfmethod
            CROSS JOIN LATERAL format('%I.%I USING %I', nspname, opfname, amname) AS family
        WHERE m.objid >= 16384 AND NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE d.classid = m.classid AND d.objid = m.objid AND d.refclassid = 'pg_opclass'::regclass
        )";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let Self { family, slot, types, member } = self;
        let types = if slot.starts_with("FUNCTION") { format!(" {types}") } else { String::new() };
        vec![Statement::new(format!("ALTER OPERATOR FAMILY {family} ADD {slot}{types} {member}"))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let Self { family, slot, types, .. } = self;
        vec![Statement::new(format!("ALTER OPERATOR FAMILY {family} DROP {slot} {types}"))]
    }
}
