//! What a diagram shows: a box for each table, a line for each foreign key.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::inspect::model::{Model, Relation, RelationKind};

/// With more columns than this in all, only keys are shown of each table.
const DETAILED: usize = 320;

/// With more lines than this, keys to the tables that nearly all reference are named and not drawn.
const SPARSE: usize = 36;

/// A table that others are around is shown whole when it has no more columns than this.
const WHOLE: usize = 40;

/// What more keys than this lead to is such a table.
const HUB: usize = 5;

/// Lines to the table that others are around are drawn, unless there are more than this.
const STAR: usize = 24;

/// The boxes and lines of a diagram.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The lines.
    pub edges: Vec<Edge>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name in full.
    pub identity: String,
    /// Its schema.
    pub schema: String,
    /// Its name, with its schema where that is not the one of most.
    pub title: String,
    /// Its comment.
    pub comment: Option<String>,
    /// The columns that are shown.
    pub rows: Vec<Row>,
    /// How many are not.
    pub hidden: usize,
    /// Whether the others are shown for its sake.
    pub centre: bool,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// Whether it is in the primary key.
    pub primary: bool,
    /// Whether it is in a foreign key.
    pub foreign: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// The table that it references, where no line shows it.
    pub leads_to: Option<Lead>,
}

/// A table that is named where no line leads to it.
#[derive(Clone, Debug)]
pub struct Lead {
    /// Its name in full.
    pub identity: String,
    /// As it stands in its box.
    pub title: String,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Its name.
    pub name: String,
    /// The table that has it.
    pub from: usize,
    /// Its columns, as rows of `from`.
    pub from_rows: Vec<usize>,
    /// The table that it references.
    pub to: usize,
    /// The referenced columns, as rows of `to`.
    pub to_rows: Vec<usize>,
    /// Whether there is one row at most that references a row.
    pub one_to_one: bool,
    /// Whether a row may reference none.
    pub optional: bool,
    /// Whether it is drawn, rather than named in its row.
    pub drawn: bool,
}

impl Graph {
    /// The graph of a model's tables; partitions are left out.
    pub fn of(model: &Model) -> Self {
        Self::with_centre(model, None)
    }

    /// The graph of what is around a table: lines lead to it and away from it, what leads aside is named.
    pub fn around(model: &Model, centre: &str) -> Self {
        Self::with_centre(model, Some(centre))
    }

    fn with_centre(model: &Model, centre: Option<&str>) -> Self {
        let tables: Vec<&Relation> =
            model.relations.iter().filter(|r| !r.kind.is_view() && r.kind != RelationKind::Partition).collect();
        let main = main_schema(&tables);
        let places: HashMap<&str, usize> = tables.iter().enumerate().map(|(at, t)| (t.identity.as_str(), at)).collect();
        let referenced = referenced_columns(&tables);
        let all: usize = tables.iter().map(|table| table.columns.len()).sum();
        let shown = |table: &Relation, column: &str| {
            all <= DETAILED
                || (centre == Some(table.identity.as_str()) && table.columns.len() <= WHOLE)
                || table.primary_key.as_ref().is_some_and(|key| key.columns.iter().any(|own| own == column))
                || table.foreign_keys.iter().any(|key| key.columns.iter().any(|own| own == column))
                || referenced.contains(&(table.identity.as_str(), column))
        };
        let mut nodes: Vec<Node> = tables.iter().map(|table| node(table, main, &shown)).collect();
        let mut edges: Vec<Edge> = tables.iter().flat_map(|table| edges_of(table, &places, &nodes)).collect();
        if let Some(centre) = centre.and_then(|centre| places.get(centre)) {
            nodes[*centre].centre = true;
            name_asides(&mut nodes, &mut edges, *centre);
        }
        if edges.iter().filter(|edge| edge.drawn).count() > SPARSE {
            name_hubs(&mut nodes, &mut edges);
        }
        Self { nodes, edges }.gathered()
    }

    /// The same, tables that reference the same few others after each other.
    fn gathered(self) -> Self {
        let mut incoming: HashMap<&str, usize> = HashMap::new();
        for target in self.nodes.iter().flat_map(Node::named_targets) {
            *incoming.entry(target).or_default() += 1;
        }
        let rarest = |node: &Node| {
            let targets = node.named_targets().min_by_key(|target| (incoming[target], (*target).to_owned()));
            (!node.centre, targets.unwrap_or_default().to_owned())
        };
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_cached_key(|&at| (rarest(&self.nodes[at]), at));
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        let nodes = order.into_iter().map(|at| self.nodes[at].clone()).collect();
        let edges =
            self.edges.into_iter().map(|edge| Edge { from: place[edge.from], to: place[edge.to], ..edge }).collect();
        Self { nodes, edges }
    }
}

impl Node {
    /// The tables that its rows name as what they lead to.
    fn named_targets(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(|row| Some(row.leads_to.as_ref()?.title.as_str()))
    }
}

