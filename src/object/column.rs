//! Columns of tables, foreign tables and views.

use anyhow::Result;
use tokio_postgres::Row;

use super::containers;
use super::heritage;
use super::identity::Identity;
use super::options;
use super::record::{Soft, record};
use super::using::using;
use super::{
    Alter, Context, Default, Follows, Grantable, Kind, Object, ObjectId, ObjectKind, Online, WhenNeedReplaced,
};
use crate::sql::{Hazard, Statement};

record! {
    /// A column; its default is an object of its own.
    pub struct Column {
        /// The kind of its relation (`pg_class.relkind`).
        pub of: String,
        /// Its type with modifiers; empty for columns of views, which take theirs from the view.
        pub data_type: String,
        /// `NOT NULL`.
        pub not_null: bool,
        /// The name of the NOT NULL constraint where it is not the default one (from version 18 on).
        pub not_null_name: Option<String>,
        /// ` NO INHERIT` and ` NOT VALID` as they follow `NOT NULL` (from version 18 on).
        #[serde(default)]
        pub not_null_form: String,
        /// The comment on the NOT NULL constraint (from version 18 on).
        #[serde(default)]
        pub not_null_comment: Option<String>,
        /// `GENERATED … AS IDENTITY`, with its options.
        pub generator: Option<Identity>,
        /// `s` for stored, `v` for virtual, empty for neither.
        pub generated: String,
        /// The expression of a generated column.
        pub expression: Option<String>,
        /// The collation, where it is not the type's.
        pub collation: Option<String>,
        /// `plain`, `main`, `external` or `extended`, where it is not the type's.
        pub storage: Option<String>,
        /// The storage of the type, to go back to.
        pub type_storage: Soft<String>,
        /// `pglz` or `lz4`, where it was set.
        pub compression: Option<String>,
        /// The statistics target, where it was set.
        pub statistics: Option<i32>,
        /// `SET (n_distinct = …)`, without `pg_attver`: a stamp of the server's own in recent minor versions, which pg_dump leaves out too.
        pub options: Vec<String>,
        /// Options of a foreign table's column.
        pub foreign_options: Vec<String>,
        /// Whether it is defined here and not only inherited.
        pub local: Soft<bool>,
        /// The tables that it is inherited from.
        pub ancestors: Soft<Vec<String>>,
        /// Whether its table is a partition.
        pub partition: Soft<bool>,
        /// Whether its table is partitioned by it, which forbids to change its type.
        pub key: Soft<bool>,
        /// Its type with modifiers, that of a view's column as well.
        #[serde(default)]
        pub shown_type: Soft<String>,
    }
}

