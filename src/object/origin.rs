//! Which columns of a view are columns of another relation, unchanged.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tokio_postgres::types::{FromSql, Type};

/// For each column of a view, the identity of the column that it is, if it is one: what the parser noted as it resolved
/// the view's query (`TargetEntry.resorigtbl`), through subqueries and joins but not through other views.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origins(pub Vec<Option<String>>);

impl Origins {
    /// From the rule's tree, as text, and the names of the columns that it depends on, each as `table.number=identity`.
    fn parse(fields: &[String]) -> Self {
        let Some((tree, names)) = fields.split_first() else { return Self::default() };
        let names: HashMap<&str, &str> = names.iter().filter_map(|name| name.split_once('=')).collect();
        let name_of =
            |(table, column): (String, String)| names.get(&*format!("{table}.{column}")).map(ToString::to_string);
        Self(targets(tree).into_iter().map(name_of).collect())
    }
}

/// Table and column of each target of the outermost query, `0` where there is none.
///
/// The tree is a list of one node, `({QUERY … :targetList ({TARGETENTRY … :resorigtbl 1 :resorigcol 2 …} …) …})`: fields of
/// a query stand one brace deep, those of its targets two; in names, braces are escaped.
fn targets(tree: &str) -> Vec<(String, String)> {
    let mut targets = Vec::new();
    let (mut depth, mut listed, mut table) = (0, false, String::new());
    let mut words = words(tree).peekable();
    while let Some(word) = words.next() {
        match word {
            "{" => depth += 1,
            "}" => depth -= 1,
            field if depth == 1 && field.starts_with(':') => listed = field == ":targetList",
            ":resorigtbl" if depth == 2 && listed => table = words.next().unwrap_or_default().to_owned(),
            ":resorigcol" if depth == 2 && listed => {
                let column = words.next().unwrap_or_default().to_owned();
                targets.push((std::mem::take(&mut table), column));
            }
            ":resjunk" if depth == 2 && listed && words.peek() == Some(&"true") => drop(targets.pop()),
            _ => {}
        }
    }
    targets
}

/// The words of a node tree; braces and parentheses that are not escaped are words of their own.
fn words(tree: &str) -> impl Iterator<Item = &str> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = if "{}()".contains(first) { 1 } else { end_of_word(rest) };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Where a word ends: at a space, brace or parenthesis that no backslash stands before.
fn end_of_word(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if !escaped && (c.is_ascii_whitespace() || "{}()".contains(c)) {
            return at;
        }
        escaped = !escaped && c == '\\';
    }
    text.len()
}

impl<'a> FromSql<'a> for Origins {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::parse(&Vec::<String>::from_sql(of, raw)?))
    }

    fn accepts(of: &Type) -> bool {
        <Vec<String> as FromSql>::accepts(of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_targets_of_the_outermost_query_count() {
        let tree = r"({QUERY :rtable ({RTE :subquery {QUERY :targetList ({TARGETENTRY :resorigtbl 9 :resorigcol 9 :resjunk false})}})
            :targetList ({TARGETENTRY :expr {VAR :varno 1} :resno 1 :resname a\{b :resorigtbl 16384 :resorigcol 2 :resjunk false}
            {TARGETENTRY :expr {SUBLINK :subselect {QUERY :targetList ({TARGETENTRY :resorigtbl 8 :resorigcol 8 :resjunk false})}}
            :resno 2 :resname n :resorigtbl 0 :resorigcol 0 :resjunk false}
            {TARGETENTRY :resno 3 :resname <> :resorigtbl 16384 :resorigcol 3 :resjunk true}) :havingQual {X :resorigtbl 7 :resorigcol 7}})";
        let fields = [tree.to_owned(), "16384.2=app.t.id".to_owned()];
        assert_eq!(Origins::parse(&fields), Origins(vec![Some("app.t.id".to_owned()), None]));
    }
}
