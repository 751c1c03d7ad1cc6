//! Reads a surface: one snapshot, all queries pipelined on one connection.

use std::collections::HashSet;

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use tokio_postgres::{Client, Row};

use super::nullable::Views;
use super::{Column, Function, Key, Relation, Surface, Type};

/// Begins the snapshot. The search path is the role's own: what programs read of types and arguments is written with it.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL search_path TO DEFAULT; SET LOCAL jit = off; SET LOCAL client_min_messages = error";

/// Reads what programs see of the database that `client` is connected to, as its role.
///
/// # Errors
/// Whatever the server says.
pub async fn read(client: &Client) -> Result<Surface> {
    let queries = [SCHEMAS, RELATIONS, COLUMNS, TYPES, FUNCTIONS, KEYS, RULES, NOT_NULL];
    let rows = try_join_all(queries.iter().map(|sql| async { Ok(client.query_typed(sql, &[]).await?) }));
    let (_, rows, _): ((), Vec<Vec<Row>>, ()) = tokio::try_join!(
        async { client.batch_execute(BEGIN).await.context("cannot begin a snapshot") },
        async { rows.await.map_err(|error: anyhow::Error| error.context("cannot read what programs see")) },
        async { client.batch_execute("COMMIT").await.context("cannot end the snapshot") },
    )?;
    let [schemas, relations, columns, types, functions, keys, rules, not_null] =
        <[Vec<Row>; 8]>::try_from(rows).expect("each query has an answer");
    let mut surface = Surface {
        schemas: schemas.iter().map(|row| row.get(0)).collect(),
        relations: relations.iter().map(Relation::from_row).collect::<Result<_>>()?,
        columns: columns.iter().map(Column::from_row).collect::<Result<_>>()?,
        types: types.iter().map(Type::from_row).collect::<Result<_>>()?,
        functions: functions.iter().map(Function::from_row).collect::<Result<_>>()?,
        keys: keys.iter().map(Key::from_row).collect::<Result<_>>()?,
    };
    let not_null: HashSet<(u32, i16)> = not_null.iter().map(|row| (row.get(0), row.get(1))).collect();
    let rules: Vec<(u32, &str)> = rules.iter().map(|row| (row.get(0), row.get(1))).collect();
    surface.look_into_views(Views::new(rules.into_iter(), not_null));
    Ok(surface)
}

impl Surface {
    /// Notes for the columns of views where they come from and whether they are never null.
    fn look_into_views(&mut self, mut views: Views) {
        for relation in self.relations.iter().filter(|relation| matches!(&*relation.kind, "v" | "m")) {
            let first = self.columns.partition_point(|column| column.relation < relation.oid);
            let columns = self.columns[first..].iter_mut().take_while(|column| column.relation == relation.oid);
            let (origins, never_null) = (views.origins(relation.oid), views.never_null(relation.oid));
            for column in columns {
                if let Some((_, origin, number)) = origins.iter().find(|(number, ..)| *number == column.number) {
                    (column.origin, column.origin_number) = (Some(*origin), Some(*number));
                }
                column.never_null = never_null.contains(&column.number);
            }
        }
    }
}

const SCHEMAS: &str = "
    SELECT nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        AND (pg_has_role(nspowner, 'USAGE') OR has_schema_privilege(oid, 'CREATE, USAGE'))
    ORDER BY oid";

/// Foreign tables whose wrapper's handler is not there, or only its name is, and the views over them: the server cannot say what of
/// them is updatable.
macro_rules! unhandled {
    () => {
        "
    WITH RECURSIVE unhandled (oid) AS (
        SELECT ftrelid
        FROM pg_foreign_table
            JOIN pg_foreign_server s ON s.oid = ftserver
            JOIN pg_foreign_data_wrapper w ON w.oid = srvfdw
            LEFT JOIN pg_proc p ON p.oid = fdwhandler
        WHERE p.oid IS NULL OR prosrc = 'fdw_handler_in'
        UNION
        SELECT ev_class
        FROM unhandled u
            JOIN pg_depend d ON refclassid = 'pg_class'::regclass AND refobjid = u.oid AND classid = 'pg_rewrite'::regclass
            JOIN pg_rewrite r ON r.oid = objid
    )"
    };
}

