//! Composite types.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use super::using::using;
use super::containers;
use super::{Alter, Context, Grantable, Kind, Object, ObjectId, ObjectKind, WhenNeedReplaced};
use crate::sql::{Statement, literal};

/// A composite type that is not a table's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Composite {
    /// The attributes, in order.
    pub attributes: Vec<Attribute>,
}

/// An attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name, quoted where it must be.
    pub name: String,
    /// Its type with modifiers.
    pub data_type: String,
    /// The collation, where it is not the type's.
    pub collation: Option<String>,
    /// The text of `COMMENT ON COLUMN`.
    pub comment: Option<String>,
}

impl Attribute {
    /// Type and collation.
    fn definition(&self) -> String {
        let collation = self.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
        format!("{}{collation}", self.data_type)
    }
}

impl Composite {
    fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The statements for the comments that `old` has not.
    fn comments(&self, old: Option<&Self>, id: &ObjectId) -> Vec<Statement> {
        let comment_of = |attribute: &Attribute| {
            old.and_then(|old| old.attribute(&attribute.name)).and_then(|old| old.comment.clone())
        };
        let changed = self.attributes.iter().filter(|attribute| attribute.comment != comment_of(attribute));
        let statement = |attribute: &Attribute| {
            let text = attribute.comment.as_ref().map_or_else(|| "NULL".to_owned(), |text| literal(text));
            Statement::new(format!("COMMENT ON COLUMN {}.{} IS {text}", id.identity, attribute.name))
        };
        changed.map(statement).collect()
    }

    /// Its attributes without their comments.
    fn definitions(&self) -> Vec<(&str, String)> {
        self.attributes.iter().map(|attribute| (&*attribute.name, attribute.definition())).collect()
    }

    /// Whether dropping and adding attributes alone, and changing types, leads from `old` to the same order.
    fn keeps_order(&self, old: &Self) -> bool {
        let kept = old.attributes.iter().filter(|attribute| self.attribute(&attribute.name).is_some());
        kept.zip(&self.attributes).all(|(old, new)| old.name == new.name)
    }

    /// The statements that drop, change and add attributes.
    fn changes(&self, old: &Self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let mut statements = Vec::new();
        let alter = |what: String| Statement::new(format!("ALTER TYPE {} {what}", id.identity));
        for gone in old.attributes.iter().filter(|attribute| self.attribute(&attribute.name).is_none()) {
            let what = format!("attribute {} of {}", gone.name, id.identity);
            statements.push(containers::losing(alter(format!("DROP ATTRIBUTE {}", gone.name)), &what, id, context));
        }
        for new in &self.attributes {
            match old.attribute(&new.name) {
                None => statements.push(alter(format!("ADD ATTRIBUTE {} {}", new.name, new.definition()))),
                Some(old) if old.definition() != new.definition() => {
                    statements.push(alter(format!("ALTER ATTRIBUTE {} TYPE {}", new.name, new.definition())));
                }
                Some(_) => {}
            }
        }
        statements
    }

    /// The cast by which values of the old type, also in arrays, become values of the new one.
    fn cast(&self, old: &Self, from: &str, id: &ObjectId, context: &Context) -> [Statement; 2] {
        let value = |new: &Attribute| match old.attribute(&new.name) {
            None => format!("NULL::{}", new.data_type),
            Some(old) => {
                let field = format!("($1).{}", new.name);
                let expression = (old.data_type != new.data_type).then(|| using(&field, &old.data_type, &new.data_type));
                expression.flatten().unwrap_or_else(|| {
                    let through = containers::through(&new.data_type, context);
                    format!("{field}{through}::{}", new.data_type)
                })
            }
        };
        let values: Vec<_> = self.attributes.iter().map(value).collect();
        let body = format!("SELECT ROW({})::{}", values.join(", "), id.identity);
        let function = format!(
            "CREATE FUNCTION {from}({from}) RETURNS {} LANGUAGE sql IMMUTABLE STRICT AS {}",
            id.identity,
            literal(&body)
        );
        let cast = format!("CREATE CAST ({from} AS {}) WITH FUNCTION {from}({from})", id.identity);
        [Statement::new(function), Statement::new(cast)]
    }
}

