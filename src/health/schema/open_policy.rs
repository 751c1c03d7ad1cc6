//! Policies that let anybody write any row.

use super::super::{Found, Severity};
use super::{WEB_ROLES, of_kind};
use crate::catalog::Catalog;
use crate::object::{Kind, Object};

/// Permissive policies for writing whose condition is always true.
pub fn check(catalog: &Catalog) -> Vec<Found> {
    let mut found = Vec::new();
    for (id, entry) in of_kind(catalog, Kind::Policy) {
        let Object::Policy(policy) = &entry.object else { continue };
        let for_anybody = policy.roles.iter().any(|role| role == "PUBLIC" || WEB_ROLES.contains(&&**role));
        let open = [&policy.using, &policy.check].into_iter().flatten().any(|condition| condition == "true");
        if policy.permissive && policy.command != "SELECT" && for_anybody && open {
            let message = format!(
                "Lets {} {} any row: its condition is always true",
                policy.roles.join(" and "),
                verb(&policy.command)
            );
            let clause = if policy.command == "INSERT" { "WITH CHECK" } else { "USING" };
            found.push(Found::new(
                Severity::Warning,
                &id.identity,
                message,
                format!("ALTER POLICY {} {clause} (condition)", id.identity),
            ));
        }
    }
    found
}

fn verb(command: &str) -> &str {
    match command {
        "INSERT" => "insert",
        "UPDATE" => "update",
        "DELETE" => "delete",
        _ => "read and write",
    }
}
