//! Objects as they may be shown: without the passwords of their options and connections.

use serde_json::Value;

use super::Object;
use crate::sql::redacted_option;

/// A text or a list of options without its passwords.
pub fn hidden(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(redacted_option(&text)),
        Value::Array(options) => Value::Array(options.into_iter().map(hidden).collect()),
        other => other,
    }
}

impl Object {
    /// The same object with `***` for passwords.
    pub fn without_secrets(&self) -> Object {
        let secrets = self.kind().secrets();
        if secrets.is_empty() {
            return self.clone();
        }
        let mut object = serde_json::to_value(self).expect("an object is plain data");
        for fields in object.as_object_mut().into_iter().flat_map(|tagged| tagged.values_mut()) {
            for name in secrets {
                fields[*name] = hidden(fields[*name].take());
            }
        }
        serde_json::from_value(object).expect("texts stay texts")
    }
}
