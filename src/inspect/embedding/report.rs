//! What can be embedded in each relation, with the text that asks for it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::request::{matching, ways};
use super::{Link, Name, Pairs, Relationship, relationships};
use crate::inspect::model::Model;

/// What can be embedded: `{"tables": [{"schema", "name", "example", "embeddings", "ambiguities", "out_of_reach"}]}`.
#[derive(Clone, Debug, Serialize)]
pub struct Embeddings {
    /// The relations that have relationships.
    pub tables: Vec<TableEmbeddings>,
}

/// What can be embedded in one relation.
#[derive(Clone, Debug, Serialize)]
pub struct TableEmbeddings {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// A request that embeds what can be embedded: "/orders?select=*,users(*)".
    pub example: String,
    /// Its relationships, those to one row first.
    pub embeddings: Vec<Embedding>,
    /// The targets that need a hint.
    pub ambiguities: Vec<Ambiguity>,
    /// The relations of other schemas that it has keys to or from: they cannot be embedded.
    pub out_of_reach: Vec<String>,
}

/// One relationship and how to ask for it.
#[derive(Clone, Debug, Serialize)]
pub struct Embedding {
    /// The relation that is embedded.
    pub target: Name,
    /// `many-to-one`, `one-to-many`, `one-to-one`, `many-to-many` or `computed`.
    pub cardinality: &'static str,
    /// Whether an object is embedded, rather than an array.
    pub to_one: bool,
    /// What relates them, in words: "orders_user_id_fkey: user_id = users.id".
    pub by: String,
    /// The foreign keys, or the function.
    pub keys: Vec<String>,
    /// The origin's own column, of a foreign key of one column.
    pub column: Option<String>,
    /// The table between, of many-to-many.
    pub junction: Option<Name>,
    /// What to write in `select`; null where no request can mean this relationship alone.
    pub select: Option<String>,
    /// Every hint that can be written behind `!` to mean this relationship alone.
    pub hints: Vec<String>,
    /// Whether the target's name alone is not enough.
    pub ambiguous: bool,
}

/// A target whose name alone means several relationships: PostgREST's error PGRST201.
#[derive(Clone, Debug, Serialize)]
pub struct Ambiguity {
    /// The target's name.
    pub target: String,
    /// "Could not embed because more than one relationship was found for 'orders' and 'addresses'".
    pub message: String,
    /// "Try changing 'addresses' to one of the following: …".
    pub hint: String,
}

/// What can be embedded in every relation, or in one.
pub fn embeddings(model: &Model, only: Option<&Name>) -> Embeddings {
    let all = relationships(model);
    let mut by_origin: BTreeMap<&Name, Vec<&Relationship>> = BTreeMap::new();
    for one in all.iter().filter(|one| only.is_none_or(|only| one.origin == *only)) {
        by_origin.entry(&one.origin).or_default().push(one);
    }
    Embeddings { tables: by_origin.into_iter().map(|(origin, from)| table(origin, &from)).collect() }
}

fn table(origin: &Name, from: &[&Relationship]) -> TableEmbeddings {
    let within = |one: &Relationship| match &one.link {
        Link::Computed { function, .. } => function.schema == origin.schema,
        _ => one.target.schema == origin.schema,
    };
    let mut embeddings: Vec<Embedding> =
        from.iter().filter(|one| within(one)).map(|one| embedding(one, from)).collect();
    embeddings.sort_by(|a, b| (!a.to_one, &a.target, &a.by).cmp(&(!b.to_one, &b.target, &b.by)));
    let mut out_of_reach: Vec<_> = from.iter().filter(|one| !within(one)).map(|one| one.target.to_string()).collect();
    out_of_reach.sort();
    out_of_reach.dedup();
    TableEmbeddings {
        schema: origin.schema.clone(),
        name: origin.name.clone(),
        example: example(origin, &embeddings),
        ambiguities: ambiguities(origin, from),
        embeddings,
        out_of_reach,
    }
}

fn embedding(one: &Relationship, from: &[&Relationship]) -> Embedding {
    let alone =
        |(target, hint): &(&str, Option<&str>)| matches!(matching(from, target, *hint)[..], [found] if found == one);
    let ways: Vec<_> = ways(one).into_iter().filter(alone).collect();
    let select = |(target, hint): &(&str, Option<&str>)| match hint {
        Some(hint) => format!("{}!{}(*)", quoted(target), quoted(hint)),
        None => format!("{}(*)", quoted(target)),
    };
    let (by, keys, junction) = described(one);
    let mut hints: Vec<String> = ways.iter().filter_map(|(_, hint)| hint.map(str::to_owned)).collect();
    hints.dedup();
    Embedding {
        target: one.target.clone(),
        cardinality: one.link.cardinality(),
        to_one: one.link.is_to_one(),
        by,
        keys,
        column: match &one.link {
            Link::ManyToOne(_, pairs) => pairs.first().filter(|_| pairs.len() == 1).map(|(own, _)| own.clone()),
            _ => None,
        },
        junction,
        select: ways.first().map(select),
        hints,
        ambiguous: matching(from, &one.target.name, None).len() > 1 && !matches!(one.link, Link::Computed { .. }),
    }
}

