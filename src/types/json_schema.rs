//! JSON Schema, draft 2020-12: a definition for each enum type, row, insert, update and composite type.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::name::Taken;
use super::outline::{Field, Outline, Record, Shape, Use};
use super::{Language, Options, Selection};

/// JSON Schema.
pub struct JsonSchema;

impl Language for JsonSchema {
    fn name(&self) -> &'static str {
        "json-schema"
    }

    fn generate(&self, selection: &Selection, _options: &Options) -> String {
        let outline = Outline::new(selection);
        let mut taken = Taken::default();
        let enums = outline.enums.iter().map(|of| (&*of.ident, format!("{}.{}", of.of.schema, of.of.name)));
        let records = outline.records.iter().map(|record| (&*record.ident, key(record)));
        let keys: HashMap<&str, String> = enums.chain(records).map(|(ident, key)| (ident, taken.take(key))).collect();
        let mut definitions = Map::new();
        for of in &outline.enums {
            let labels = json!({ "enum": of.of.labels });
            definitions.insert(keys[&*of.ident].clone(), described(labels, of.of.comment.as_deref()));
        }
        for record in &outline.records {
            definitions.insert(keys[&*record.ident].clone(), object(record, &keys));
        }
        let whole = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions });
        let text = serde_json::to_string_pretty(&whole).expect("plain data");
        text + "\n"
    }
}

/// `public.users`, `public.users.insert`.
fn key(record: &Record) -> String {
    let of = match record.of {
        Use::Row | Use::Composite => "",
        Use::Insert => ".insert",
        Use::Update => ".update",
    };
    format!("{}.{}{of}", record.schema, record.name)
}

fn object(record: &Record, keys: &HashMap<&str, String>) -> Value {
    let property = |field: &Field| (field.name.to_owned(), described(of_field(field, keys), field.comment));
    let properties: Map<String, Value> = record.fields.iter().map(property).collect();
    let required: Vec<&str> = record.fields.iter().filter(|field| !field.optional).map(|field| field.name).collect();
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    described(object, record.comment)
}

fn described(mut schema: Value, comment: Option<&str>) -> Value {
    if let Some(comment) = comment {
        schema["description"] = json!(comment);
    }
    schema
}

fn of_field(field: &Field, keys: &HashMap<&str, String>) -> Value {
    let mut schema = of_shape(&field.shape, keys);
    if let (Some(longest), Shape::Scalar(_)) = (field.longest, &field.shape) {
        schema["maxLength"] = json!(longest);
    }
    match (field.nullable, schema.get("type")) {
        (false, _) => schema,
        (true, Some(Value::String(of))) => {
            schema["type"] = json!([of, "null"]);
            schema
        }
        (true, None) if schema == json!({}) => schema,
        (true, _) => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn of_shape(shape: &Shape, keys: &HashMap<&str, String>) -> Value {
    match shape {
        Shape::Scalar(name) => of_scalar(name),
        // An element may be null, and an array may have more dimensions than were declared.
        Shape::Array(element) => match of_shape(element, keys) {
            element if element == json!({}) => json!({ "type": "array" }),
            element => json!({ "type": "array", "items": { "anyOf": [element, { "type": ["null", "array"] }] } }),
        },
        Shape::Enum(ident) | Shape::Record(ident) => json!({ "$ref": reference(&keys[ident.as_str()]) }),
    }
}

/// A pointer into the definitions: what means something in pointers and URIs is escaped.
fn reference(key: &str) -> String {
    let pointer = key.replace('~', "~0").replace('/', "~1");
    let fragment = percent_encoding::utf8_percent_encode(&pointer, percent_encoding::NON_ALPHANUMERIC).to_string();
    let readable = fragment.replace("%2E", ".").replace("%5F", "_").replace("%2D", "-").replace("%7E", "~");
    format!("#/$defs/{readable}")
}

/// A type as JSON that Postgres makes of it.
fn of_scalar(name: &str) -> Value {
    match name {
        "bool" => json!({ "type": "boolean" }),
        "int2" => json!({ "type": "integer", "minimum": i16::MIN, "maximum": i16::MAX }),
        "int4" => json!({ "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX }),
        "int8" => json!({ "type": "integer" }),
        "float4" | "float8" | "numeric" => json!({ "type": "number" }),
        "json" | "jsonb" | "unknown" => json!({}),
        "uuid" => json!({ "type": "string", "format": "uuid" }),
        "date" => json!({ "type": "string", "format": "date" }),
        "timestamptz" => json!({ "type": "string", "format": "date-time" }),
        "hstore" | "record" => json!({ "type": "object" }),
        _ => json!({ "type": "string" }),
    }
}
