//! How PostgREST finds the relationship that a request means: `/origin?select=target!hint(*)`.

use super::{Link, Pairs, Relationship};

/// The relationships that an embedding matches; one is an answer, several are PGRST201, none PGRST200.
///
/// `from_origin` are those of the origin; only what is in the origin's own schema can be embedded.
pub(super) fn matching<'a>(
    from_origin: &[&'a Relationship],
    target: &str,
    hint: Option<&str>,
) -> Vec<&'a Relationship> {
    let reachable = from_origin.iter().filter(|one| schema_of(one) == one.origin.schema);
    reachable.filter(|one| matches(one, target, hint)).copied().collect()
}

/// The schema in which the target's name is looked for.
fn schema_of(one: &Relationship) -> &str {
    match &one.link {
        Link::Computed { function, .. } => &function.schema,
        _ => &one.target.schema,
    }
}

fn matches(one: &Relationship, target: &str, hint: Option<&str>) -> bool {
    if let Link::Computed { function, .. } = &one.link {
        return function.name == target;
    }
    let named = one.target.name == target;
    let own_column = |name| single(one).is_some_and(|(own, _)| own == name);
    let other_column = |name| single(one).is_some_and(|(_, other)| other == name);
    let constraint = |name| one.link.key().is_some_and(|(key, _)| key == name);
    match (one.is_self(), hint) {
        (true, None) => match &one.link {
            Link::OneToMany(..) => named,
            Link::ManyToOne(..) => own_column(target),
            _ => false,
        },
        (true, Some(hint)) => named && matches!(one.link, Link::OneToMany(..)) && other_column(hint),
        (false, None) => named || (!one.to_view && (constraint(target) || own_column(target))),
        (false, Some(hint)) => {
            named && (constraint(hint) || own_column(hint) || other_column(hint) || is_junction(one, hint))
        }
    }
}

/// The pair of columns of a key with one column.
fn single(one: &Relationship) -> Option<(&str, &str)> {
    match one.link.key()?.1.as_slice() {
        [(own, other)] => Some((own, other)),
        _ => None,
    }
}

fn is_junction(one: &Relationship, hint: &str) -> bool {
    matches!(&one.link, Link::ManyToMany { junction, .. } if junction.name == hint)
}

/// How a request may name a relationship: target and hint, the plainest first.
pub(super) fn ways(one: &Relationship) -> Vec<(&str, Option<&str>)> {
    if let Link::Computed { function, .. } = &one.link {
        return vec![(&function.name, None)];
    }
    let target = one.target.name.as_str();
    let mut ways = vec![(target, None)];
    if let Link::ManyToMany { junction, .. } = &one.link {
        ways.push((target, Some(&*junction.name)));
    }
    if let Some((key, pairs)) = one.link.key() {
        ways.push((target, Some(key)));
        ways.extend(columns(pairs).into_iter().map(|column| (target, Some(column))));
        if one.is_self() || !one.to_view {
            ways.extend(pairs.first().map(|(own, _)| (own.as_str(), None)));
            ways.push((key, None));
        }
    }
    ways
}

/// Both columns of a key with one column.
fn columns(pairs: &Pairs) -> Vec<&str> {
    match pairs.as_slice() {
        [(own, other)] => vec![own, other],
        _ => Vec::new(),
    }
}