/// The schema of most tables.
fn main_schema<'a>(tables: &[&'a Relation]) -> &'a str {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for table in tables {
        *counts.entry(&table.schema).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name))).map_or("", |(name, _)| name)
}

/// The columns that foreign keys reference, by table.
fn referenced_columns<'a>(tables: &[&'a Relation]) -> HashSet<(&'a str, &'a str)> {
    let keys = tables.iter().flat_map(|table| &table.foreign_keys);
    keys.flat_map(|key| key.referenced_columns.iter().map(|column| (key.references.as_str(), column.as_str())))
        .collect()
}

fn node(table: &Relation, main: &str, shown: &dyn Fn(&Relation, &str) -> bool) -> Node {
    let row = |column: &crate::inspect::model::Column| Row {
        name: column.name.clone(),
        data_type: column.data_type.clone(),
        primary: column.primary_key,
        foreign: !column.references.is_empty(),
        nullable: !column.not_null,
        leads_to: None,
    };
    let rows: Vec<Row> = table.columns.iter().filter(|column| shown(table, &column.name)).map(row).collect();
    Node {
        identity: table.identity.clone(),
        schema: table.schema.clone(),
        title: if table.schema == main { table.name.clone() } else { format!("{}.{}", table.schema, table.name) },
        comment: table.comment.clone(),
        hidden: table.columns.len() - rows.len(),
        rows,
        centre: false,
    }
}

fn edges_of(table: &Relation, places: &HashMap<&str, usize>, nodes: &[Node]) -> Vec<Edge> {
    let rows = |node: usize, columns: &[String]| -> Vec<usize> {
        columns.iter().filter_map(|column| nodes[node].rows.iter().position(|row| row.name == *column)).collect()
    };
    let edge = |key: &crate::inspect::model::ForeignKey| {
        let (from, to) = (*places.get(table.identity.as_str())?, *places.get(key.references.as_str())?);
        let from_rows = rows(from, &key.columns);
        Some(Edge {
            name: key.name.clone(),
            from,
            to,
            to_rows: rows(to, &key.referenced_columns),
            one_to_one: key.one_to_one,
            optional: from_rows.iter().any(|&row| nodes[from].rows[row].nullable),
            from_rows,
            drawn: true,
        })
    };
    table.foreign_keys.iter().filter_map(edge).collect()
}

/// Names what leads to the tables that many reference, instead of drawing it.
fn name_hubs(nodes: &mut [Node], edges: &mut [Edge]) {
    let mut incoming = vec![0_usize; nodes.len()];
    for edge in edges.iter().filter(|edge| edge.drawn) {
        incoming[edge.to] += 1;
    }
    let spared: Vec<bool> = nodes.iter().zip(&incoming).map(|(node, count)| node.centre && *count <= STAR).collect();
    for edge in edges.iter_mut().filter(|edge| incoming[edge.to] > HUB && edge.from != edge.to && !spared[edge.to]) {
        name_target(nodes, edge);
    }
}

/// Names what leads from one table to another that is just as far from the centre.
fn name_asides(nodes: &mut [Node], edges: &mut [Edge], centre: usize) {
    let mut far = vec![usize::MAX; nodes.len()];
    far[centre] = 0;
    let mut reached = VecDeque::from([centre]);
    while let Some(at) = reached.pop_front() {
        for edge in edges.iter().filter(|edge| edge.from == at || edge.to == at) {
            let other = if edge.from == at { edge.to } else { edge.from };
            if far[other] == usize::MAX {
                far[other] = far[at] + 1;
                reached.push_back(other);
            }
        }
    }
    for edge in edges.iter_mut().filter(|edge| edge.from != edge.to && far[edge.from] == far[edge.to]) {
        name_target(nodes, edge);
    }
}

fn name_target(nodes: &mut [Node], edge: &mut Edge) {
    edge.drawn = false;
    let lead = Lead { identity: nodes[edge.to].identity.clone(), title: nodes[edge.to].title.clone() };
    for &row in &edge.from_rows {
        nodes[edge.from].rows[row].leads_to = Some(lead.clone());
    }
}

/// The identities of the tables that are within `depth` foreign keys of one, in either direction.
pub fn around(model: &Model, identity: &str, depth: usize) -> HashSet<String> {
    let mut found: HashSet<String> = HashSet::from([identity.to_owned()]);
    let mut edge: Vec<String> = vec![identity.to_owned()];
    for _ in 0..depth {
        let mut next = Vec::new();
        for relation in model.relations.iter().filter(|relation| edge.contains(&relation.identity)) {
            let out = relation.foreign_keys.iter().map(|key| &key.references);
            let back = relation.referenced_by.iter().map(|key| &key.table);
            next.extend(out.chain(back).filter(|other| found.insert((*other).clone())).cloned().collect::<Vec<_>>());
        }
        edge = next;
    }
    found
}
