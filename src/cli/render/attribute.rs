//! An attribute's value as a phrase, and as lines.

use serde_json::Value;

use crate::cli::compare::Attribute;

/// Longer values are not said in a sentence.
const PHRASE_WIDTH: usize = 40;

/// What differs, in one phrase: "NOT NULL, DEFAULT '' expected", "definition differs".
pub fn phrase(attributes: &[Attribute]) -> String {
    let expected: Vec<String> = attributes.iter().filter_map(expectation).collect();
    let others: Vec<String> = attributes.iter().filter(|a| expectation(a).is_none()).map(name).collect();
    let plural = others.len() > 1 || others.iter().any(|name| name.ends_with('s'));
    let verb = if plural { "differ" } else { "differs" };
    let mut phrases = Vec::new();
    if !expected.is_empty() {
        phrases.push(format!("{} expected", expected.join(", ")));
    }
    if !others.is_empty() {
        phrases.push(format!("{} {verb}", others.join(", ")));
    }
    phrases.join("; ")
}

/// The attribute's name in words: "not null".
pub fn name(attribute: &Attribute) -> String {
    attribute.name.replace('_', " ")
}

/// What is expected, if that is short: "NOT NULL", "DEFAULT ''", "no DEFAULT".
fn expectation(attribute: &Attribute) -> Option<String> {
    let name = name(attribute).to_uppercase();
    let lines = lines(&attribute.desired);
    match (&attribute.desired, lines.as_slice()) {
        (Value::Bool(true), _) => Some(name),
        (Value::Bool(false), _) | (_, []) => Some(format!("no {name}")),
        (Value::Object(_), _) => None,
        (Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_), lines) => {
            let words = lines.join(", ");
            let is_text_of_lines = attribute.desired.is_string() && lines.len() > 1;
            (words.chars().count() <= PHRASE_WIDTH && !is_text_of_lines).then(|| format!("{name} {words}"))
        }
    }
}

/// A value in lines: a text's own, a list's elements, an object's fields; none when there is no value.
pub fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
        Value::String(text) if text.is_empty() => vec![String::new()],
        Value::String(text) => text.lines().map(str::to_owned).collect(),
        Value::Array(elements) => elements.iter().map(in_line).collect(),
        Value::Object(fields) => fields.iter().flat_map(|(name, value)| field(name, value)).collect(),
    }
}

/// A field of an object, the fields of a nested one each by itself.
fn field(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(_) => lines(value).iter().map(|line| format!("{name} {line}")).collect(),
        _ => vec![format!("{name}: {}", in_line(value))],
    }
}

/// A value in one line.
fn in_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(attributes: &[(&str, Value)]) -> String {
        let attribute = |(name, desired): &(&str, Value)| Attribute {
            name: (*name).to_owned(),
            current: Value::Null,
            desired: desired.clone(),
        };
        phrase(&attributes.iter().map(attribute).collect::<Vec<_>>())
    }

    #[test]
    fn short_values_are_said_and_long_ones_named() {
        assert_eq!(said(&[("not_null", json!(true)), ("default", json!("''"))]), "NOT NULL, DEFAULT '' expected");
        assert_eq!(said(&[("not_null", json!(false)), ("default", json!(null))]), "no NOT NULL, no DEFAULT expected");
        assert_eq!(said(&[("labels", json!(["a", "b"]))]), "LABELS a, b expected");
        assert_eq!(said(&[("labels", json!([]))]), "no LABELS expected");
        assert_eq!(said(&[("statistics", json!(100))]), "STATISTICS 100 expected");
        assert_eq!(said(&[("definition", json!("SELECT 1\nFROM t"))]), "definition differs");
        assert_eq!(
            said(&[("enabled", json!(true)), ("definition", json!("a\nb")), ("options", json!({"a": 1}))]),
            "ENABLED expected; definition, options differ"
        );
    }
}