const RELATIONS: &str = concat!(
    unhandled!(),
    "
    SELECT c.oid, nspname AS schema, relname AS name, relkind::text AS kind,
        pg_has_role(relowner, 'USAGE')
            OR has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
            OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') AS visible,
        CASE WHEN relkind = 'v' AND c.oid NOT IN (SELECT oid FROM unhandled)
            THEN pg_relation_is_updatable(c.oid, false) ELSE 0 END AS updatable,
        CASE WHEN relkind = 'v' AND c.oid NOT IN (SELECT oid FROM unhandled)
            THEN pg_relation_is_updatable(c.oid, true) ELSE 0 END AS writable,
        relkind IN ('v', 'f') AND (
            -- Bits of tgtype: 4 INSERT, 16 UPDATE, 64 INSTEAD OF.
            EXISTS (SELECT FROM pg_trigger
                WHERE tgrelid = c.oid AND tgtype & 64 <> 0 AND tgtype & 20 <> 0 AND NOT tgisinternal)
            -- Unconditional INSTEAD rules for UPDATE and INSERT.
            OR EXISTS (SELECT FROM pg_rewrite
                WHERE ev_class = c.oid AND is_instead AND ev_type IN ('2', '3') AND ev_qual::text = '<>')
        ) AS rewritten,
        description AS comment
    FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace
        LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
    WHERE relkind IN ('r', 'p', 'f', 'v', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    ORDER BY c.oid"
);

const COLUMNS: &str = concat!(unhandled!(), "
    SELECT c.oid AS relation, attnum AS number, attname AS name, atttypid AS of, atttypmod AS modifier,
        attnotnull AS not_null, atthasdef AS has_default, attidentity::text AS identity, attgenerated::text AS generated,
        CASE WHEN c.oid IN (SELECT oid FROM unhandled) THEN relkind = 'f'
            WHEN relkind IN ('v', 'f') THEN pg_column_is_updatable(c.oid, attnum, false)
            ELSE relkind <> 'm' END AS updatable,
        pg_has_role(relowner, 'USAGE')
            OR has_column_privilege(c.oid, attnum, 'SELECT, INSERT, UPDATE, REFERENCES') AS visible,
        description AS comment,
        NULL::oid AS origin, NULL::int2 AS origin_number, false AS never_null
    FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace
        JOIN pg_attribute a ON attrelid = c.oid
        LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = attnum
    WHERE relkind IN ('r', 'p', 'f', 'v', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
        AND attnum > 0 AND NOT attisdropped
    ORDER BY c.oid, attnum");

const TYPES: &str = "
    SELECT t.oid, nspname AS schema, typname AS name,
        CASE WHEN typrelid <> 0 THEN format_type(t.oid, NULL) END AS format,
        typtype::text AS kind, nullif(typrelid, 0) AS relation, relkind::text AS relation_kind,
        CASE WHEN typcategory = 'A' THEN nullif(typelem, 0) END AS element,
        nullif(typbasetype, 0) AS base, typtypmod AS modifier, typnotnull AS not_null,
        CASE WHEN typtype = 'e' THEN
            ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder) ELSE '{}' END AS labels,
        CASE WHEN relkind = 'c' THEN
            ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = typrelid AND NOT attisdropped ORDER BY attnum)
            ELSE '{}' END AS attributes,
        CASE WHEN relkind = 'c' THEN
            ARRAY(SELECT atttypid FROM pg_attribute WHERE attrelid = typrelid AND NOT attisdropped ORDER BY attnum)
            ELSE '{}' END AS attribute_types,
        description AS comment
    FROM pg_type t
        JOIN pg_namespace n ON n.oid = typnamespace
        LEFT JOIN pg_class c ON c.oid = typrelid
        LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND t.oid >= 16384
    WHERE typrelid = 0 OR relkind IN ('c', 'r', 'v', 'm', 'p', 'f')
    ORDER BY t.ctid";

const FUNCTIONS: &str = "
    SELECT p.oid, nspname AS schema, proname AS name,
        coalesce(proargmodes::text[], array_fill('i'::text, ARRAY[cardinality(coalesce(proallargtypes, proargtypes))])) AS modes,
        coalesce(proargnames, array_fill(''::text, ARRAY[cardinality(coalesce(proallargtypes, proargtypes))])) AS names,
        coalesce(proallargtypes, proargtypes)::oid[] AS of, pronargs AS inputs, pronargdefaults AS defaults,
        pg_get_function_arguments(p.oid) AS arguments, pg_get_function_identity_arguments(p.oid) AS identity_arguments,
        prorettype AS returns, pg_get_function_result(p.oid) AS result, proretset AS set, prorows AS rows,
        description AS comment
    FROM pg_proc p
        JOIN pg_namespace n ON n.oid = pronamespace
        LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
    WHERE prokind = 'f' AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
        AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    ORDER BY p.oid";

const KEYS: &str = "
    SELECT conname AS name, contype::text AS kind, conrelid AS relation, conkey AS columns, confrelid AS referenced,
        coalesce(confkey, '{}') AS referenced_columns, conparentid <> 0 AS inherited
    FROM pg_constraint
        JOIN pg_namespace n ON n.oid = connamespace
    WHERE contype IN ('p', 'u', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    ORDER BY pg_constraint.oid";

/// The views of the database with all views below them, the system's included.
macro_rules! below_views {
    ($query:literal) => {
        concat!(
            "
    WITH RECURSIVE below (view) AS (
        SELECT c.oid
        FROM pg_class c
            JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('v', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
        UNION
        SELECT refobjid
        FROM below
            JOIN pg_rewrite r ON ev_class = view AND rulename = '_RETURN'
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND refclassid = 'pg_class'::regclass
            JOIN pg_class c ON c.oid = refobjid AND relkind IN ('v', 'm')
    )",
            $query
        )
    };
}

const RULES: &str = below_views!(
    "
    SELECT view, ev_action::text
    FROM below
        JOIN pg_rewrite ON ev_class = view AND rulename = '_RETURN'"
);

/// The columns without nulls on which the views' queries depend.
const NOT_NULL: &str = below_views!(
    "
    SELECT DISTINCT refobjid, refobjsubid::int2
    FROM below
        JOIN pg_rewrite r ON ev_class = view AND rulename = '_RETURN'
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND refclassid = 'pg_class'::regclass
        JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
        JOIN pg_type t ON t.oid = atttypid
    WHERE refobjsubid > 0 AND (attnotnull OR (typtype = 'd' AND typnotnull))"
);
