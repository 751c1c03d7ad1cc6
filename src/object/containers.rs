//! Where values of a type are kept: in columns, and in columns of the types that are made of it.

use std::collections::BTreeSet;

use super::{Context, Grantable, Kind, Object, ObjectId};
use crate::sql::{Hazard, Statement};

/// The privileges on types.
pub const PRIVILEGES: Grantable =
    Grantable { keyword: "TYPE", letters: "U", public: "U", default_acl: Some('T'), columns: false };

/// The columns of tables that keep values of a type, directly or within values of another type.
fn columns<'a>(id: &ObjectId, context: &Context<'a>) -> Vec<(&'a ObjectId, &'a ObjectId)> {
    let mut types = BTreeSet::from([id.clone()]);
    let mut columns = BTreeSet::new();
    loop {
        let known = types.clone();
        let users = context.current.entries.iter().filter(|(_, entry)| !entry.needs.is_disjoint(&known));
        for (user, entry) in users {
            match (&entry.object, &entry.parent) {
                (Object::Column(column), Some(table)) if column.has_data() => drop(columns.insert((table, user))),
                (Object::Domain(_) | Object::Composite(_) | Object::Range(_), _) => drop(types.insert(user.clone())),
                _ => {}
            }
        }
        if types == known {
            return columns.into_iter().collect();
        }
    }
}

/// Whether any table keeps values of the type.
pub fn is_stored(id: &ObjectId, context: &Context) -> bool {
    !columns(id, context).is_empty()
}

/// Whether a table keeps values of the type as parts of arrays, rows or ranges, which forbids `ALTER DOMAIN` to look at them.
pub fn is_contained(id: &ObjectId, context: &Context) -> bool {
    columns(id, context).into_iter().any(|(_, column)| match context.current.entry(column).map(|e| &e.object) {
        Some(Object::Column(object)) => {
            let kind = |kind| context.current.entry(&ObjectId::new(kind, &*object.data_type)).is_some();
            !kind(Kind::Domain)
        }
        _ => false,
    })
}

/// The statement with what may go wrong for the tables that keep values of the type.
pub fn scanned(statement: Statement, why: &str, id: &ObjectId, context: &Context) -> Statement {
    let tables: BTreeSet<&ObjectId> = columns(id, context).into_iter().map(|(table, _)| table).collect();
    tables.into_iter().fold(statement, |statement, table| {
        let relation = table.identity.to_string();
        statement
            .hazard(Hazard::Scan { relation: relation.clone(), lock: "SHARE".to_owned() })
            .hazard(Hazard::MayFail { relation, why: why.to_owned() })
    })
}

/// The statement with what is lost for the tables that keep values of the type.
pub fn losing(statement: Statement, what: &str, id: &ObjectId, context: &Context) -> Statement {
    columns(id, context).into_iter().fold(statement, |statement, (table, column)| {
        statement.hazard(Hazard::DataLoss {
            what: format!("{what} in column {}", column.identity),
            relation: Some(table.identity.to_string()),
            column: Some(column.name_in(table).to_owned()),
        })
    })
}

/// The cast by which a value of a type that may be replaced becomes one of the new type of the same name: through text, but
/// for composite types, which have a cast of their own, and for the system's types, which are never replaced.
pub fn through(data_type: &str, context: &Context) -> &'static str {
    let (element, text) = data_type.strip_suffix("[]").map_or((data_type, "::text"), |element| (element, "::text[]"));
    let entry = |kind| context.catalog.entry(&ObjectId::new(kind, element)).map(|entry| &entry.object);
    match entry(Kind::Domain) {
        _ if entry(Kind::Composite).is_some()
            && context.current.entry(&ObjectId::new(Kind::Composite, element)).is_some() =>
        {
            ""
        }
        Some(Object::Domain(domain)) if through(&domain.base_type, context).is_empty() => "",
        Some(_) => text,
        None if !element.contains('.') => "",
        None => text,
    }
}
