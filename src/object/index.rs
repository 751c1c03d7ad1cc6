//! Indexes that serve no constraint.

use anyhow::Result;
use tokio_postgres::Row;

use super::id::{derived, split_last};
use super::record::{Soft, record};
use super::{Alter, Context, Follows, Kind, ObjectId, ObjectKind, Online, options};
use crate::sql::{Hazard, Statement, Transaction};

record! {
    /// An index.
    pub struct Index {
        /// The table or materialized view that it is on.
        pub table: String,
        /// The whole of `CREATE INDEX`, as Postgres prints it.
        pub definition: String,
        /// Storage parameters, which the definition has as well.
        pub options: Vec<String>,
        /// The tablespace, where it is not the database's.
        pub tablespace: Option<String>,
        /// Whether it can be used; one that a broken CONCURRENTLY left behind cannot.
        pub valid: bool,
        /// `CLUSTER ON`.
        pub clustered: bool,
        /// `REPLICA IDENTITY USING INDEX`.
        pub replica_identity: bool,
        /// The statistics targets of its expressions, as `number=target`.
        pub statistics: Vec<String>,
        /// The index of the partitioned table that it is attached to.
        pub attached_to: Soft<Option<String>>,
        /// The columns that it is on, quoted; an expression is left out.
        #[serde(default)]
        pub columns: Soft<Vec<String>>,
        /// Whether it is unique.
        #[serde(default)]
        pub unique: Soft<bool>,
    }
}

/// The suffix of an index that is built beside the one that it replaces.
pub(super) const BESIDE: &str = "__dbtool_new";

/// The statement that moves an index to another tablespace, if it is to be in another.
pub(super) fn moved(id: &ObjectId, old: Option<&String>, new: Option<&String>) -> Option<Statement> {
    let tablespace = new.map_or("pg_default", |name| name);
    (new != old).then(|| Statement::new(format!("ALTER INDEX {} SET TABLESPACE {tablespace}", id.identity)))
}

impl Index {
    /// Whether it is that of a partitioned table, with nothing in it.
    fn is_partitioned(&self) -> bool {
        self.definition.contains(&format!(" ON ONLY {} ", self.table))
    }

    /// `UNIQUE ` or nothing.
    fn unique(&self) -> &'static str {
        if self.definition.starts_with("CREATE UNIQUE ") { "UNIQUE " } else { "" }
    }

    /// The statement that builds it, with what that endangers under a lock.
    fn hazards(&self, statement: Statement, lock: &str, id: &ObjectId) -> Statement {
        let statement = statement.hazard(Hazard::Scan { relation: self.table.clone(), lock: lock.to_owned() });
        let why = format!("two rows may have the same key of {}", id.identity);
        let fails = Hazard::MayFail { relation: self.table.clone(), why };
        if self.unique().is_empty() { statement } else { statement.hazard(fails) }
    }

    /// The definition without its storage parameters.
    fn without_options(&self) -> String {
        let Some(start) = self.definition.find(" WITH (").filter(|_| !self.options.is_empty()) else {
            return self.definition.clone();
        };
        let end = self.definition[start..].find(')').map_or(self.definition.len(), |end| start + end + 1);
        format!("{}{}", &self.definition[..start], &self.definition[end..])
    }

    /// The statements for what `CREATE INDEX` cannot say, where it differs from `old`.
    fn settings(&self, old: &Self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let name = split_last(&id.identity).map_or(&*id.identity, |(_, name)| name);
        let mut statements = Vec::new();
        for target in self.statistics.iter().filter(|t| !old.statistics.contains(t)) {
            let (number, value) = target.split_once('=').unwrap_or((target, "-1"));
            statements.push(format!("ALTER INDEX {} ALTER COLUMN {number} SET STATISTICS {value}", id.identity));
        }
        let numbers: Vec<&str> = self.statistics.iter().filter_map(|t| Some(t.split_once('=')?.0)).collect();
        for (number, _) in old.statistics.iter().filter_map(|t| t.split_once('=')).filter(|(n, _)| !numbers.contains(n)) {
            statements.push(format!("ALTER INDEX {} ALTER COLUMN {number} SET STATISTICS -1", id.identity));
        }
        if self.clustered && !old.clustered {
            statements.push(format!("ALTER TABLE {} CLUSTER ON {name}", self.table));
        }
        if old.clustered && !context.is_clustered(context.parent(id)) {
            statements.push(format!("ALTER TABLE {} SET WITHOUT CLUSTER", self.table));
        }
        if self.replica_identity && !old.replica_identity {
            statements.push(format!("ALTER TABLE {} REPLICA IDENTITY USING INDEX {name}", self.table));
        }
        statements.into_iter().map(Statement::new).collect()
    }
}

