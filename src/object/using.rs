//! How values of one type become values of another ("Type Conversion", "CREATE CAST").

/// Types among which Postgres casts by itself on assignment.
const FAMILIES: [&[&str]; 4] = [
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["text", "character varying", "character", "name", "citext"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["json", "jsonb"],
];

/// A type's name without its modifiers, and whether it is an array.
pub(super) fn base(data_type: &str) -> (String, bool) {
    let (name, array) = data_type.strip_suffix("[]").map_or((data_type, false), |name| (name, true));
    let plain = match (name.find('('), name.find(')')) {
        (Some(open), Some(close)) => format!("{}{}", &name[..open], &name[close + 1..]),
        _ => name.to_owned(),
    };
    (plain, array)
}

fn is_text(name: &str) -> bool {
    FAMILIES[1].contains(&name)
}

/// The expression after `USING` that converts `column`; none where the assignment cast does it, which also refuses to truncate.
pub fn using(column: &str, from: &str, to: &str) -> Option<String> {
    let ((old, old_array), (new, new_array)) = (base(from), base(to));
    let family = |name: &str| FAMILIES.iter().position(|family| family.contains(&name));
    let assigned = old == new || is_text(&new) || (family(&old).is_some() && family(&old) == family(&new));
    if old_array == new_array && assigned {
        return None;
    }
    if new_array && !old_array {
        return Some(wrapped(column, &old, &new, to));
    }
    if old_array && !new_array {
        return Some(unwrapped(column, &new, to));
    }
    let direct = is_text(&old) || matches!((&*old, &*new), ("boolean", "integer") | ("integer", "boolean"));
    let through = if old_array && new_array { "::text[]" } else { "::text" };
    Some(if direct { format!("{column}::{to}") } else { format!("{column}{through}::{to}") })
}

/// The expression that makes of a value of one type one of another, as the change of a column's type does.
pub fn conversion(value: &str, from: &str, to: &str) -> String {
    using(value, from, to).unwrap_or_else(|| format!("{value}::{to}"))
}

/// A single value as an array: one of its own where it is not the text of an array already.
fn wrapped(column: &str, old: &str, new: &str, to: &str) -> String {
    // Between texts the assignment does the rest, which refuses to truncate.
    let to = if is_text(old) && is_text(new) { "text[]" } else { to };
    let element = to.strip_suffix("[]").unwrap_or(to);
    let through = if old == new || is_text(old) || is_text(new) { "" } else { "::text" };
    let single = format!("ARRAY[{column}{through}::{element}]::{to}");
    let text = if is_text(old) { format!(" WHEN {column} LIKE '{{%}}' THEN {column}::{to}") } else { String::new() };
    format!("CASE{text} WHEN {column} IS NOT NULL THEN {single} END")
}

/// An array as a single value: its one element, or else what the cast of its text makes of it, which may be a refusal.
fn unwrapped(column: &str, new: &str, to: &str) -> String {
    let cast = if is_text(new) { "::text".to_owned() } else { format!("::text::{to}") };
    let single = format!("cardinality({column}) = 1 AND {column}[1] IS NOT NULL");
    format!("CASE WHEN {single} THEN {column}[1]{cast} ELSE {column}{cast} END")
}

/// Whether changing the type writes the table anew: all changes but to a wider text of the same bytes.
pub fn rewrites(from: &str, to: &str) -> bool {
    let ((old, old_array), (new, new_array)) = (base(from), base(to));
    if old_array != new_array {
        return true;
    }
    let length = |t: &str| t.split_once('(').and_then(|(_, rest)| rest.split_once(')')?.0.parse::<u32>().ok());
    match (&*old, &*new) {
        ("character varying" | "text", "text") => false,
        ("text", "character varying") => length(to).is_some(),
        ("character varying", "character varying") => match (length(from), length(to)) {
            (_, None) => false,
            (Some(a), Some(b)) => b < a,
            (None, Some(_)) => true,
        },
        _ => from != to,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_assignment_casts_to_postgres() {
        assert_eq!(using("c", "integer", "bigint"), None);
        assert_eq!(using("c", "text", "character varying(5)"), None);
        assert_eq!(using("c", "uuid", "text"), None);
        assert_eq!(using("c", "character varying(5)[]", "text[]"), None);
    }

    #[test]
    fn converts_the_rest_through_text() {
        assert_eq!(using("c", "text", "integer").as_deref(), Some("c::integer"));
        assert_eq!(using("c", "app.e", "app.f").as_deref(), Some("c::text::app.f"));
        assert_eq!(using("c", "app.e[]", "app.f[]").as_deref(), Some("c::text[]::app.f[]"));
        assert_eq!(using("c", "integer", "boolean").as_deref(), Some("c::boolean"));
    }

    #[test]
    fn converts_between_a_value_and_an_array_of_one() {
        let to_array = using("c", "integer", "integer[]");
        assert_eq!(to_array.as_deref(), Some("CASE WHEN c IS NOT NULL THEN ARRAY[c::integer]::integer[] END"));
        let of_text = using("c", "text", "character varying(5)[]");
        let expected = "CASE WHEN c LIKE '{%}' THEN c::text[] WHEN c IS NOT NULL THEN ARRAY[c::text]::text[] END";
        assert_eq!(of_text.as_deref(), Some(expected));
        let single =
            "CASE WHEN cardinality(c) = 1 AND c[1] IS NOT NULL THEN c[1]::text::integer ELSE c::text::integer END";
        assert_eq!(using("c", "integer[]", "integer").as_deref(), Some(single));
    }

    #[test]
    fn knows_which_changes_rewrite() {
        assert!(!rewrites("character varying(5)", "character varying(9)"));
        assert!(!rewrites("character varying(5)", "text"));
        assert!(rewrites("character varying(9)", "character varying(5)"));
        assert!(rewrites("integer", "bigint"));
    }
}
