//! What statements endanger, in words and with sizes.

use std::collections::HashMap;

use super::measure::{bytes, many};
use crate::failure::Failure;
use crate::sql::{Hazard, Statement};

/// How large a relation is; a negative number of rows is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelationSize {
    /// About how many rows it has.
    pub rows: i64,
    /// How much room it takes.
    pub bytes: i64,
}

/// The sizes of relations by the names that hazards give them; `relation.column` for the values of a column.
pub type Sizes = HashMap<String, RelationSize>;

/// A hazard in words: "rewrites orders (12 GB, 41 M rows) under ACCESS EXCLUSIVE".
pub fn hazard(hazard: &Hazard, sizes: &Sizes) -> String {
    match hazard {
        Hazard::DataLoss { what, relation, column } => {
            format!("drops {}", lost(what, relation.as_deref(), column.as_deref(), sizes))
        }
        Hazard::Kept { what, relation, column, place } => {
            format!("keeps {} in {place}", lost(what, relation.as_deref(), column.as_deref(), sizes))
        }
        Hazard::Rewrite { relation } => format!("rewrites {} under ACCESS EXCLUSIVE", sized(relation, sizes)),
        Hazard::Scan { relation, lock } => format!("reads {} under {lock}", sized(relation, sizes)),
        Hazard::MayFail { relation, why } => format!("may fail on the rows of {}: {why}", sized(relation, sizes)),
    }
}

/// A hazard in words, with no sizes.
pub fn hazard_words(of: &Hazard) -> String {
    hazard(of, &Sizes::new())
}

/// The refusal of statements that would lose data, with the list of what and how many rows.
pub fn refusal(statements: &[Statement], sizes: &Sizes) -> Option<Failure> {
    let hazards = statements.iter().flat_map(|statement| &statement.hazards);
    let losses = hazards.filter_map(|hazard| match hazard {
        Hazard::DataLoss { what, relation, column } => {
            Some(format!("\n  - {}", lost(what, relation.as_deref(), column.as_deref(), sizes)))
        }
        Hazard::Kept { .. } | Hazard::Rewrite { .. } | Hazard::Scan { .. } | Hazard::MayFail { .. } => None,
    });
    let list: String = losses.collect();
    (!list.is_empty()).then(|| Failure::Refused {
        message: format!("Cannot proceed: would drop data. Use --force flag\n{list}"),
        hint: "Declare a rename with '-- dbtool: renamed from OLD', or accept the loss with --force".to_owned(),
    })
}

/// What would be lost and how much of it: "column users.email (1,204 values)".
fn lost(what: &str, relation: Option<&str>, column: Option<&str>, sizes: &Sizes) -> String {
    let count = relation.and_then(|relation| match column {
        Some(column) => {
            let size = sizes.get(&format!("{relation}.{column}")).or_else(|| sizes.get(relation))?;
            rows(*size, "value")
        }
        None => rows(*sizes.get(relation)?, "row"),
    });
    count.map_or_else(|| what.to_owned(), |count| format!("{what} ({count})"))
}

/// A relation with its size, if that is known: "orders (12 GB, 41 M rows)".
fn sized(relation: &str, sizes: &Sizes) -> String {
    let Some(size) = sizes.get(relation) else { return relation.to_owned() };
    let room = u64::try_from(size.bytes).ok().map(bytes);
    let figures: Vec<String> = room.into_iter().chain(rows(*size, "row")).collect();
    if figures.is_empty() { relation.to_owned() } else { format!("{relation} ({})", figures.join(", ")) }
}

fn rows(size: RelationSize, noun: &str) -> Option<String> {
    u64::try_from(size.rows).ok().map(|rows| many(rows, noun))
}
