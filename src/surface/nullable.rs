//! What the query of a view shows of its columns: where each comes from, and which are never null.

use std::collections::{HashMap, HashSet};

use super::tree::Tree;

/// `pg_node_tree` numbers: kinds of entries in a range table (`RTEKind`), kinds of joins (`JoinType`).
const RELATION: &str = "0";
const SUBQUERY: &str = "1";
const JOIN: &str = "2";
const CTE: &str = "6";
const GROUP: &str = "9";
const INNER: &str = "0";
const LEFT: &str = "1";
const RIGHT: &str = "3";

/// The queries of views, and the columns of tables that are never null.
pub struct Views<'a> {
    queries: HashMap<u32, Tree<'a>>,
    not_null: HashSet<(u32, i16)>,
    known: HashMap<u32, HashSet<i16>>,
}

impl<'a> Views<'a> {
    /// Takes the rules `_RETURN` of views, and what is `NOT NULL` among the columns that they use.
    pub fn new(rules: impl Iterator<Item = (u32, &'a str)>, not_null: HashSet<(u32, i16)>) -> Self {
        let queries = rules.filter_map(|(view, rule)| Some((view, Tree::read(rule)?))).collect();
        Self { queries, not_null, known: HashMap::new() }
    }

    /// The columns that a view takes unchanged: its number, the relation, and the number there.
    pub fn origins(&self, view: u32) -> Vec<(i16, u32, i16)> {
        let Some(query) = self.query(view) else { return Vec::new() };
        let origin = |entry: &Tree| {
            let number = |field| entry.number("TARGETENTRY", field);
            let (number, relation) = (number("resno")?, entry.number("TARGETENTRY", "resorigtbl")?);
            let column = entry.number("TARGETENTRY", "resorigcol")?;
            (relation != 0).then_some((number, relation, column))
        };
        list(query, "targetList").iter().filter_map(origin).collect()
    }

    /// The numbers of a view's columns that are never null.
    pub fn never_null(&mut self, view: u32) -> HashSet<i16> {
        if let Some(known) = self.known.get(&view) {
            return known.clone();
        }
        // A view that stands on itself, which no server makes, would find itself without such columns.
        self.known.insert(view, HashSet::new());
        let used: Vec<u32> = self.used_views(view);
        for inner in used {
            self.never_null(inner);
        }
        let found = self.query(view).filter(|query| is_plain(query)).map(|query| self.of_query(query));
        self.known.insert(view, found.clone().unwrap_or_default());
        found.unwrap_or_default()
    }

    /// The query of a view's rule.
    fn query(&self, view: u32) -> Option<&Tree<'a>> {
        self.queries.get(&view)?.items().first()
    }

    /// The other views that stand in a view's tree.
    fn used_views(&self, view: u32) -> Vec<u32> {
        let mut found = Vec::new();
        if let Some(query) = self.query(view) {
            relations(query, &mut found);
        }
        found.retain(|inner| *inner != view && self.queries.contains_key(inner));
        found
    }

    fn of_query(&self, query: &Tree) -> HashSet<i16> {
        let visible = |entry: &&Tree| entry.field("TARGETENTRY", "resjunk").and_then(Tree::word) != Some("true");
        let entries = list(query, "targetList").iter().filter(visible);
        let never_null = entries.filter(|entry| {
            entry.field("TARGETENTRY", "expr").is_some_and(|expression| self.is_never_null(expression, &[query]))
        });
        never_null.filter_map(|entry| entry.number("TARGETENTRY", "resno")).collect()
    }

    /// Whether an expression is a bare column that is never null, within the queries that surround it.
    fn is_never_null(&self, expression: &Tree, around: &[&Tree]) -> bool {
        self.follow(expression, around).unwrap_or(false)
    }