impl Column {
    /// The column as `CREATE TABLE` and `ADD COLUMN` take it.
    pub fn definition(&self, name: &str, default: Option<&Default>) -> String {
        let mut text = format!("{name} {}", self.data_type);
        if let Some(collation) = &self.collation {
            text.push_str(&format!(" COLLATE {collation}"));
        }
        if !self.foreign_options.is_empty() {
            text.push_str(&format!(" OPTIONS ({})", options::foreign(&self.foreign_options)));
        }
        if let Some(expression) = &self.expression {
            let kind = if self.generated == "v" { "VIRTUAL" } else { "STORED" };
            text.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kind}"));
        }
        if let Some(identity) = &self.generator {
            text.push_str(&format!(" {}", identity.definition()));
        }
        if let Some(default) = default {
            text.push_str(&format!(" DEFAULT {}", default.expression));
        }
        if self.not_null && !self.not_null_is_open() {
            if let Some(name) = &self.not_null_name {
                text.push_str(&format!(" CONSTRAINT {name}"));
            }
            text.push_str(&format!(" NOT NULL{}", self.not_null_form));
        }
        text
    }

    /// Whether it is only inherited.
    pub fn is_inherited(&self) -> bool {
        !self.local.0 && !self.ancestors.0.is_empty()
    }

    /// Whether it keeps values of its own.
    pub fn has_data(&self) -> bool {
        matches!(&*self.of, "r" | "p")
    }

    /// Whether its values are another server's.
    pub fn is_foreign(&self) -> bool {
        self.of == "f"
    }

    /// Whether it belongs to a view, which defines it.
    pub fn of_view(&self) -> bool {
        matches!(&*self.of, "v" | "m")
    }

    /// The statements for what is set apart from the definition, where it differs from `old`.
    fn settings(&self, old: &Self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let mut statements = Vec::new();
        let mut set = |differs: bool, what: String| {
            if differs {
                statements.push(Statement::new(format!("{} {what}", alter_column(id, context, "ONLY "))));
            }
        };
        let storage = self.storage.as_deref().unwrap_or(&self.type_storage.0);
        set(self.storage != old.storage, format!("SET STORAGE {storage}"));
        let compression = self.compression.as_deref().unwrap_or("default");
        set(self.compression != old.compression, format!("SET COMPRESSION {compression}"));
        set(self.statistics != old.statistics, format!("SET STATISTICS {}", self.statistics.unwrap_or(-1)));
        let (added, removed) = options::change(&old.options, &self.options);
        set(!added.is_empty(), format!("SET ({added})"));
        set(!removed.is_empty(), format!("RESET ({removed})"));
        let foreign = options::foreign_change(&old.foreign_options, &self.foreign_options);
        set(!foreign.is_empty() && self.is_foreign(), format!("OPTIONS ({foreign})"));
        statements.extend(self.not_null_comment_changes(old, id, context));
        statements
    }

    /// A column of this type with nothing set.
    fn unset(&self) -> Self {
        Self {
            storage: None,
            compression: None,
            not_null_comment: None,
            statistics: None,
            options: Vec::new(),
            foreign_options: self.foreign_options.clone(),
            ..self.clone()
        }
    }

    /// The column as a change of its type leaves it: stored as the type says.
    fn reset(&self) -> Self {
        Self { storage: None, compression: None, ..self.clone() }
    }

    /// The statement that carries the values over to another type, or to a new one of the same name.
    fn retype(&self, old: &Self, id: &ObjectId, context: &Context) -> Statement {
        let name = id.name_in(context.parent(id));
        let expression = if self.data_type != old.data_type || self.collation != old.collation {
            using(name, &old.data_type, &self.data_type)
        } else {
            let through = containers::through(&self.data_type, context);
            // A type without a schema is the system's own: it stays, and it is the collation that is replaced.
            self.data_type.contains('.').then(|| format!("{name}{through}::{}", self.data_type))
        };
        self.change_type(&old.data_type, expression.as_deref(), id, context)
    }

    /// Whether changing the column that it is inherited from changes its own type or generation, which nothing else can.
    fn is_retyped_above(&self, old: &Self) -> bool {
        !old.ancestors.0.is_empty() && !self.ancestors.0.is_empty()
    }

    /// Whether only dropping and adding the column leads from `old` to this.
    fn is_rebuilt_from(&self, old: &Self, context: &Context) -> bool {
        let becomes_generated = old.generated != self.generated && !self.generated.is_empty();
        let unvirtual = old.generated == "v" && self.generated.is_empty();
        let new_expression = old.generated == self.generated && old.expression != self.expression;
        let retyped = !self.generated.is_empty() && old.data_type != self.data_type;
        becomes_generated || unvirtual || retyped || (new_expression && context.version() < 170_000)
    }
}

/// `ALTER TABLE [ONLY] t ALTER COLUMN c` for the column `id`.
pub(super) fn alter_column(id: &ObjectId, context: &Context, only: &str) -> String {
    let table = context.parent(id);
    format!("ALTER TABLE {only}{} ALTER COLUMN {}", table.identity, id.name_in(table))
}

