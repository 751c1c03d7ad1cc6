//! The keys of tables that views show, column by column, unchanged.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Name;
use crate::inspect::model::{Model, Relation};
use crate::inspect::name;

/// The columns of a view that are a table's column, by table (in full) and column.
type Shown = BTreeMap<(String, String), Vec<String>>;

/// What each view shows of tables.
pub(super) struct Views(Vec<(Name, Shown)>);

impl Views {
    /// Follows each view's columns, through other views, to the tables that they come from.
    pub(super) fn of(model: &Model) -> Self {
        let views: HashMap<&str, &Relation> =
            model.relations.iter().filter(|r| r.kind.is_view()).map(|r| (r.identity.as_str(), r)).collect();
        let shown = |view: &&Relation| {
            let mut shown = Shown::new();
            for column in &view.columns {
                if let Some(source) = column.origin.as_ref().and_then(|origin| source(origin, &views)) {
                    shown.entry(source).or_default().push(column.name.clone());
                }
            }
            (Name { schema: view.schema.clone(), name: view.name.clone() }, shown)
        };
        Self(model.relations.iter().filter(|r| r.kind.is_view()).map(|view| shown(&view)).collect())
    }

    /// The views that show all `columns` of a table, each with every choice of its own columns for them.
    pub(super) fn showing(&self, table: &str, columns: &[String]) -> Vec<(&Name, Vec<Vec<String>>)> {
        let of = |(view, shown): &'_ (Name, Shown)| -> Option<Vec<Vec<String>>> {
            let _ = view;
            let choices = columns.iter().map(|column| shown.get(&(table.to_owned(), column.clone())));
            Some(product(&choices.collect::<Option<Vec<_>>>()?))
        };
        self.0.iter().filter_map(|pair| Some((&pair.0, of(pair)?))).collect()
    }
}

/// The table, in full, and the column that a view's column is in the end.
fn source(origin: &str, views: &HashMap<&str, &Relation>) -> Option<(String, String)> {
    let mut seen = HashSet::new();
    let mut origin = origin;
    loop {
        let (relation, column) = crate::object::split_last(origin)?;
        let column = name::plain(column);
        let Some(view) = views.get(relation) else { return Some((relation.to_owned(), column)) };
        if !seen.insert(relation) {
            return None;
        }
        origin = view.column(&column)?.origin.as_deref()?;
    }
}

/// One of each, in every way.
fn product(choices: &[&Vec<String>]) -> Vec<Vec<String>> {
    choices.iter().fold(vec![Vec::new()], |ways, choice| {
        let longer =
            |way: &Vec<String>| choice.iter().map(|one| [way.clone(), vec![one.clone()]].concat()).collect::<Vec<_>>();
        ways.iter().flat_map(longer).collect()
    })
}
