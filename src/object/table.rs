//! Tables and partitioned tables; columns, constraints, indexes and partitions are objects of their own.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Default, Grantable, Kind, Object, ObjectId, ObjectKind, WhenNeedReplaced, options};
use crate::sql::{Hazard, Statement};

record! {
    /// A table.
    pub struct Table {
        /// `LIST (a)`, `RANGE (b)` or `HASH (c)` for a partitioned table.
        pub partition_key: Option<String>,
        /// Whether it is unlogged.
        pub unlogged: bool,
        /// The access method, where it is not `heap`; for its partitions to come, where it is partitioned (from version 17 on).
        pub access_method: Option<String>,
        /// The tablespace, where it is not the database's.
        pub tablespace: Option<String>,
        /// Storage parameters, those of the TOAST table as `toast.name`.
        pub options: Vec<String>,
        /// `d`, `n`, `f`, or `i` where an index is chosen; see the index for which.
        pub replica_identity: String,
        /// `ENABLE ROW LEVEL SECURITY`.
        pub row_security: bool,
        /// `FORCE ROW LEVEL SECURITY`.
        pub force_row_security: bool,
    }
}

impl Table {
    /// The statements for what `CREATE TABLE` cannot say, where it differs from `old`.
    fn settings(&self, old: &Self, id: &ObjectId) -> Vec<Statement> {
        let mut statements = Vec::new();
        let mut set = |differs: bool, what: String| {
            if differs {
                statements.push(Statement::new(format!("ALTER TABLE {} {what}", id.identity)));
            }
        };
        let row_security = if self.row_security { "ENABLE" } else { "DISABLE" };
        set(self.row_security != old.row_security, format!("{row_security} ROW LEVEL SECURITY"));
        let force = if self.force_row_security { "FORCE" } else { "NO FORCE" };
        set(self.force_row_security != old.force_row_security, format!("{force} ROW LEVEL SECURITY"));
        let identity = match &*self.replica_identity {
            "n" => "NOTHING",
            "f" => "FULL",
            _ => "DEFAULT",
        };
        let by_index = self.replica_identity == "i";
        set(self.replica_identity != old.replica_identity && !by_index, format!("REPLICA IDENTITY {identity}"));
        statements
    }

    /// What stands between the parentheses of `CREATE TABLE`.
    fn columns(id: &ObjectId, context: &Context) -> Vec<String> {
        let inherits = !context.parts(id, Kind::Inheritance).is_empty();
        let columns = context.parts(id, Kind::Column).into_iter().filter_map(|(column, entry)| match &entry.object {
            Object::Column(object) if !(inherits && object.is_inherited()) => {
                let definition = object.as_made(column, context).definition(column.name_in(id), default_of(column, context));
                let mut clauses = Self::constraints(id, Some(column), context);
                clauses.sort_by_key(|clause| !clause.starts_with("PRIMARY KEY"));
                Some(clauses.into_iter().fold(definition, |definition, clause| {
                    // A primary key says NOT NULL as well.
                    let is_key = clause.starts_with("PRIMARY KEY");
                    let definition = definition.strip_suffix(" NOT NULL").filter(|_| is_key).unwrap_or(&definition);
                    format!("{definition} {clause}")
                }))
            }
            _ => None,
        });
        columns.chain(Self::constraints(id, None, context)).collect()
    }

    /// The constraints that the table brings: those in the definition of a column, or the others.
    fn constraints(id: &ObjectId, column: Option<&ObjectId>, context: &Context) -> Vec<String> {
        let parts = context.parts(id, Kind::Constraint).into_iter();
        let clauses = parts.filter_map(|(constraint, entry)| {
            let Object::Constraint(object) = &entry.object else { return None };
            let of = |column: &ObjectId| {
                let alone = entry.needs.iter().filter(|need| need.kind == Kind::Column).eq([column]);
                object.of_column(constraint, column.name_in(id), alone)
            };
            let columns = || context.parts(id, Kind::Column).into_iter();
            match column {
                Some(column) => of(column),
                None if columns().any(|(column, _)| of(column).is_some()) => None,
                None => Some(object.clause(constraint.name_in(id))),
            }
        });
        clauses.collect()
    }

    /// The parentheses of `CREATE TABLE` with what is in them, and `INHERITS` after it.
    pub(super) fn body(id: &ObjectId, context: &Context) -> String {
        let columns = Self::columns(id, context);
        let declared = context.catalog.children(id).filter_map(|(part, entry)| match &entry.object {
            Object::Constraint(constraint) if constraint.comes_with_table(part, context) => {
                Some(constraint.clause(part.name_in(id)))
            }
            _ => None,
        });
        let columns: Vec<String> = columns.into_iter().chain(declared).collect();
        let columns = if columns.is_empty() { String::new() } else { format!("\n    {}\n", columns.join(",\n    ")) };
        let parts = context.parts(id, Kind::Inheritance).into_iter();
        let ancestors: Vec<&str> = parts
            .filter_map(|(_, entry)| match &entry.object {
                Object::Inheritance(inheritance) => Some(&*inheritance.ancestor),
                _ => None,
            })
            .collect();
        let inherits = if ancestors.is_empty() { String::new() } else { format!(" INHERITS ({})", ancestors.join(", ")) };
        format!("({columns}){inherits}")
    }

