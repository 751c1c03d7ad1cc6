//! Operator classes.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// An operator class.
    pub struct OperatorClass {
        /// The index access method.
        pub access_method: String,
        /// Whether it is the type's default.
        pub default: bool,
        /// The type that it is for.
        pub data_type: String,
        /// The operator family.
        pub family: String,
        /// The type that is stored in the index, where it is another one.
        pub storage: Option<String>,
        /// Its own operators and functions, as `CREATE OPERATOR CLASS` takes them.
        pub members: Vec<String>,
    }
}

impl ObjectKind for OperatorClass {
    const KEYWORD: &'static str = "OPERATOR CLASS";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_opclass'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
            format('%I.%I USING %I', n.nspname, opcname, amname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            quote_ident(amname) AS access_method, opcdefault AS default, format_type(opcintype, NULL) AS data_type,
            format('%I.%I', fn.nspname, opfname) AS family,
            CASE WHEN opckeytype NOT IN (0, opcintype) THEN format_type(opckeytype, NULL) END AS storage,
            ARRAY(
                SELECT format('OPERATOR %s %s', amopstrategy, amopopr::regoperator) || CASE WHEN amopsortfamily <> 0 THEN (
                    SELECT format(' FOR ORDER BY %I.%I', nspname, opfname)
                    FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = opfnamespace WHERE s.oid = amopsortfamily
                ) ELSE '' END
                FROM pg_depend d JOIN pg_amop o ON o.oid = d.objid
                WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid
                ORDER BY amopstrategy, 1
            ) || ARRAY(
                SELECT format('FUNCTION %s (%s, %s) %s', amprocnum, format_type(amproclefttype, NULL),
                    format_type(amprocrighttype, NULL), amproc::regprocedure)
                FROM pg_depend d JOIN pg_amproc p ON p.oid = d.objid
                WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid
                ORDER BY amprocnum, 1
            ) AS members
        FROM pg_opclass c
            JOIN pg_namespace n ON n.oid = opcnamespace
            JOIN pg_am m ON m.oid = opcmethod
            JOIN pg_opfamily f ON f.oid = opcfamily
            JOIN pg_namespace fn ON fn.oid = opfnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let Self { access_method, default, data_type, family, storage, members } = self;
        let name = id.identity.strip_suffix(&format!(" USING {access_method}")).unwrap_or(&id.identity);
        let default = if *default { "DEFAULT " } else { "" };
        let mut items = members.clone();
        if let Some(stored) = storage.as_ref().or_else(|| members.is_empty().then_some(data_type)) {
            items.push(format!("STORAGE {stored}"));
        }
        let head = format!("CREATE OPERATOR CLASS {name} {default}FOR TYPE {data_type} USING {access_method} FAMILY {family}");
        vec![Statement::new(format!("{head} AS\n    {}", items.join(",\n    ")))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }
}
