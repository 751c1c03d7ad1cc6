//! Names and strings as TypeScript writes them.

use unicode_width::UnicodeWidthChar;

/// A string in double quotes, as `JSON.stringify` writes it.
pub fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A list of strings, as `JSON.stringify` writes it.
pub fn json_list<S: AsRef<str>>(list: &[S]) -> String {
    let items: Vec<String> = list.iter().map(|item| json(item.as_ref())).collect();
    format!("[{}]", items.join(","))
}

/// The columns of a side of a relationship, as `JSON.stringify` writes them: null where none were found.
pub fn json_columns(columns: &[String]) -> String {
    if columns.is_empty() { "null".to_owned() } else { json_list(columns) }
}

/// A string in the quotes that need fewer escapes, double ones when it does not matter.
pub fn quoted(text: &str) -> String {
    let json = json(text);
    if text.matches('"').count() <= text.matches('\'').count() {
        return json;
    }
    let inner = json[1..json.len() - 1].replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{inner}'")
}

/// A name as a key of an object: quoted where it is no identifier.
pub fn key(name: &str) -> String {
    let starts = |c: char| c == '$' || c == '_' || unicode_ident::is_xid_start(c);
    let goes_on = |c: char| c == '$' || unicode_ident::is_xid_continue(c) || matches!(c, '\u{200c}' | '\u{200d}');
    let mut characters = name.chars();
    let plain = characters.next().is_some_and(starts) && characters.all(goes_on);
    if plain { name.to_owned() } else { quoted(name) }
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(|c| c.width().unwrap_or(0)).sum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_is_no_identifier() {
        assert_eq!(key("camelCase"), "camelCase");
        assert_eq!(key("ünïcode"), "ünïcode");
        assert_eq!(key("日本"), "日本");
        assert_eq!(key("$x"), "$x");
        assert_eq!(key("1st"), "\"1st\"");
        assert_eq!(key("a-b"), "\"a-b\"");
        assert_eq!(key(""), "\"\"");
    }

    #[test]
    fn takes_the_quotes_that_need_fewer_escapes() {
        assert_eq!(quoted("it's"), "\"it's\"");
        assert_eq!(quoted("quo\"te"), "'quo\"te'");
        assert_eq!(quoted("a'\"b"), "\"a'\\\"b\"");
        assert_eq!(quoted("a''\"\"\"b\\"), "'a\\'\\'\"\"\"b\\\\'");
        assert_eq!(quoted("tab\tx"), "\"tab\\tx\"");
    }
}