/// What relates the two in words, the keys, and the table between.
fn described(one: &Relationship) -> (String, Vec<String>, Option<Name>) {
    let equal = |pairs: &Pairs, left: Option<&Name>, right: &Name| {
        let left = left.map(|name| format!("{}.", name.name)).unwrap_or_default();
        let pairs = pairs.iter().map(|(a, b)| format!("{left}{a} = {}.{b}", right.name));
        pairs.collect::<Vec<_>>().join(" and ")
    };
    match &one.link {
        Link::ManyToMany { junction, from, to, near, far } => {
            let words =
                format!("{junction}: {}, {}", equal(near, None, junction), equal(far, Some(junction), &one.target));
            (words, vec![from.clone(), to.clone()], Some(junction.clone()))
        }
        Link::Computed { function, .. } => (format!("function {function}"), vec![function.to_string()], None),
        Link::ManyToOne(key, pairs) | Link::OneToMany(key, pairs) | Link::OneToOne(key, pairs) => {
            (format!("{key}: {}", equal(pairs, None, &one.target)), vec![key.clone()], None)
        }
    }
}

/// The targets that mean several relationships, in the words of PostgREST.
fn ambiguities(origin: &Name, from: &[&Relationship]) -> Vec<Ambiguity> {
    let mut targets: Vec<&str> = from.iter().map(|one| one.target.name.as_str()).collect();
    targets.sort_unstable();
    targets.dedup();
    let ambiguity = |target: &str| {
        let found = matching(from, target, None);
        let hints: Vec<String> = found.iter().filter_map(|one| postgrest_hint(one)).collect();
        (found.len() > 1).then(|| Ambiguity {
            target: target.to_owned(),
            message: format!(
                "Could not embed because more than one relationship was found for '{}' and '{target}'",
                origin.name
            ),
            hint: format!("Try changing '{target}' to one of the following: {}.", hints.join(", ")),
        })
    };
    targets.into_iter().filter_map(ambiguity).collect()
}

/// The hint that PostgREST proposes, whether or not it helps.
fn postgrest_hint(one: &Relationship) -> Option<String> {
    let hint = match &one.link {
        Link::ManyToMany { junction, .. } => &junction.name,
        Link::Computed { .. } => return None,
        link => link.key()?.0,
    };
    Some(format!("'{}!{hint}'", one.target.name))
}

/// How many relationships an example embeds.
const SHOWN: usize = 6;

/// A request that embeds the first few; those that would bear one name get an alias.
fn example(origin: &Name, embeddings: &[Embedding]) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut parts = vec!["*".to_owned()];
    for embedding in embeddings {
        let Some(select) = &embedding.select else { continue };
        let plain = select.split(['!', '(']).next().unwrap_or_default();
        let is_column = embedding.column.as_deref() == Some(plain);
        if is_column || embedding.ambiguous || names.iter().any(|name| name == plain) {
            let name = alias(plain, embedding, &names);
            parts.push(format!("{name}:{select}"));
            names.push(name);
        } else {
            parts.push(select.clone());
            names.push(plain.to_owned());
        }
        if parts.len() > SHOWN {
            break;
        }
    }
    format!("/{}?select={}", origin.name, parts.join(","))
}

/// A name that is not taken: what the origin's column calls it, or the target's with what tells it from the others.
fn alias(plain: &str, embedding: &Embedding, taken: &[String]) -> String {
    let stem = |name: &str| name.trim_end_matches("_id").to_owned();
    let wanted = match (&embedding.column, &embedding.junction) {
        (Some(column), _) if stem(column) != *column => stem(column),
        (Some(column), _) => format!("{column}_{}", embedding.target.name),
        (None, Some(junction)) => format!("{plain}_by_{}", junction.name),
        (None, None) => {
            format!("{plain}_by_{}", stem(embedding.hints.last().or(embedding.keys.first()).map_or("", |hint| hint)))
        }
    };
    let wanted = wanted.replace(|c: char| !c.is_alphanumeric() && c != '_', "_");
    let numbered = (2..).map(|number| format!("{wanted}_{number}"));
    std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or(wanted)
}

/// A name as `select` takes it: in double quotes if it has characters that mean something there.
fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | ' ' | '-'));
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}
