//! The relationships that PostgREST derives from keys, views and functions.

use std::collections::{HashMap, HashSet};

use super::view::Views;
use super::{Link, Name, Pairs, Relationship, swapped};
use crate::inspect::model::{ForeignKey, Model, Relation};
use crate::inspect::name::split;

/// All relationships of a database whose schemas are all exposed.
pub fn relationships(model: &Model) -> Vec<Relationship> {
    let views = Views::of(model);
    let kinds: HashMap<Name, &Relation> = model.relations.iter().map(|r| (name_of(r), r)).collect();
    let is_view = |name: &Name| kinds.get(name).is_some_and(|relation| relation.kind.is_view());
    let mut all: Vec<Relationship> = Vec::new();
    for key in model.relations.iter().flat_map(|relation| &relation.foreign_keys) {
        all.extend(by_key(key, &views).into_iter().map(|(origin, target, pairs)| {
            let link = if key.one_to_one { Link::OneToOne } else { Link::ManyToOne }(key.name.clone(), pairs);
            Relationship { to_view: is_view(&target), origin, target, link }
        }));
    }
    let joined = many_to_many(&all, &primary_keys(model, &views));
    all.extend(joined);
    let inverse: Vec<_> = all.iter().filter_map(|one| inverse(one, is_view(&one.origin))).collect();
    all.extend(inverse);
    let computed = computed(model, &kinds);
    let replaced: HashSet<(&Name, &Name)> = computed
        .iter()
        .filter_map(|one| match &one.link {
            Link::Computed { function, .. } => Some((&one.origin, function)),
            _ => None,
        })
        .collect();
    all.retain(|one| !replaced.contains(&(&one.origin, &one.target)));
    all.extend(computed);
    all.sort();
    all
}

fn name_of(relation: &Relation) -> Name {
    Name { schema: relation.schema.clone(), name: relation.name.clone() }
}

fn name(identity: &str) -> Name {
    let (schema, name) = split(identity);
    Name { schema, name }
}

/// The ends that a foreign key joins: its tables, and the views that show its columns on either side.
fn by_key(key: &ForeignKey, views: &Views) -> Vec<(Name, Name, Pairs)> {
    let (table, target) = (name(&key.table), name(&key.references));
    let pairs = |own: &[String], other: &[String]| own.iter().cloned().zip(other.iter().cloned()).collect::<Pairs>();
    let mut found = vec![(table.clone(), target.clone(), pairs(&key.columns, &key.referenced_columns))];
    let near = views.showing(&key.table, &key.columns);
    let far = views.showing(&key.references, &key.referenced_columns);
    for (view, own) in near.iter().flat_map(|(view, ways)| ways.iter().map(move |way| (*view, way))) {
        found.push((view.clone(), target.clone(), pairs(own, &key.referenced_columns)));
        for (other_view, other) in far.iter().flat_map(|(view, ways)| ways.iter().map(move |way| (*view, way))) {
            found.push((view.clone(), other_view.clone(), pairs(own, other)));
        }
    }
    for (view, other) in far.iter().flat_map(|(view, ways)| ways.iter().map(move |way| (*view, way))) {
        found.push((table.clone(), view.clone(), pairs(&key.columns, other)));
    }
    found
}

/// The columns of each relation's primary key; a view's are the first that show those of a table's.
fn primary_keys(model: &Model, views: &Views) -> HashMap<Name, HashSet<String>> {
    let mut keys: HashMap<Name, HashSet<String>> = HashMap::new();
    for relation in &model.relations {
        let Some(key) = &relation.primary_key else { continue };
        keys.entry(name_of(relation)).or_default().extend(key.columns.iter().cloned());
        for (view, ways) in views.showing(&relation.identity, &key.columns) {
            keys.entry(view.clone()).or_default().extend(ways.into_iter().next().into_iter().flatten());
        }
    }
    keys
}

/// What is joined by a relation whose primary key holds the columns of two of its foreign keys.
fn many_to_many(all: &[Relationship], primary_keys: &HashMap<Name, HashSet<String>>) -> Vec<Relationship> {
    let mut by_junction: HashMap<&Name, Vec<(&Relationship, &str, &Pairs)>> = HashMap::new();
    for one in all {
        if let Link::ManyToOne(key, pairs) = &one.link {
            by_junction.entry(&one.origin).or_default().push((one, key, pairs));
        }
    }
    let mut joined = Vec::new();
    for (junction, keys) in by_junction {
        let Some(primary_key) = primary_keys.get(junction) else { continue };
        let held = |pairs: &Pairs| pairs.iter().all(|(own, _)| primary_key.contains(own));
        let keys: Vec<_> = keys.into_iter().filter(|(.., pairs)| held(pairs)).collect();
        for (near, from, near_pairs) in &keys {
            for (far, to, far_pairs) in keys.iter().filter(|(_, to, _)| to != from) {
                joined.push(Relationship {
                    origin: near.target.clone(),
                    target: far.target.clone(),
                    to_view: far.to_view,
                    link: Link::ManyToMany {
                        junction: junction.clone(),
                        from: (*from).to_owned(),
                        to: (*to).to_owned(),
                        near: swapped(near_pairs),
                        far: (*far_pairs).clone(),
                    },
                });
            }
        }
    }
    joined
}

/// The way back, of those that have one of their own.
fn inverse(one: &Relationship, from_view: bool) -> Option<Relationship> {
    let link = match &one.link {
        Link::ManyToOne(key, pairs) => Link::OneToMany(key.clone(), swapped(pairs)),
        Link::OneToOne(key, pairs) => Link::OneToOne(key.clone(), swapped(pairs)),
        _ => return None,
    };
    Some(Relationship { origin: one.target.clone(), target: one.origin.clone(), to_view: from_view, link })
}

/// The functions of one argument, a relation's row, that give rows of a relation.
fn computed(model: &Model, relations: &HashMap<Name, &Relation>) -> Vec<Relationship> {
    let by_identity: HashMap<&str, &Name> = relations.iter().map(|(name, r)| (r.identity.as_str(), name)).collect();
    let functions = model.routines.iter().filter(|routine| routine.kind == "function");
    // What stands in parentheses; they may be in names, too.
    let argument =
        |identity: &str| identity.match_indices('(').find_map(|(at, _)| by_identity.get(&identity[at + 1..]).copied());
    let relationship = |function: &crate::inspect::model::Routine| {
        let identity = function.identity.strip_suffix(')')?;
        let result = function.result.as_deref()?;
        let result = result.strip_prefix("SETOF ").unwrap_or(result);
        let (origin, target) = (argument(identity)?, *by_identity.get(result)?);
        Some(Relationship {
            origin: origin.clone(),
            target: target.clone(),
            to_view: relations[target].kind.is_view(),
            link: Link::Computed {
                function: Name { schema: function.schema.clone(), name: function.name.clone() },
                single: function.single_row,
            },
        })
    };
    functions.filter_map(relationship).collect()
}