    fn follow(&self, variable: &Tree, around: &[&Tree]) -> Option<bool> {
        let query = around.last()?;
        if variable.field("VAR", "varlevelsup")?.word()? != "0" {
            return Some(false);
        }
        let entry: usize = variable.number("VAR", "varno")?;
        let column: i16 = variable.number("VAR", "varattno")?;
        if column <= 0 || nullable_entries(query).contains(&entry) {
            return Some(false);
        }
        let from = list(query, "rtable").get(entry.checked_sub(1)?)?;
        let field = |name| from.field("RANGETBLENTRY", name);
        let at = |name| field(name).and_then(|all| all.items().get(usize::from(column.unsigned_abs()) - 1));
        Some(match field("rtekind")?.word()? {
            RELATION => self.relation_column(field("relid")?.word()?.parse().ok()?, column),
            SUBQUERY => self.column_of(field("subquery")?, column, around),
            JOIN => self.is_never_null(at("joinaliasvars")?, around),
            GROUP => self.is_never_null(at("groupexprs")?, around),
            CTE => {
                let level = around.len().checked_sub(1 + field("ctelevelsup")?.word()?.parse::<usize>().ok()?)?;
                let name = field("ctename")?.word()?;
                let named = |tree: &&Tree| tree.field("COMMONTABLEEXPR", "ctename").and_then(Tree::word) == Some(name);
                let cte = list(around[level], "cteList").iter().find(named)?;
                let recursive = cte.field("COMMONTABLEEXPR", "cterecursive")?.word()? == "true";
                !recursive && self.column_of(cte.field("COMMONTABLEEXPR", "ctequery")?, column, &around[..=level])
            }
            _ => false,
        })
    }

    fn relation_column(&self, relation: u32, column: i16) -> bool {
        match self.known.get(&relation) {
            Some(known) => known.contains(&column),
            None => self.not_null.contains(&(relation, column)),
        }
    }

    /// Whether a column of an inner query is never null.
    fn column_of(&self, query: &Tree, column: i16, around: &[&Tree]) -> bool {
        let entry = list(query, "targetList").iter().find(|e| e.number("TARGETENTRY", "resno") == Some(column));
        let expression = entry.and_then(|entry| entry.field("TARGETENTRY", "expr"));
        let inner: Vec<&Tree> = around.iter().copied().chain([query]).collect();
        is_plain(query) && expression.is_some_and(|expression| self.is_never_null(expression, &inner))
    }
}

/// The items of a query's field.
fn list<'t, 'a>(query: &'t Tree<'a>, field: &str) -> &'t [Tree<'a>] {
    query.field("QUERY", field).map(Tree::items).unwrap_or_default()
}

/// Whether it is a query without set operations and grouping sets, which make nulls of their own.
fn is_plain(query: &Tree) -> bool {
    matches!(query.field("QUERY", "setOperations"), Some(Tree::Null)) && list(query, "groupingSets").is_empty()
}

/// The entries of the range table that an outer join fills up with nulls.
fn nullable_entries(query: &Tree) -> HashSet<usize> {
    let mut found = HashSet::new();
    if let Some(tree) = query.field("QUERY", "jointree") {
        note_nullable(tree, false, &mut found);
    }
    found
}

fn note_nullable(tree: &Tree, nullable: bool, found: &mut HashSet<usize>) {
    if tree.is("FROMEXPR") {
        let from = tree.field("FROMEXPR", "fromlist").map(Tree::items).unwrap_or_default();
        from.iter().for_each(|item| note_nullable(item, nullable, found));
        return;
    }
    if nullable {
        found.extend(tree.number::<usize>("RANGETBLREF", "rtindex").or_else(|| tree.number("JOINEXPR", "rtindex")));
    }
    if let Some(kind) = tree.field("JOINEXPR", "jointype").and_then(Tree::word) {
        for (side, keeping) in [("larg", LEFT), ("rarg", RIGHT)] {
            let side = tree.field("JOINEXPR", side).unwrap_or(&Tree::Null);
            note_nullable(side, nullable || (kind != INNER && kind != keeping), found);
        }
    }
}

/// The relations of all range tables within.
fn relations(tree: &Tree, found: &mut Vec<u32>) {
    match tree {
        Tree::Node(_, fields) => {
            if tree.field("RANGETBLENTRY", "rtekind").and_then(Tree::word) == Some(RELATION) {
                found.extend(tree.number::<u32>("RANGETBLENTRY", "relid"));
            }
            fields.values().for_each(|field| relations(field, found));
        }
        Tree::List(items) => items.iter().for_each(|item| relations(item, found)),
        Tree::Word(_) | Tree::Null => {}
    }
}
