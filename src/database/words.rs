//! What a server says when it refuses a statement, and what that means for the user.

use tokio_postgres::error::{DbError, SqlState};

use super::packages;

/// What the server said: its message, and the detail behind it.
pub fn message(error: &DbError) -> String {
    let detail = error.detail().map(|detail| format!(" ({})", detail.trim_end_matches('.')));
    format!("{}{}", error.message(), detail.unwrap_or_default())
}

/// What to do about it: the extension or the privilege that is missing, or the server's own hint.
pub fn advice(error: &DbError) -> Option<String> {
    if let Some(package) = packages::advice(error.message(), error.detail().unwrap_or_default()) {
        return Some(package);
    }
    let missing = (*error.code() == SqlState::INSUFFICIENT_PRIVILEGE).then(|| privilege(error.message())).flatten();
    missing
        .map(|missing| missing + "; 'dbtool doctor' tells which commands work with this role")
        .or_else(|| error.hint().map(str::to_owned))
}

/// The privilege that is missing, out of the words of `aclcheck_error` (`aclchk.c`); they are the same on all versions.
fn privilege(message: &str) -> Option<String> {
    if let Some(object) = message.strip_prefix("must be owner of ") {
        return Some(format!("Connect as the owner of {object}, or as a member of the role that owns it"));
    }
    let object = message.strip_prefix("permission denied for ")?;
    let (kind, name) = object.split_once(' ')?;
    let (privileges, kind) = match kind {
        "schema" => ("USAGE, CREATE", "SCHEMA"),
        "database" => ("CREATE", "DATABASE"),
        "table" | "view" => ("SELECT", "TABLE"),
        "sequence" => ("SELECT, USAGE", "SEQUENCE"),
        "function" => ("EXECUTE", "FUNCTION"),
        "procedure" => ("EXECUTE", "PROCEDURE"),
        "type" => ("USAGE", "TYPE"),
        "language" => ("USAGE", "LANGUAGE"),
        _ => return Some(format!("Ask the owner of {object} for the privilege, or connect as another role")),
    };
    Some(format!("Have its owner grant it to the role that you connect as: GRANT {privileges} ON {kind} {name} TO …"))
}

#[cfg(test)]
mod tests {
    use super::privilege;

    #[test]
    fn the_privilege_is_named() {
        let told = |message| privilege(message).expect("a known message");
        assert!(told("permission denied for schema app").contains("GRANT USAGE, CREATE ON SCHEMA app TO"));
        assert!(told("must be owner of table orders").starts_with("Connect as the owner of table orders"));
        assert!(told("permission denied for foreign server far").contains("the owner of foreign server far"));
        assert_eq!(privilege("permission denied to create database"), None);
    }
}