impl ObjectKind for Column {
    const KEYWORD: &'static str = "COLUMN";
    const SOFT: &'static [&'static str] = &["type_storage", "local", "ancestors", "partition", "shown_type"];
    const PART_OF_PARENT: bool = true;
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "TABLE", letters: "arwx", public: "", default_acl: None, columns: true });
    const QUERY: &'static str = "
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, attnum::int4 AS objsubid,
            quote_ident(nspname) || '.' || quote_ident(relname) || '.' || quote_ident(attname) AS identity,
            'pg_class'::regclass::oid AS parent_classid, c.oid AS parent_objid, 0 AS parent_objsubid, attacl::text[] AS acl,
            relkind::text AS of,
            CASE WHEN relkind IN ('v', 'm') THEN '' ELSE format_type(atttypid, atttypmod) END AS data_type,
            attnotnull AS not_null,
            {{18: (SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = c.oid AND contype = 'n' AND conkey = ARRAY[attnum]
                AND conname <> left(relname || '_' || attname || '_not_null', 63)) | NULL::text}} AS not_null_name,
            coalesce({{18: (SELECT concat(CASE WHEN connoinherit THEN ' NO INHERIT' END, CASE WHEN NOT convalidated THEN ' NOT VALID' END)
                FROM pg_constraint WHERE conrelid = c.oid AND contype = 'n' AND conkey = ARRAY[attnum]) | NULL::text}}, '') AS not_null_form,
            {{18: (SELECT obj_description(k.oid, 'pg_constraint') FROM pg_constraint k WHERE conrelid = c.oid AND contype = 'n'
                AND conkey = ARRAY[attnum]) | NULL::text}} AS not_null_comment,
            CASE WHEN attidentity <> '' THEN (
                SELECT ARRAY[attidentity::text, quote_ident(sn.nspname) || '.' || quote_ident(sc.relname), format_type(seqtypid, NULL),
                    seqstart::text, seqincrement::text, seqmin::text, seqmax::text, seqcache::text, seqcycle::text]
                FROM pg_depend sd
                    JOIN pg_class sc ON sc.oid = sd.objid
                    JOIN pg_namespace sn ON sn.oid = sc.relnamespace
                    JOIN pg_sequence ON seqrelid = sd.objid
                WHERE sd.classid = 'pg_class'::regclass AND sd.refclassid = 'pg_class'::regclass AND sd.refobjid = c.oid
                    AND sd.refobjsubid = attnum AND sd.deptype = 'i'
            ) END AS generator,
            attgenerated::text AS generated,
            CASE WHEN attgenerated <> '' THEN (
                SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = c.oid AND adnum = attnum
            ) END AS expression,
            CASE WHEN attcollation <> typcollation AND attcollation <> 0 THEN (
                SELECT format('%I.%I', l.nspname, collname) FROM pg_collation o JOIN pg_namespace l ON l.oid = collnamespace
                WHERE o.oid = attcollation
            ) END AS collation,
            CASE WHEN attstorage <> typstorage AND relkind <> 'v' THEN
                CASE attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
            END AS storage,
            CASE typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END AS type_storage,
            {{14: CASE attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END | NULL::text}} AS compression,
            nullif(attstattarget::int4, -1) AS statistics,
            CASE WHEN attoptions IS NULL THEN '{}' ELSE ARRAY(SELECT o FROM unnest(attoptions) o WHERE o NOT LIKE 'pg!_attver=%' ESCAPE '!') END AS options,
            ARRAY(SELECT unnest(attfdwoptions) ORDER BY 1) AS foreign_options,
            attislocal AS local,
            CASE WHEN attinhcount > 0 THEN ARRAY(
                SELECT format('%I.%I', pn.nspname, p.relname)
                FROM pg_inherits JOIN pg_class p ON p.oid = inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
                    JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attname = a.attname AND NOT pa.attisdropped
                WHERE inhrelid = c.oid ORDER BY inhseqno
            ) ELSE '{}' END AS ancestors,
            relispartition AS partition, format_type(atttypid, atttypmod) AS shown_type,
            CASE WHEN relkind = 'p' THEN EXISTS (
                SELECT FROM pg_depend kd
                WHERE kd.classid = 'pg_class'::regclass AND kd.objid = c.oid AND kd.objsubid = attnum
                    AND kd.refclassid = 'pg_class'::regclass AND kd.refobjid = c.oid AND kd.refobjsubid = 0 AND kd.deptype = 'i'
            ) ELSE false END AS key
        FROM pg_attribute a
            JOIN pg_class c ON c.oid = attrelid
            JOIN pg_namespace n ON n.oid = relnamespace
            JOIN pg_type t ON t.oid = atttypid
        WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'f', 'v', 'm')
            AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        if self.of_view() {
            return Vec::new();
        }
        let table = context.parent(id);
        let default = context.parts(id, Kind::Default).into_iter().find_map(|(_, entry)| match &entry.object {
            Object::Default(default) => Some(default),
            _ => None,
        });
        let statement =
            Statement::new(format!("ALTER TABLE {} ADD COLUMN {}", table.identity, self.as_made(id, context).definition(id.name_in(table), default)));
        let rewrites = self.generated == "s" || self.generator.is_some() || default.is_some_and(|d| d.is_volatile(id, context));
        let rewrite = Hazard::Rewrite { relation: table.identity.to_string() };
        let statement = if rewrites { statement.hazard(rewrite) } else { statement };
        let fails = self.not_null && default.is_none() && self.generator.is_none() && self.generated.is_empty();
        let relation = table.identity.to_string();
        let why = format!("existing rows have no {}", id.name_in(table));
        vec![if fails { statement.hazard(Hazard::MayFail { relation, why }) } else { statement }]
    }

    fn settle(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let open = (self.not_null && self.not_null_is_open()).then(|| self.change_not_null(id, context));
        open.into_iter().chain(self.settings(&self.unset(), id, context)).collect()
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        if self.of_view() {
            return Alter::InPlace(self.settings(old, id, context));
        }
        if self.is_rebuilt_from(old, context) {
            return Alter::Rebuild;
        }
        let retyped = self.data_type != old.data_type || self.collation != old.collation;
        let mut statements = Vec::new();
        if old.generated != self.generated {
            let drop = Statement::new(format!("{} DROP EXPRESSION", alter_column(id, context, "")));
            statements.extend((!self.is_retyped_above(old)).then_some(drop));
        } else if let (Some(expression), true) = (&self.expression, self.expression != old.expression) {
            statements.push(Statement::new(format!("{} SET EXPRESSION AS ({expression})", alter_column(id, context, ""))));
        }
        let taken_over = self.adopts(old, id, context);
        if let (Some(identity), None) = (&old.generator, &self.generator) {
            statements.extend(identity.given_up(&alter_column(id, context, ""), &taken_over, context));
        }
        if retyped && !self.is_retyped_above(old) {
            statements.push(self.retype(old, id, context));
        }
        statements.extend(self.not_null_changes(old, id, context));
        if let Some(identity) = &self.generator {
            statements.extend(match (&old.generator, &*taken_over) {
                (None, [sequence, ..]) => identity.taken_over(&alter_column(id, context, ""), sequence),
                _ => identity.changes(old.generator.as_ref(), &alter_column(id, context, "")),
            });
            if old.generator.is_none() && taken_over.is_empty() {
                let table = context.parent(id);
                statements.push(identity.pass(&table.identity, id.name_in(table)));
            }
        }
        statements.extend(self.settings(&if retyped { old.reset() } else { old.clone() }, id, context));
        if retyped { Alter::AroundDependents(statements) } else { Alter::InPlace(statements) }
    }

    fn online(&self, old: Option<&Self>, id: &ObjectId, context: &Context) -> Option<Online> {
        self.becomes_not_null(old.filter(|old| self.not_null && !old.not_null && self.has_data())?, id, context)
    }

    fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        if self.of_view() {
            return Vec::new();
        }
        heritage::drop(self, id, context)
    }

    fn when_need_replaced(&self) -> WhenNeedReplaced {
        match (self.of_view(), &*self.generated) {
            (true, _) => WhenNeedReplaced::Keep,
            (_, "") => WhenNeedReplaced::Convert,
            _ => WhenNeedReplaced::Rebuild,
        }
    }

    fn convert(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        match context.current.entry(id).map(|e| &e.object) {
            Some(Object::Column(old)) => {
                let retype = (!self.is_retyped_above(old)).then(|| self.retype(old, id, context));
                retype.into_iter().chain(self.settings(&self.reset(), id, context)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn follows(&self, id: &ObjectId) -> Vec<Follows> {
        if self.is_inherited() { heritage::ancestry(self, id) } else { Vec::new() }
    }

    fn ancestry(&self, id: &ObjectId) -> Vec<Follows> {
        heritage::ancestry(self, id)
    }

    fn apart(&self, old: &Self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        if self.is_retyped_above(old) { vec![self.retype(old, id, context)] } else { Vec::new() }
    }

    fn holds_parent(&self, _context: &Context) -> bool {
        self.key.0
    }

    fn adopts(&self, old: &Self, id: &ObjectId, context: &Context) -> Vec<ObjectId> {
        let (with_default, without) = match (&old.generator, &self.generator) {
            (None, Some(_)) => (context.current, context.catalog),
            (Some(_), None) => (context.catalog, context.current),
            _ => return Vec::new(),
        };
        let default = ObjectId::new(Kind::Default, format!("for {}", id.identity));
        let Some(default) = with_default.entry(&default) else { return Vec::new() };
        let sequences = default.needs.iter().filter(|need| need.kind == Kind::Sequence && without.entry(need).is_none());
        sequences.cloned().collect()
    }

    fn is_derived(&self) -> bool {
        self.of_view()
    }

    fn also_needs(&self, id: &ObjectId) -> Vec<ObjectId> {
        self.follows(id).into_iter().map(|follows| follows.object).collect()
    }
}
