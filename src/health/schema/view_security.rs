//! Views through which anybody on the web sees rows that row security would hide.

use super::super::{Found, Severity};
use super::exposed;
use crate::catalog::{Catalog, Entry};
use crate::object::{Kind, Object, ObjectId};

/// Views and materialized views, granted to web roles, that read tables under row security with their owner's rights.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    let mut found = Vec::new();
    for (id, entry) in &catalog.entries {
        let repair = match &entry.object {
            Object::View(view) if !view.options.iter().any(|option| invokes(option)) => {
                match catalog.version >= 150_000 {
                    true => format!("ALTER VIEW {} SET (security_invoker = true)", id.identity),
                    false => format!("REVOKE ALL ON {} FROM anon, authenticated", id.identity),
                }
            }
            Object::MaterializedView(_) => format!("REVOKE ALL ON {} FROM anon, authenticated", id.identity),
            _ => continue,
        };
        let roles = exposed(entry, "r");
        let hidden = secured(catalog, entry);
        if let (false, Some(table)) = (roles.is_empty(), hidden) {
            let message = format!("Shows {} rows of {table} past its row security", roles.join(" and "));
            found.push(Found::new(Severity::Error, &id.identity, message, repair));
        }
    }
    found
}

/// Whether an option makes a view read with the rights of who asks.
fn invokes(option: &str) -> bool {
    ["true", "on", "1", "yes"].iter().any(|value| option.strip_prefix("security_invoker=") == Some(value))
}

/// A table under row security that is read directly.
fn secured<'a>(catalog: &'a Catalog, entry: &'a Entry) -> Option<&'a str> {
    let table = |need: &ObjectId| match need.kind {
        Kind::Table => Some(need.clone()),
        Kind::Column => catalog.entry(need)?.parent.clone(),
        _ => None,
    };
    entry.needs.iter().filter_map(table).find_map(|id| match catalog.entries.get_key_value(&id)? {
        (id, Entry { object: Object::Table(table), .. }) if table.row_security => Some(&*id.identity),
        _ => None,
    })
}
