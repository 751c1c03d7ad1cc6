//! The schema that unqualified names are made in, as far as a file's own SETs say.

use std::sync::Arc;

use crate::sql::{Cursor, Head};

/// The schema in force after the session statement `text`, if that changes it; empty where none is.
pub(super) fn after(head: &Head, text: &str) -> Option<Arc<str>> {
    let mut cursor = Cursor::new(text, 0);
    if head.verb == "SELECT" {
        return (cursor.skip_behind("set_config") && cursor.take_symbol(b'(') && cursor.label()? == "search_path")
            .then(|| cursor.take_symbol(b',').then(|| cursor.label()).flatten().unwrap_or_default())
            .map(|path| first(&path).into());
    }
    match head.object.own_name() {
        "search_path" if head.verb == "RESET" => Some("public".into()),
        "all" if head.verb == "RESET" => Some("public".into()),
        "search_path" => {
            cursor.skip_behind("search_path");
            cursor.advance();
            let schemas = std::iter::from_fn(|| {
                let schema = cursor.label();
                cursor.take_symbol(b',');
                schema
            });
            Some(schemas.into_iter().find(|schema| schema != "$user").unwrap_or_default().into())
        }
        _ => None,
    }
}

/// The first schema of a path as `set_config` takes it.
fn first(path: &str) -> String {
    let mut cursor = Cursor::new(path, 0);
    loop {
        match cursor.identifier() {
            Some(schema) if schema == "$user" => cursor.take_symbol(b','),
            schema => return schema.unwrap_or_default(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_search_path() {
        let after = |text| after(&Head::read(text), text).as_deref().map(str::to_owned);
        assert_eq!(after("set search_path to app, public"), Some("app".into()));
        assert_eq!(after("SET search_path = \"$user\", public"), Some("public".into()));
        assert_eq!(after("select pg_catalog.set_config('search_path', '', false)"), Some(String::new()));
        assert_eq!(after("select set_config('search_path', '\"My\", x', false)"), Some("My".into()));
        assert_eq!(after("set statement_timeout = 0"), None);
    }
}
