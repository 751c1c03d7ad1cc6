//! How values of one type become values of another ("Type Conversion", "CREATE CAST").

/// Types among which Postgres casts by itself on assignment.
const FAMILIES: [&[&str]; 4] = [
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["text", "character varying", "character", "name", "citext"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["json", "jsonb"],
];

/// A type's name without its modifiers, and whether it is an array.
fn base(data_type: &str) -> (String, bool) {
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
    if old_array != new_array && is_text(&new) && !new_array {
        return None;
    }
    let direct = is_text(&old) || matches!((&*old, &*new), ("boolean", "integer") | ("integer", "boolean"));
    let through = if old_array && new_array { "::text[]" } else { "::text" };
    Some(if direct { format!("{column}::{to}") } else { format!("{column}{through}::{to}") })
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
    fn knows_which_changes_rewrite() {
        assert!(!rewrites("character varying(5)", "character varying(9)"));
        assert!(!rewrites("character varying(5)", "text"));
        assert!(rewrites("character varying(9)", "character varying(5)"));
        assert!(rewrites("integer", "bigint"));
    }
}
