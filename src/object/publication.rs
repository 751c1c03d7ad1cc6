//! Publications; their tables and schemas are objects of their own.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// A publication.
    pub struct Publication {
        /// `FOR ALL TABLES`.
        pub all_tables: bool,
        /// The operations that it publishes, as the option `publish` takes them.
        pub publish: String,
        /// `publish_via_partition_root`.
        pub via_partition_root: bool,
        /// `publish_generated_columns` (from version 18 on).
        pub generated_columns: Option<String>,
    }
}

/// What `publish` is when it is not said.
const PUBLISH: &str = "insert, update, delete, truncate";

impl Publication {
    /// The options that differ from `old`, or from the defaults.
    fn options(&self, old: Option<&Self>) -> String {
        let Self { all_tables: _, publish, via_partition_root, generated_columns } = self;
        let mut options = Vec::new();
        if publish != old.map_or(PUBLISH, |old| &old.publish) {
            options.push(format!("publish = '{publish}'"));
        }
        if *via_partition_root != old.is_some_and(|old| old.via_partition_root) {
            options.push(format!("publish_via_partition_root = {via_partition_root}"));
        }
        let before = old.and_then(|old| old.generated_columns.as_deref()).unwrap_or("none");
        if let Some(columns) = generated_columns.as_ref().filter(|columns| *columns != before) {
            options.push(format!("publish_generated_columns = {columns}"));
        }
        options.join(", ")
    }
}

impl ObjectKind for Publication {
    const KEYWORD: &'static str = "PUBLICATION";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_publication'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid, quote_ident(pubname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            puballtables AS all_tables, pubviaroot AS via_partition_root,
            concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
                CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END) AS publish,
            {{18: CASE pubgencols WHEN 's' THEN 'stored' ELSE 'none' END | NULL::text}} AS generated_columns
        FROM pg_publication p";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let tables = if self.all_tables { " FOR ALL TABLES" } else { "" };
        let options = self.options(None);
        let with = if options.is_empty() { options } else { format!(" WITH ({options})") };
        vec![Statement::new(format!("CREATE PUBLICATION {}{tables}{with}", id.identity))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        if self.all_tables != old.all_tables {
            return Alter::Rebuild;
        }
        let options = self.options(Some(old));
        Alter::InPlace(vec![Statement::new(format!("ALTER PUBLICATION {} SET ({options})", id.identity))])
    }
}
