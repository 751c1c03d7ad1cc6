//! Sequences; those of identity columns belong to their column.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind};
use crate::sql::{Hazard, Statement};

record! {
    /// A sequence's options; its position is data.
    pub struct Sequence {
        /// `smallint`, `integer` or `bigint`.
        pub data_type: String,
        /// `START`.
        pub start: i64,
        /// `INCREMENT`.
        pub increment: i64,
        /// `MINVALUE`.
        pub min: i64,
        /// `MAXVALUE`.
        pub max: i64,
        /// `CACHE`.
        pub cache: i64,
        /// `CYCLE`.
        pub cycle: bool,
        /// Whether it is unlogged (from version 15 on).
        pub unlogged: bool,
    }
}

impl Sequence {
    /// What `CREATE SEQUENCE` makes when it is told the data type alone.
    pub fn usual(data_type: &str) -> Self {
        let (data_type, max) = (data_type.to_owned(), range_of(data_type).1);
        Self { data_type, start: 1, increment: 1, min: 1, max, cache: 1, cycle: false, unlogged: false }
    }

    /// The options that are not the defaults of the data type, as `CREATE SEQUENCE` takes them.
    pub fn options(&self) -> String {
        let (low, high) = range_of(&self.data_type);
        let (min, max) = if self.increment > 0 { (1, high) } else { (low, -1) };
        let start = if self.increment > 0 { self.min } else { self.max };
        let mut text = String::new();
        let mut option = |differs: bool, option: String| {
            if differs {
                text.push(' ');
                text.push_str(&option);
            }
        };
        option(self.increment != 1, format!("INCREMENT BY {}", self.increment));
        option(self.min != min, format!("MINVALUE {}", self.min));
        option(self.max != max, format!("MAXVALUE {}", self.max));
        option(self.start != start, format!("START WITH {}", self.start));
        option(self.cache != 1, format!("CACHE {}", self.cache));
        option(self.cycle, "CYCLE".to_owned());
        text
    }

    /// The statements that turn the sequence `name` from `old` to this; where its position lies outside the new bounds, it moves to the nearest.
    pub fn alterations(&self, old: &Self, name: &str) -> Vec<Statement> {
        let mut statements = Vec::new();
        let apart = self.min > old.max || self.max < old.min;
        if (self.min > old.min || self.max < old.max) && !apart {
            statements.push(self.position(name, name));
        }
        let changes = self.changes(old);
        if !changes.is_empty() {
            let restart = if apart { " RESTART" } else { "" };
            statements.push(Statement::new(format!("ALTER SEQUENCE {name}{changes}{restart}")));
        }
        statements
    }

    /// Sets the sequence `to` to where another stands, or to the nearest value within the bounds.
    pub fn position(&self, to: &str, from: &str) -> Statement {
        let inside = format!("greatest(least(last_value, {}), {})", self.max, self.min);
        let to = crate::sql::literal(to);
        Statement::new(format!("SELECT pg_catalog.setval({}, {inside}, is_called) FROM {from}", to.trim_start()))
    }

    /// The options that differ from `old`, as `ALTER SEQUENCE` takes them.
    fn changes(&self, old: &Self) -> String {
        let mut text = String::new();
        let mut option = |differs: bool, option: String| {
            if differs {
                text.push(' ');
                text.push_str(&option);
            }
        };
        option(self.data_type != old.data_type, format!("AS {}", self.data_type));
        option(self.increment != old.increment, format!("INCREMENT BY {}", self.increment));
        option(self.min != old.min || self.data_type != old.data_type, format!("MINVALUE {}", self.min));
        option(self.max != old.max || self.data_type != old.data_type, format!("MAXVALUE {}", self.max));
        option(self.start != old.start, format!("START WITH {}", self.start));
        option(self.cache != old.cache, format!("CACHE {}", self.cache));
        option(self.cycle != old.cycle, if self.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
        text
    }
}

/// The least and the greatest value of a sequence's data type.
fn range_of(data_type: &str) -> (i64, i64) {
    match data_type {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    }
}

impl ObjectKind for Sequence {
    const KEYWORD: &'static str = "SEQUENCE";
    const OWNED: bool = true;
    const APART: &'static str = "a";
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "SEQUENCE", letters: "rwU", public: "", default_acl: Some('S'), columns: false });
    const QUERY: &'static str = "
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, relname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, relacl::text[] AS acl,
            format_type(seqtypid, NULL) AS data_type, seqstart AS start, seqincrement AS increment, seqmin AS min, seqmax AS max,
            seqcache AS cache, seqcycle AS cycle, relpersistence = 'u' AS unlogged
        FROM pg_sequence s
            JOIN pg_class c ON c.oid = seqrelid
            JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'i')";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let data_type = if self.data_type == "bigint" { String::new() } else { format!(" AS {}", self.data_type) };
        vec![Statement::new(format!("CREATE {unlogged}SEQUENCE {}{data_type}{}", id.identity, self.options()))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        let mut statements = Vec::new();
        if self.unlogged != old.unlogged {
            let to = if self.unlogged { "UNLOGGED" } else { "LOGGED" };
            statements.push(Statement::new(format!("ALTER SEQUENCE {} SET {to}", id.identity)));
        }
        statements.extend(self.alterations(old, &id.identity));
        Alter::InPlace(statements)
    }

    fn drop(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let what = format!("the position of sequence {}", id.identity);
        vec![
            Statement::new(format!("DROP SEQUENCE {}", id.identity))
                .hazard(Hazard::DataLoss { what, relation: None, column: None }),
        ]
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }
}
