//! Reading an object's identity, as `pg_identify_object` prints it.

use crate::sql::Cursor;

/// An identity in its parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    /// The name's parts.
    pub(super) name: Vec<String>,
    /// The argument types, where there are any.
    pub(super) arguments: Option<Vec<String>>,
    /// The relation, type or server behind `on`.
    pub(super) on: Vec<String>,
}

impl Identity {
    pub(super) fn read(keyword: &str, identity: &str) -> Self {
        let mut cursor = Cursor::new(identity, 0);
        let name = if keyword == "OPERATOR" { cursor.operator() } else { cursor.name() };
        let arguments = cursor.take_symbol(b'(').then(|| arguments(&mut cursor));
        let on = cursor.take_any(&["ON SERVER", "ON"]).map(|_| cursor.name()).unwrap_or_default();
        Self { name, arguments, on }
    }
}

/// The texts between commas, up to the parenthesis that closes them.
pub(super) fn arguments(cursor: &mut Cursor) -> Vec<String> {
    let (mut found, mut depth) = (vec![String::new()], 0);
    while let Some(token) = cursor.advance() {
        let text = &cursor.text()[token.start..token.end];
        match text {
            "," if depth == 0 => found.push(String::new()),
            ")" if depth == 0 => break,
            _ => {
                depth += i32::from(text == "(") - i32::from(text == ")");
                let current = found.last_mut().expect("it began with one");
                current.push(' ');
                current.push_str(&text.to_ascii_lowercase());
            }
        }
    }
    found.retain(|argument| !argument.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_identities_apart() {
        let read = |keyword, text| {
            let Identity { name, arguments, on } = Identity::read(keyword, text);
            (name.join("/"), arguments.map(|a| a.join("|")), on.join("/"))
        };
        assert_eq!(read("TABLE", "app.\"T.x\""), ("app/T.x".into(), None, String::new()));
        assert_eq!(read("TRIGGER", "tr on app.t"), ("tr".into(), None, "app/t".into()));
        assert_eq!(
            read("FUNCTION", "app.f(integer,numeric(1,2))"),
            ("app/f".into(), Some(" integer| numeric ( 1 , 2 )".into()), String::new())
        );
        assert_eq!(read("OPERATOR", "app.===(integer,integer)").0, "app/===");
    }
}
