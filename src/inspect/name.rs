//! From identities, as DDL takes them, to plain names.

use crate::sql::Cursor;

/// A quoted or plain identifier, plain.
pub fn plain(identifier: &str) -> String {
    match identifier.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => identifier.to_owned(),
    }
}

/// All of them, plain.
pub fn all_plain(identifiers: &[String]) -> Vec<String> {
    identifiers.iter().map(|identifier| plain(identifier)).collect()
}

/// The parts of the name that an identity begins with, plain: `app."T".id` is `app`, `T` and `id`.
pub fn parts(identity: &str) -> Vec<String> {
    Cursor::new(identity, 0).name()
}

/// Schema and name of an identity, plain.
pub fn split(identity: &str) -> (String, String) {
    let mut parts = parts(identity);
    let name = parts.pop().unwrap_or_else(|| identity.to_owned());
    (parts.pop().unwrap_or_default(), name)
}

/// The name of a relation, plain, without its schema where that is `schema`.
pub fn without_schema(identity: &str, schema: &str) -> String {
    let (own, name) = split(identity);
    if own == schema { name } else { format!("{own}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_freed_of_their_quotes() {
        assert_eq!(plain("\"a \"\"b\"\"\""), "a \"b\"");
        assert_eq!(parts("app.\"T.x\".id"), ["app", "T.x", "id"]);
        assert_eq!(split("app.f(integer)"), ("app".to_owned(), "f".to_owned()));
        assert_eq!(split("tr on app.t"), (String::new(), "tr".to_owned()));
    }
}