/// Whether tables are of the type, which holds it as long as they are.
fn is_of_tables(id: &ObjectId, context: &Context) -> bool {
    let mut ties = context.current.of_kind(Kind::TableType);
    ties.any(|(_, entry)| matches!(&entry.object, Object::TableType(of) if *of.composite == *id.identity))
}

impl ObjectKind for Composite {
    const KEYWORD: &'static str = "TYPE";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> = Some(containers::PRIVILEGES);
    const QUERY: &'static str = "
        SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, typname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, typacl::text[] AS acl,
            coalesce((
                SELECT json_agg(json_build_object(
                    'name', quote_ident(attname), 'data_type', format_type(atttypid, atttypmod),
                    'collation', CASE WHEN attcollation <> a.typcollation AND attcollation <> 0 THEN (
                        SELECT format('%I.%I', l.nspname, collname)
                        FROM pg_collation o JOIN pg_namespace l ON l.oid = collnamespace WHERE o.oid = attcollation
                    ) END,
                    'comment', col_description(attrelid, attnum)
                ) ORDER BY attnum)
                FROM pg_attribute JOIN pg_type a ON a.oid = atttypid
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
            ), '[]') AS attributes
        FROM pg_type t
            JOIN pg_class c ON c.oid = typrelid
            JOIN pg_namespace n ON n.oid = typnamespace
        WHERE relkind = 'c' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        let Json(attributes) = row.try_get("attributes")?;
        Ok(Self { attributes })
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let attributes: Vec<_> = self.attributes.iter().map(|a| format!("{} {}", a.name, a.definition())).collect();
        vec![Statement::new(format!("CREATE TYPE {} AS ({})", id.identity, attributes.join(", ")))]
    }

    fn settle(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        self.comments(None, id)
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let kept = |attribute: &&Attribute| old.attribute(&attribute.name).is_some();
        let retyped = self.attributes.iter().filter(kept).any(|new| {
            old.attribute(&new.name).is_some_and(|old| old.definition() != new.definition())
        });
        if !self.keeps_order(old) || (retyped && containers::is_stored(id, context)) {
            return self.replace(old, id, context);
        }
        let shrinks = old.attributes.iter().any(|attribute| self.attribute(&attribute.name).is_none());
        let mut statements = self.changes(old, id, context);
        statements.extend(self.comments(Some(old), id));
        let holds = self.definitions() != old.definitions() && is_of_tables(id, context);
        if retyped || shrinks || holds { Alter::AroundDependents(statements) } else { Alter::InPlace(statements) }
    }

    fn when_need_replaced(&self) -> WhenNeedReplaced {
        WhenNeedReplaced::Replace
    }

    fn replace(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let (full, own) = id.aside();
        let mut begin = vec![Statement::new(format!("ALTER TYPE {} RENAME TO {own}", id.identity))];
        begin.extend(self.create(id, context));
        let mut finish = Vec::new();
        if containers::is_stored(id, context) {
            let [function, cast] = self.cast(old, &full, id, context);
            begin.push(function);
            begin.push(cast);
            finish.push(Statement::new(format!("DROP CAST ({full} AS {})", id.identity)));
            finish.push(Statement::new(format!("DROP FUNCTION {full}({full})")));
        }
        let gone = old.attributes.iter().filter(|attribute| self.attribute(&attribute.name).is_none());
        finish.push(gone.fold(Statement::new(format!("DROP TYPE {full}")), |drop, gone| {
            containers::losing(drop, &format!("attribute {} of {}", gone.name, id.identity), id, context)
        }));
        Alter::Replace { begin, finish }
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }
}
