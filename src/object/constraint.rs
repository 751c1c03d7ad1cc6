//! Constraints of tables: primary key, unique, foreign key, check and exclusion.

use anyhow::Result;
use tokio_postgres::Row;

use super::id::{derived, split_last};
use super::index::{BESIDE, moved};
use super::inherited_key::is_left;
use super::record::{Soft, record};
use super::{Alter, Context, Follows, Kind, ObjectId, ObjectKind, Online, options};
use crate::sql::{Hazard, Statement, Transaction, literal};

record! {
    /// A constraint of a table.
    pub struct Constraint {
        /// The table.
        pub table: String,
        /// `p`, `u`, `f`, `c` or `x` (`pg_constraint.contype`).
        pub contype: String,
        /// What follows its name, as Postgres prints it, without `NOT VALID` and deferrability.
        pub definition: String,
        /// `DEFERRABLE`.
        pub deferrable: bool,
        /// `INITIALLY DEFERRED`.
        pub deferred: bool,
        /// Whether all rows have been found to fulfil it.
        pub validated: bool,
        /// Whether it is enforced (from version 18 on).
        pub enforced: bool,
        /// `CLUSTER ON` its index.
        pub clustered: bool,
        /// `REPLICA IDENTITY USING INDEX` its index.
        pub replica_identity: bool,
        /// The tablespace of its index, where it is not the database's.
        pub tablespace: Option<String>,
        /// The storage parameters of its index.
        #[serde(default)]
        pub options: Vec<String>,
        /// The comment on its index.
        pub index_comment: Option<String>,
        /// Whether its table is partitioned, which forbids `ONLY` on foreign keys.
        pub partitioned: Soft<bool>,
        /// Whether it is defined here and not only inherited.
        pub local: Soft<bool>,
        /// The identities of the constraints that it is inherited from or attached to.
        pub ancestors: Soft<Vec<String>>,
        /// Whether its table is a partition.
        pub partition: Soft<bool>,
        /// The columns of a key or exclusion, in its order, quoted; a check has none.
        #[serde(default)]
        pub columns: Soft<Vec<String>>,
        /// The identity of the table that a foreign key references.
        #[serde(default)]
        pub references: Soft<Option<String>>,
        /// The columns that a foreign key references, in its order, quoted.
        #[serde(default)]
        pub referenced_columns: Soft<Vec<String>>,
    }
}

impl Constraint {
    fn is_check(&self) -> bool {
        self.contype == "c"
    }

    /// Whether it is a foreign key.
    pub fn is_foreign_key(&self) -> bool {
        self.contype == "f"
    }

    /// Whether an index serves it.
    pub(super) fn has_index(&self) -> bool {
        matches!(&*self.contype, "p" | "u" | "x")
    }

