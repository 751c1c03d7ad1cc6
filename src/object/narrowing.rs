//! How a column changes its type, and what its values lose by that.

use super::column::{Column, alter_column};
use super::using::{base, rewrites};
use super::{Context, ObjectId};
use crate::sql::{Hazard, Statement};

impl Column {
    /// The statement that changes the type, and the collation with it.
    pub(super) fn change_type(
        &self,
        old_type: &str,
        expression: Option<&str>,
        id: &ObjectId,
        context: &Context,
    ) -> Statement {
        let name = id.name_in(context.parent(id));
        let collation = self.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
        let expression = expression.filter(|_| !self.is_foreign());
        let using = expression.map(|e| format!(" USING {e}")).unwrap_or_default();
        let statement =
            Statement::new(format!("{} TYPE {}{collation}{using}", alter_column(id, context, ""), self.data_type));
        let relation = context.parent(id).identity.to_string();
        let rewrite = rewrites(old_type, &self.data_type) && !self.is_foreign();
        let statement =
            if rewrite { statement.hazard(Hazard::Rewrite { relation: relation.clone() }) } else { statement };
        let lost = Hazard::DataLoss {
            what: format!("what {} does not hold of column {}", self.data_type, id.identity),
            relation: Some(relation.clone()),
            column: Some(name.to_owned()),
        };
        let loses = narrows(old_type, &self.data_type) && !self.is_foreign();
        let statement = if loses { statement.hazard(lost) } else { statement };
        if expression.is_none() {
            return statement;
        }
        let why = format!("a value of {name} may not convert from {old_type} to {}", self.data_type);
        statement.hazard(Hazard::MayFail { relation, why })
    }
}

/// The numbers between the parentheses of a type: precision and scale.
fn modifiers(data_type: &str) -> Vec<i32> {
    let inside = data_type.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
    inside.split(',').filter_map(|number| number.trim().parse().ok()).collect()
}

/// Whether all values that make it into another type come back from it as they were.
pub fn keeps(from: &str, to: &str) -> bool {
    let ((old, old_array), (new, new_array)) = (base(from), base(to));
    if from == to {
        return true;
    }
    if old_array != new_array || narrows(from, to) {
        return false;
    }
    let integer = |name: &str| matches!(name, "smallint" | "integer" | "bigint");
    match (&*old, &*new) {
        (_, "text" | "character varying") => true,
        (old, "numeric") => integer(old) || old == "numeric",
        ("character varying" | "text", "citext") | ("date", "timestamp without time zone") | ("jsonb", "json") => true,
        ("real" | "smallint" | "integer", "double precision") => true,
        (old, new) if integer(old) && integer(new) => true,
        (old, new) => old == new && new.starts_with("timestamp"),
    }
}

/// Whether different values become the same one, so that something is lost without a word.
pub fn narrows(from: &str, to: &str) -> bool {
    let ((old, old_array), (new, new_array)) = (base(from), base(to));
    let fractional = |name: &str| matches!(name, "numeric" | "real" | "double precision");
    let loses = match (&*old, &*new) {
        (old, "smallint" | "integer" | "bigint") => fractional(old),
        ("numeric", "numeric") => match (modifiers(from).get(1), modifiers(to).get(1)) {
            _ if modifiers(to).is_empty() => false,
            (scale, new_scale) => scale.is_none_or(|scale| new_scale.unwrap_or(&0) < scale),
        },
        (old, "numeric") => fractional(old) && !modifiers(to).is_empty(),
        ("double precision" | "numeric", "real") | ("numeric", "double precision") => true,
        (old, "date" | "time without time zone" | "time with time zone") => old.starts_with("timestamp"),
        (old, new) if old.starts_with("time") && new.starts_with("time") => {
            let digits = |data_type: &str| modifiers(data_type).first().copied().unwrap_or(6);
            digits(to) < digits(from)
        }
        _ => false,
    };
    loses && old_array == new_array
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_types_keep_all_values() {
        for (from, to) in [
            ("integer", "bigint"),
            ("bigint", "integer"),
            ("character varying(50)", "character varying(10)"),
            ("numeric(10,2)", "numeric(12,3)"),
            ("numeric(10,2)", "numeric"),
            ("uuid", "text"),
            ("timestamp(3) without time zone", "timestamp without time zone"),
        ] {
            assert!(keeps(from, to) && !narrows(from, to), "{from} to {to}");
        }
    }

    #[test]
    fn narrower_types_lose_some() {
        for (from, to) in [
            ("numeric(10,2)", "integer"),
            ("numeric(10,2)", "numeric(10,1)"),
            ("numeric", "numeric(10,2)"),
            ("double precision", "real"),
            ("timestamp without time zone", "date"),
            ("timestamp with time zone", "timestamp(0) with time zone"),
        ] {
            assert!(narrows(from, to) && !keeps(from, to), "{from} to {to}");
        }
    }

    #[test]
    fn other_changes_may_write_values_otherwise() {
        for (from, to) in
            [("text", "integer"), ("json", "jsonb"), ("text", "uuid"), ("integer", "boolean"), ("integer", "integer[]")]
        {
            assert!(!keeps(from, to) && !narrows(from, to), "{from} to {to}");
        }
    }
}
