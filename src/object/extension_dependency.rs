//! Objects that go with an extension although they are not its members (`DEPENDS ON EXTENSION`).

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Kind, Object, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// That an object goes with an extension.
    pub struct ExtensionDependency {
        /// The extension, quoted.
        pub extension: String,
        /// The object, as `ALTER` names it.
        pub target: String,
    }
}

impl ExtensionDependency {
    /// The statements for all that depends so on the object itself: replacing a routine makes Postgres forget it.
    pub fn of(id: &ObjectId, context: &Context) -> Vec<Statement> {
        let children = context.catalog.children(id).filter_map(|(child, entry)| match &entry.object {
            Object::ExtensionDependency(dependency) => Some(dependency.create(child, context)),
            _ => None,
        });
        children.flatten().collect()
    }
}

impl ObjectKind for ExtensionDependency {
    const KEYWORD: &'static str = "EXTENSION DEPENDENCY";
    const QUERY: &'static str = "
        SELECT 'pg_depend'::regclass::oid AS classid, objid, refobjid::int4 AS objsubid, format('of %s on %I', i.identity, extname) AS identity,
            classid AS parent_classid, objid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            quote_ident(extname) AS extension, upper(i.type) || ' ' || i.identity AS target
        FROM pg_depend
            JOIN pg_extension x ON x.oid = refobjid AND refclassid = 'pg_extension'::regclass
            CROSS JOIN LATERAL pg_identify_object(classid, objid, 0) i
        WHERE deptype = 'x'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER {} DEPENDS ON EXTENSION {}", self.target, self.extension))]
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER {} NO DEPENDS ON EXTENSION {}", self.target, self.extension))]
    }

    fn also_needs(&self, _id: &ObjectId) -> Vec<ObjectId> {
        vec![ObjectId::new(Kind::Extension, self.extension.as_str())]
    }
}
