//! Foreign keys between columns of different types, one of which will be too small one day.

use super::super::{Found, Severity};
use super::constraints;
use crate::catalog::Catalog;
use crate::object::{Kind, Object, ObjectId};

/// Foreign keys whose columns are of other types than those that they reference.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    let mut found = Vec::new();
    for (id, key) in constraints(catalog).filter(|(_, key)| key.is_foreign_key() && key.local.0) {
        let Some(referenced) = &key.references.0 else { continue };
        for (column, other) in key.columns.0.iter().zip(&key.referenced_columns.0) {
            let types = (type_of(catalog, &key.table, column), type_of(catalog, referenced, other));
            if let (Some(own), Some(theirs)) = types
                && own != theirs
            {
                let message = format!("{column} is {own}, but {referenced}.{other} is {theirs}");
                let (object, severity) = (id.identity.to_string(), Severity::Note);
                let repair = wider((&key.table, column, own), (referenced, other, theirs));
                found.push(Found { severity, object, message, repair });
            }
        }
    }
    found
}

/// The integer types, the narrowest first.
const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];

/// The statement that makes the narrower of two integer columns as wide as the other; none for other types.
fn wider(own: (&str, &str, &str), theirs: (&str, &str, &str)) -> Option<String> {
    let rank = |of: &str| INTEGERS.iter().position(|integer| *integer == of);
    let ((table, column, _), of) = if rank(own.2)? < rank(theirs.2)? { (own, theirs.2) } else { (theirs, own.2) };
    Some(format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE {of}"))
}

fn type_of<'a>(catalog: &'a Catalog, table: &str, column: &str) -> Option<&'a str> {
    match &catalog.entry(&ObjectId::new(Kind::Column, format!("{table}.{column}")))?.object {
        Object::Column(column) => Some(&column.data_type),
        _ => None,
    }
}
