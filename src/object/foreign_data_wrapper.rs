//! Foreign-data wrappers.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind, options};
use crate::sql::Statement;

record! {
    /// A foreign-data wrapper.
    pub struct ForeignDataWrapper {
        /// The handler function, if any.
        pub handler: Option<String>,
        /// The validator function, if any.
        pub validator: Option<String>,
        /// `OPTIONS (…)`.
        pub options: Vec<String>,
    }
}

/// `HANDLER f` or `NO HANDLER`, with a space before; the same for a validator.
fn function(word: &str, name: Option<&String>) -> String {
    name.map_or_else(|| format!(" NO {word}"), |name| format!(" {word} {name}"))
}

impl ObjectKind for ForeignDataWrapper {
    const KEYWORD: &'static str = "FOREIGN DATA WRAPPER";
    const SECRETS: &'static [&'static str] = &["options"];
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> = Some(Grantable {
        keyword: "FOREIGN DATA WRAPPER",
        letters: "U",
        public: "",
        default_acl: None,
        columns: false,
    });
    const QUERY: &'static str = "
        SELECT 'pg_foreign_data_wrapper'::regclass::oid AS classid, w.oid AS objid, 0 AS objsubid, quote_ident(fdwname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, fdwacl::text[] AS acl,
            CASE WHEN fdwhandler <> 0 THEN fdwhandler::regproc::text END AS handler,
            CASE WHEN fdwvalidator <> 0 THEN fdwvalidator::regproc::text END AS validator,
            coalesce(fdwoptions, '{}') AS options
        FROM pg_foreign_data_wrapper w
        WHERE w.oid >= 16384";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let mut text = format!("CREATE FOREIGN DATA WRAPPER {}", id.identity);
        for (word, name) in [("HANDLER", &self.handler), ("VALIDATOR", &self.validator)] {
            if name.is_some() {
                text.push_str(&function(word, name.as_ref()));
            }
        }
        text.push_str(&options::foreign_clause(&options::foreign(&self.options)));
        vec![Statement::new(text)]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        let Self { handler, validator, options } = self;
        let mut text = format!("ALTER FOREIGN DATA WRAPPER {}", id.identity);
        if *handler != old.handler {
            text.push_str(&function("HANDLER", handler.as_ref()));
        }
        if *validator != old.validator {
            text.push_str(&function("VALIDATOR", validator.as_ref()));
        }
        text.push_str(&options::foreign_clause(&options::foreign_change(&old.options, options)));
        Alter::InPlace(vec![Statement::new(text)])
    }
}