    /// `DEFERRABLE INITIALLY …`, with a space before.
    fn timing(&self) -> &'static str {
        match (self.deferrable, self.deferred) {
            (false, _) => "",
            (true, false) => " DEFERRABLE",
            (true, true) => " DEFERRABLE INITIALLY DEFERRED",
        }
    }

    /// `WITH (…)` for its index, with a space before.
    fn parameters(&self) -> String {
        if self.options.is_empty() { String::new() } else { format!(" WITH ({})", options::list(&self.options)) }
    }

    /// The constraint as `CREATE TABLE` takes it.
    pub fn clause(&self, name: &str) -> String {
        let enforced = if self.enforced { "" } else { " NOT ENFORCED" };
        let with = self.parameters();
        let tablespace = self.tablespace.as_ref().map(|t| format!(" USING INDEX TABLESPACE {t}")).unwrap_or_default();
        // The condition of an exclusion constraint stands behind what concerns its index.
        let end = if self.contype == "x" { self.definition.find(" WHERE (") } else { None };
        let (keys, condition) = self.definition.split_at(end.unwrap_or(self.definition.len()));
        format!("CONSTRAINT {name} {keys}{with}{tablespace}{condition}{}{enforced}", self.timing())
    }

    /// Whether `CREATE TABLE` can say it: it is the table's own, holds for all its rows, and no partition has to come before it.
    pub fn can_be_in_table(&self) -> bool {
        self.local.0 && self.ancestors.0.is_empty() && self.validated && !self.partition.0 && !self.partitioned.0
    }

    /// The constraint as the definition of a column takes it, if it is about that alone and has the name that the server chooses;
    /// `alone` says whether a check reads no other column.
    pub fn of_column(&self, id: &ObjectId, column: &str, alone: bool) -> Option<String> {
        let table = ObjectId::new(Kind::Table, self.table.as_str());
        let own = split_last(&self.table).map_or(&*self.table, |(_, own)| own);
        let usual = |suffix: &str| {
            let name = if suffix == "pkey" { format!("{own}_pkey") } else { format!("{own}_{column}_{suffix}") };
            name.len() < 63 && id.name_in(&table) == name
        };
        let beside = self.tablespace.is_some() || !self.options.is_empty() || self.definition.contains(" INCLUDE (");
        if beside || !self.enforced {
            return None;
        }
        let after = |words: &str, rest: &'static str| {
            self.definition.strip_prefix(&format!("{words} ({column})")).map(|more| format!("{rest}{more}"))
        };
        let clause = match &*self.contype {
            "p" if usual("pkey") => after("PRIMARY KEY", "PRIMARY KEY"),
            "u" if usual("key") && self.definition.starts_with("UNIQUE (") => after("UNIQUE", "UNIQUE"),
            "f" if usual("fkey") => after("FOREIGN KEY", "").map(|clause| clause.trim_start().to_owned()),
            "c" if usual("check") && alone => Some(self.definition.clone()),
            _ => None,
        };
        clause.map(|clause| format!("{clause}{}", self.timing()))
    }

    /// The statements that set what concerns its index.
    fn index_settings(&self, old: Option<&Self>, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let name = self.name(id);
        let mut statements = Vec::new();
        let was = |what: fn(&Self) -> bool| old.is_some_and(what);
        if self.clustered && !was(|c| c.clustered) {
            statements.push(format!("ALTER TABLE {} CLUSTER ON {name}", self.table));
        }
        if was(|c| c.clustered) && !context.is_clustered(context.parent(id)) {
            statements.push(format!("ALTER TABLE {} SET WITHOUT CLUSTER", self.table));
        }
        if self.replica_identity && !was(|c| c.replica_identity) {
            statements.push(format!("ALTER TABLE {} REPLICA IDENTITY USING INDEX {name}", self.table));
        }
        if self.index_comment != old.and_then(|c| c.index_comment.clone()) {
            let schema = split_last(&self.table).map_or("", |(schema, _)| schema);
            let text = self.index_comment.as_ref().map_or_else(|| "NULL".to_owned(), |t| literal(t));
            statements.push(format!("COMMENT ON INDEX {schema}.{name} IS {text}"));
        }
        statements.into_iter().map(Statement::new).collect()
    }

    pub(super) fn name<'a>(&self, id: &'a ObjectId) -> &'a str {
        id.name_in(&ObjectId::new(Kind::Table, self.table.as_str()))
    }

    /// Whether `CREATE TABLE` must name it: it is inherited from what is there already, and declared as well.
    pub fn comes_with_table(&self, id: &ObjectId, context: &Context) -> bool {
        let above = self.ancestry(id);
        let inherited = above.iter().any(|above| context.existed(&above.object) && (context.brought)(&above.through));
        self.is_check() && self.local.0 && inherited
    }

    /// What may go wrong when it is added to a table with rows.
    fn hazards(&self, statement: Statement, id: &ObjectId) -> Statement {
        if !self.validated || !self.enforced {
            return statement;
        }
        let lock = if self.is_foreign_key() { "SHARE ROW EXCLUSIVE" } else { "ACCESS EXCLUSIVE" };
        self.reading(statement, lock, id)
    }

    /// The statement with what there is to fear while it reads the rows.
    fn reading(&self, statement: Statement, lock: &str, id: &ObjectId) -> Statement {
        let why = format!("a row may violate {}", self.name(id));
        statement
            .hazard(Hazard::Scan { relation: self.table.clone(), lock: lock.to_owned() })
            .hazard(Hazard::MayFail { relation: self.table.clone(), why })
    }

    /// `VALIDATE CONSTRAINT`, under a lock that readers and writers do not mind.
    fn validation(&self, id: &ObjectId) -> Statement {
        let text = format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", self.table, self.name(id));
        self.reading(Statement::new(text).transaction(Transaction::Apart), "SHARE UPDATE EXCLUSIVE", id)
    }

    /// A foreign key or check that holds for new rows first and is validated at the end.
    fn checked_later(&self, id: &ObjectId, context: &Context) -> Option<Online> {
        let barred = self.is_foreign_key() && self.partitioned.0 && context.version() < 180_000;
        let open = Self { validated: false, ..self.clone() };
        let later = self.validated && self.enforced && !barred;
        later.then(|| Online {
            prepare: Vec::new(),
            make: open.create(id, context),
            validate: vec![self.validation(id)],
        })
    }

    /// A key whose index is built beside the table's use; `USING INDEX` gives it the constraint's name.
    fn with_index_built(&self, id: &ObjectId, context: &Context) -> Option<Online> {
        let (kind, rest) = ["PRIMARY KEY ", "UNIQUE "].iter().find_map(|k| Some((*k, self.definition.strip_prefix(k)?)))?;
        if self.partitioned.0 || rest.contains(" WITHOUT OVERLAPS") {
            return None;
        }
        let (nulls, rest) = rest.strip_prefix("NULLS NOT DISTINCT ").map_or(("", rest), |r| (" NULLS NOT DISTINCT", r));
        let name = self.name(id);
        let index = if context.existed(id) { derived(name, BESIDE) } else { name.to_owned() };
        let tablespace = self.tablespace.as_ref().map(|t| format!(" TABLESPACE {t}")).unwrap_or_default();
        let build = format!("CREATE UNIQUE INDEX CONCURRENTLY {index} ON {} {rest}{nulls}{}{tablespace}", self.table, self.parameters());
        let build = Statement::new(build).transaction(Transaction::Outside);
        let take = format!("ALTER TABLE {} ADD CONSTRAINT {name} {kind}USING INDEX {index}{}", self.table, self.timing());
        Some(Online {
            prepare: vec![self.reading(build, "SHARE UPDATE EXCLUSIVE", id)],
            make: vec![Statement::new(take)],
            validate: Vec::new(),
        })
    }

    /// The same constraint without what can be altered in place.
    fn fixed(&self) -> Self {
        Self {
            validated: true,
            clustered: false,
            replica_identity: false,
            index_comment: None,
            options: Vec::new(),
            tablespace: None,
            deferrable: self.deferrable && !self.is_foreign_key(),
            deferred: self.deferred && !self.is_foreign_key(),
            enforced: self.enforced || self.is_foreign_key(),
            ..self.clone()
        }
    }
}

