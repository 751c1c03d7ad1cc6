//! The one place where identifiers and literals are quoted.

/// An identifier, always in double quotes unless it is a plain lower-case word that no keyword can be mistaken for.
pub fn ident(name: &str) -> String {
    let plain = !name.is_empty()
        && name.bytes().enumerate().all(|(i, b)| b == b'_' || b.is_ascii_lowercase() || (i > 0 && b.is_ascii_digit()))
        && !is_keyword(name);
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A string constant that means `text` whatever `standard_conforming_strings` says.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!(" E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// A body in dollar quotes whose tag it does not contain.
pub fn dollar(body: &str) -> String {
    let tags = std::iter::once("do".to_owned()).chain((1_u32..).map(|n| format!("do{n}")));
    let tag = tags
        .map(|tag| format!("${tag}$"))
        .find(|tag| !body.contains(tag.as_str()))
        .expect("there is always another number");
    format!("{tag}\n{body}\n{tag}")
}

/// The name that an identifier stands for, quoted or not.
pub fn unquoted(identifier: &str) -> String {
    let quoted = identifier.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    quoted.map_or_else(|| identifier.to_owned(), |name| name.replace("\"\"", "\""))
}

/// Words that `sqlparser` knows as keywords: more than Postgres reserves, so quoting errs to the safe side.
fn is_keyword(name: &str) -> bool {
    sqlparser::keywords::ALL_KEYWORDS.binary_search(&name.to_ascii_uppercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_is_not_a_plain_word() {
        assert_eq!(ident("orders_2"), "orders_2");
        assert_eq!(ident("Orders"), "\"Orders\"");
        assert_eq!(ident("2nd"), "\"2nd\"");
        assert_eq!(ident("select"), "\"select\"");
        assert_eq!(ident("a\"b"), "\"a\"\"b\"");
        assert_eq!(ident("a; drop table b"), "\"a; drop table b\"");
        assert_eq!(ident(""), "\"\"");
    }

    #[test]
    fn quotes_bodies_with_a_tag_of_their_own() {
        assert_eq!(dollar("BEGIN END"), "$do$\nBEGIN END\n$do$");
        assert_eq!(dollar("a$do$b"), "$do1$\na$do$b\n$do1$");
    }

    #[test]
    fn quotes_literals_with_backslashes_as_escape_strings() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\b"), " E'a\\\\b'");
    }
}