    /// The settings of columns that the table inherits and overrides.
    pub(super) fn overrides(id: &ObjectId, context: &Context) -> Vec<Statement> {
        if context.parts(id, Kind::Inheritance).is_empty() {
            return Vec::new();
        }
        let mut statements = Vec::new();
        for (column, entry) in context.parts(id, Kind::Column) {
            let Object::Column(object) = &entry.object else { continue };
            let ancestor = object.follows(column).into_iter().next().map(|follows| follows.object);
            let Some(ancestor) = ancestor.filter(|_| object.is_inherited()) else { continue };
            let mut alter = |what: &str| {
                let name = column.name_in(id);
                statements.push(Statement::new(format!("ALTER TABLE ONLY {} ALTER COLUMN {name} {what}", id.identity)));
            };
            let expression = default_of(column, context).map(|default| &default.expression);
            let inherited = default_of(&ancestor, context).map(|default| &default.expression);
            match expression {
                Some(expression) if Some(expression) != inherited => alter(&format!("SET DEFAULT {expression}")),
                None if inherited.is_some() => alter("DROP DEFAULT"),
                _ => {}
            }
            let nullable_above = matches!(context.catalog.entry(&ancestor).map(|e| &e.object),
                Some(Object::Column(above)) if !above.not_null);
            if object.not_null && nullable_above {
                alter("SET NOT NULL");
            }
        }
        statements
    }
}

/// The default of a column, if it has one and it comes with the column.
fn default_of<'a>(column: &ObjectId, context: &Context<'a>) -> Option<&'a Default> {
    context.catalog.children(column).find_map(|(id, entry)| match &entry.object {
        Object::Default(default) if (context.brought)(id) || !(context.brought)(column) => Some(default),
        _ => None,
    })
}

impl ObjectKind for Table {
    const KEYWORD: &'static str = "TABLE";
    const OWNED: bool = true;
    const APART: &'static str = "a";
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "TABLE", letters: "arwdDxtm", public: "", default_acl: Some('r'), columns: false });
    const QUERY: &'static str = "
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, c.relname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, c.relacl::text[] AS acl,
            CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
            c.relpersistence = 'u' AS unlogged,
            CASE WHEN c.relam <> 0 THEN (SELECT quote_ident(amname) FROM pg_am m WHERE m.oid = c.relam AND (amname <> 'heap' OR c.relkind = 'p')) END
                AS access_method,
            CASE WHEN c.reltablespace <> 0 THEN (SELECT quote_ident(spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace) END
                AS tablespace,
            coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM unnest(t.reloptions) o) AS options,
            c.relreplident::text AS replica_identity, c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security
        FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
        WHERE c.relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let mut text = format!("CREATE {unlogged}TABLE {} {}", id.identity, Self::body(id, context));
        let mut clause = |words: &str, what: Option<String>| {
            if let Some(what) = what {
                text.push_str(&format!(" {words}{what}"));
            }
        };
        clause("PARTITION BY ", self.partition_key.clone());
        clause("USING ", self.access_method.clone());
        clause("WITH ", (!self.options.is_empty()).then(|| format!("({})", options::list(&self.options))));
        clause("TABLESPACE ", self.tablespace.clone());
        let mut statements = vec![Statement::new(text)];
        statements.extend(Self::overrides(id, context));
        statements
    }

    fn settle(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let plain = Self {
            replica_identity: "d".to_owned(),
            row_security: false,
            force_row_security: false,
            ..self.clone()
        };
        self.settings(&plain, id)
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        if self.is_remade(old, context) {
            return self.remake(id, context);
        }
        let rewrite = || Hazard::Rewrite { relation: id.identity.to_string() };
        let mut statements = Vec::new();
        let mut set = |differs: bool, what: String, rewrites: bool| {
            if differs {
                let statement = Statement::new(format!("ALTER TABLE {} {what}", id.identity));
                statements.push(if rewrites { statement.hazard(rewrite()) } else { statement });
            }
        };
        let logged = if self.unlogged { "UNLOGGED" } else { "LOGGED" };
        set(self.unlogged != old.unlogged, format!("SET {logged}"), true);
        let usual = if self.partition_key.is_some() { "DEFAULT" } else { "heap" };
        let method = self.access_method.as_deref().unwrap_or(usual);
        set(self.access_method != old.access_method, format!("SET ACCESS METHOD {method}"), true);
        let tablespace = self.tablespace.as_deref().unwrap_or("pg_default");
        set(self.tablespace != old.tablespace, format!("SET TABLESPACE {tablespace}"), true);
        let (added, removed) = options::change(&old.options, &self.options);
        set(!added.is_empty(), format!("SET ({added})"), false);
        set(!removed.is_empty(), format!("RESET ({removed})"), false);
        statements.extend(self.settings(old, id));
        Alter::InPlace(statements)
    }

    fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let drop = Statement::new(format!("DROP TABLE {}", id.identity));
        // The rows are in the partitions, which are there for the table that is made anew.
        if self.partition_key.is_some() && context.desired.entry(id).is_some() {
            return vec![drop];
        }
        let loss = Hazard::DataLoss {
            what: format!("table {}", id.identity),
            relation: Some(id.identity.to_string()),
            column: None,
        };
        vec![drop.hazard(loss)]
    }

    fn when_need_replaced(&self) -> WhenNeedReplaced {
        WhenNeedReplaced::Keep
    }

    fn adopts(&self, old: &Self, id: &ObjectId, context: &Context) -> Vec<ObjectId> {
        if self.is_remade(old, context) { Self::counters(id, context) } else { Vec::new() }
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }
}