impl ObjectKind for Index {
    const KEYWORD: &'static str = "INDEX";
    const SOFT: &'static [&'static str] = &["attached_to", "columns", "unique"];
    const QUERY: &'static str = "
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', n.nspname, c.relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, t.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', tn.nspname, t.relname) AS table, pg_get_indexdef(c.oid) AS definition,
            coalesce(c.reloptions, '{}') AS options,
            CASE WHEN c.reltablespace <> 0 THEN (SELECT quote_ident(spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace) END
                AS tablespace,
            indisvalid OR c.relkind = 'I' AS valid, indisclustered AS clustered, indisreplident AS replica_identity,
            ARRAY(SELECT attnum || '=' || attstattarget FROM pg_attribute WHERE attrelid = c.oid AND attstattarget >= 0 ORDER BY attnum)
                AS statistics,
            CASE WHEN c.relispartition THEN (
                SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_inherits
                    JOIN pg_class p ON p.oid = inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
                WHERE inhrelid = c.oid
            ) END AS attached_to,
            ARRAY(
                SELECT quote_ident(a.attname) FROM unnest(indkey::int2[]) WITH ORDINALITY k (attnum, place)
                    JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = k.attnum
                WHERE place <= indnkeyatts ORDER BY place
            ) AS columns,
            indisunique AS unique
        FROM pg_index
            JOIN pg_class c ON c.oid = indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class t ON t.oid = indrelid
            JOIN pg_namespace tn ON tn.oid = t.relnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND t.relkind IN ('r', 'p', 'm')
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let text = match &self.tablespace {
            Some(tablespace) => match self.definition.split_once(" WHERE ") {
                Some((before, condition)) => format!("{before} TABLESPACE {tablespace} WHERE {condition}"),
                None => format!("{} TABLESPACE {tablespace}", self.definition),
            },
            None => self.definition.clone(),
        };
        vec![self.hazards(Statement::new(text), "SHARE", id)]
    }

    fn online(&self, old: Option<&Self>, id: &ObjectId, context: &Context) -> Option<Online> {
        if old.is_some() || self.is_partitioned() {
            return None;
        }
        let own = split_last(&id.identity).map_or(&*id.identity, |(_, name)| name);
        let beside = context.existed(id).then(|| derived(own, BESIDE));
        let (unique, name) = (self.unique(), beside.as_deref().unwrap_or(own));
        let rest = |text: &str| Some(text.strip_prefix("CREATE ")?.strip_prefix(unique)?.strip_prefix("INDEX ")?.strip_prefix(own)?.to_owned());
        let plain = self.create(id, context).pop()?;
        let text = format!("CREATE {unique}INDEX CONCURRENTLY {name}{}", rest(&plain.text)?);
        let build = Statement::new(text).transaction(Transaction::Outside);
        let rename = |beside: &String| {
            let schema = split_last(&id.identity).map_or("", |(schema, _)| schema);
            Statement::new(format!("ALTER INDEX {schema}.{beside} RENAME TO {own}"))
        };
        Some(Online {
            prepare: vec![self.hazards(build, "SHARE UPDATE EXCLUSIVE", id)],
            make: beside.iter().map(rename).collect(),
            validate: Vec::new(),
        })
    }

    /// An index that is attached to another goes with that one.
    fn drop_online(&self, id: &ObjectId) -> Option<Vec<Statement>> {
        let alone = !self.is_partitioned() && self.attached_to.0.is_none();
        let drop = || Statement::new(format!("DROP INDEX CONCURRENTLY {}", id.identity));
        alone.then(|| vec![drop().transaction(Transaction::Outside)])
    }

    fn settle(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let plain =
            Self { statistics: Vec::new(), clustered: false, replica_identity: false, ..self.clone() };
        self.settings(&plain, id, context)
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        if self.without_options() != old.without_options() || (self.valid && !old.valid) {
            return Alter::Rebuild;
        }
        let mut statements = Vec::new();
        statements.extend(moved(id, old.tablespace.as_ref(), self.tablespace.as_ref()));
        statements.extend(options::alter("INDEX", id, &old.options, &self.options));
        statements.extend(self.settings(old, id, context));
        Alter::InPlace(statements)
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }

    fn follows(&self, _id: &ObjectId) -> Vec<Follows> {
        let follow = |to: &String| Follows {
            object: ObjectId::new(Kind::Index, to.as_str()),
            through: ObjectId::new(Kind::Partition, self.table.as_str()),
            comes: false,
            joins: false,
        };
        self.attached_to.0.iter().map(follow).collect()
    }

    fn title(&self, id: &ObjectId) -> String {
        let keys = self.definition.split_once(" USING ").map_or("", |(_, keys)| keys);
        let keys = keys.strip_prefix("btree ").map_or_else(|| format!(" USING {keys}"), str::to_owned);
        format!("{} ON {}{keys}", id.identity, self.table)
    }
}