impl ObjectKind for Constraint {
    const KEYWORD: &'static str = "CONSTRAINT";
    const SOFT: &'static [&'static str] =
        &["partitioned", "local", "ancestors", "partition", "columns", "references", "referenced_columns"];
    const QUERY: &'static str = "
        SELECT 'pg_constraint'::regclass::oid AS classid, k.oid AS objid, 0 AS objsubid,
            format('%I on %I.%I', conname, nspname, c.relname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, c.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            format('%I.%I', nspname, c.relname) AS table, contype::text AS contype, pg_get_constraintdef(k.oid) AS definition,
            condeferrable AS deferrable, condeferred AS deferred, convalidated AS validated,
            {{18: conenforced | true}} AS enforced,
            coalesce(indisclustered, false) AS clustered, coalesce(indisreplident, false) AS replica_identity,
            CASE WHEN i.reltablespace <> 0 THEN (SELECT quote_ident(spcname) FROM pg_tablespace s WHERE s.oid = i.reltablespace) END
                AS tablespace,
            coalesce(i.reloptions, '{}') AS options,
            CASE WHEN i.oid IS NOT NULL THEN obj_description(i.oid, 'pg_class') END AS index_comment,
            c.relkind = 'p' AS partitioned, conislocal AS local,
            CASE WHEN coninhcount = 0 THEN '{}'
                WHEN contype = 'c' THEN ARRAY(
                    SELECT format('%I on %I.%I', pk.conname, pn.nspname, p.relname)
                    FROM pg_inherits JOIN pg_class p ON p.oid = inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
                        JOIN pg_constraint pk ON pk.conrelid = p.oid AND pk.conname = k.conname
                    WHERE inhrelid = c.oid ORDER BY inhseqno)
                ELSE ARRAY(
                    SELECT format('%I on %I.%I', pk.conname, pn.nspname, p.relname)
                    FROM pg_constraint pk JOIN pg_class p ON p.oid = pk.conrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
                    WHERE pk.oid = k.conparentid)
                END AS ancestors,
            c.relispartition AS partition,
            CASE WHEN contype = 'c' THEN '{}' ELSE ARRAY(
                SELECT quote_ident(attname) FROM unnest(conkey) WITH ORDINALITY k (attnum, place)
                    JOIN pg_attribute a ON attrelid = conrelid AND a.attnum = k.attnum
                ORDER BY place
            ) END AS columns,
            CASE WHEN contype = 'f' THEN (
                SELECT format('%I.%I', fn.nspname, f.relname) FROM pg_class f JOIN pg_namespace fn ON fn.oid = f.relnamespace
                WHERE f.oid = confrelid
            ) END AS references,
            CASE WHEN contype <> 'f' THEN '{}' ELSE ARRAY(
                SELECT quote_ident(attname) FROM unnest(confkey) WITH ORDINALITY k (attnum, place)
                    JOIN pg_attribute a ON attrelid = confrelid AND a.attnum = k.attnum
                ORDER BY place
            ) END AS referenced_columns
        FROM pg_constraint k
            JOIN pg_class c ON c.oid = conrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_index x ON x.indexrelid = conindid AND contype IN ('p', 'u', 'x')
            LEFT JOIN pg_class i ON i.oid = x.indexrelid
        WHERE contype IN ('p', 'u', 'f', 'c', 'x') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
            AND (contype <> 'f' OR conparentid = 0)";

    fn read(row: &Row) -> Result<Self> {
        let mut constraint = Self::from_row(row)?;
        for suffix in [" NOT VALID", " NOT ENFORCED", " INITIALLY DEFERRED", " DEFERRABLE"] {
            if let Some(rest) = constraint.definition.strip_suffix(suffix) {
                constraint.definition.truncate(rest.len());
            }
        }
        // An exclusion constraint's definition has the storage parameters as well.
        if let (false, Some(start)) = (constraint.options.is_empty(), constraint.definition.find(" WITH (")) {
            let end = constraint.definition[start..].find(')').map_or(constraint.definition.len(), |end| start + end + 1);
            constraint.definition.replace_range(start..end, "");
        }
        Ok(constraint)
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        if self.comes_with_table(id, context) || (self.is_foreign_key() && is_left(id, &self.table, context)) {
            return Vec::new();
        }
        let only = if self.has_index() && !self.excludes() { "ONLY " } else { "" };
        let valid = if self.validated || !self.enforced { "" } else { " NOT VALID" };
        let text = format!("ALTER TABLE {only}{} ADD {}{valid}", self.table, self.clause(self.name(id)));
        vec![self.hazards(Statement::new(text), id)]
    }

    fn settle(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        self.given_name(id).into_iter().chain(self.index_settings(None, id, context)).collect()
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        if self.fixed() != old.fixed() || (old.validated && !self.validated && self.enforced) {
            return Alter::Rebuild;
        }
        let (table, name) = (&self.table, self.name(id));
        let mut statements = Vec::new();
        if (self.deferrable, self.deferred) != (old.deferrable, old.deferred) {
            let timing = if self.deferrable { self.timing() } else { " NOT DEFERRABLE" };
            let timing = if self.deferrable && !self.deferred { " DEFERRABLE INITIALLY IMMEDIATE" } else { timing };
            statements.push(Statement::new(format!("ALTER TABLE {table} ALTER CONSTRAINT {name}{timing}")));
        }
        if self.enforced != old.enforced {
            let enforced = if self.enforced { "ENFORCED" } else { "NOT ENFORCED" };
            let statement = Statement::new(format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {enforced}"));
            statements.push(self.hazards(statement, id));
        } else if self.validated && !old.validated {
            statements.push(self.hazards(Statement::new(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")), id));
        }
        let schema = split_last(table).map_or("", |(schema, _)| schema);
        let index = ObjectId::new(Kind::Index, format!("{schema}.{name}"));
        statements.extend(options::alter("INDEX", &index, &old.options, &self.options));
        statements.extend(moved(&index, old.tablespace.as_ref(), self.tablespace.as_ref()));
        statements.extend(self.index_settings(Some(old), id, context));
        Alter::InPlace(statements)
    }

    fn online(&self, old: Option<&Self>, id: &ObjectId, context: &Context) -> Option<Online> {
        let Some(old) = old else {
            return if self.has_index() { self.with_index_built(id, context) } else { self.checked_later(id, context) };
        };
        let Alter::InPlace(plain) = self.alter(old, id, context) else { return None };
        let (validate, make): (Vec<_>, Vec<_>) = plain.into_iter().partition(|s| s.text == self.validation(id).text);
        (!validate.is_empty()).then(|| Online { prepare: Vec::new(), make, validate: vec![self.validation(id)] })
    }

    /// A foreign key does not: one column changes before the other.
    fn follows_column(&self) -> bool {
        !self.is_foreign_key()
    }

    fn drop(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("ALTER TABLE {} DROP CONSTRAINT {}", self.table, self.name(id)))]
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        let schema = split_last(&self.table)?.0;
        self.has_index().then(|| format!("{schema}.{}", self.name(id)))
    }

    fn ties(&self) -> bool {
        self.is_foreign_key()
    }

    fn minds_rows(&self) -> bool {
        self.is_foreign_key()
    }

    fn follows(&self, id: &ObjectId) -> Vec<Follows> {
        if self.local.0 && self.is_check() { Vec::new() } else { self.ancestry(id) }
    }

    fn ancestry(&self, _id: &ObjectId) -> Vec<Follows> {
        let follow = |ancestor: &String| Follows {
            object: ObjectId::new(Kind::Constraint, ancestor.as_str()),
            through: match ancestor.split_once(" on ") {
                Some((_, table)) if !self.partition.0 => {
                    ObjectId::new(Kind::Inheritance, format!("{} inherits {table}", self.table))
                }
                _ => ObjectId::new(Kind::Partition, self.table.as_str()),
            },
            comes: self.is_check() || self.excludes(),
            joins: self.excludes(),
        };
        self.ancestors.0.iter().map(follow).collect()
    }

    fn also_needs(&self, id: &ObjectId) -> Vec<ObjectId> {
        self.follows(id).into_iter().map(|follows| follows.object).collect()
    }

    fn title(&self, id: &ObjectId) -> String {
        format!("{} ON {}: {}", self.name(id), self.table, self.definition)
    }
}
