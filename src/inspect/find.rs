//! What a user means by a name.

use super::name::parts;
use crate::catalog::Catalog;
use crate::object::{Kind, ObjectId};

/// What a typed name stands for.
#[derive(Debug, PartialEq)]
pub enum Found<'a> {
    /// One object.
    One(&'a ObjectId),
    /// Several of equal right.
    Several(Vec<&'a ObjectId>),
    /// None; the names that come nearest.
    Nearest(Vec<String>),
}

/// Names that are no more alike than this are not proposed.
const ALIKE: f64 = 0.5;

/// How many names are proposed.
const PROPOSED: usize = 5;

/// The object that `typed` names: in full or without its schema, with quotes or without.
///
/// A name that is nearer to what was typed goes before others, a relation before a function or type, and those before the rest.
pub fn find<'a>(catalog: &'a Catalog, typed: &str) -> Found<'a> {
    let candidates = catalog.entries.keys().filter(|id| can_be_named(id));
    let matches: Vec<_> =
        candidates.clone().filter_map(|id| Some(((exactness(id, typed)?, weight(id.kind)), id))).collect();
    let Some(best) = matches.iter().map(|(rank, _)| *rank).min() else {
        return Found::Nearest(nearest(candidates, typed));
    };
    let best: Vec<_> = matches.into_iter().filter(|(rank, _)| *rank == best).map(|(_, id)| id).collect();
    match best[..] {
        [one] => Found::One(one),
        _ => Found::Several(best),
    }
}

/// Whether an object has a name of its own.
fn can_be_named(id: &ObjectId) -> bool {
    let tie = matches!(
        id.kind,
        Kind::Partition
            | Kind::IndexAttachment
            | Kind::SequenceOwner
            | Kind::DefaultPrivileges
            | Kind::MemberPrivileges
    );
    !tie && (!id.kind.is_part() || id.kind == Kind::Column)
}

/// How exactly a name was typed, 0 for the most exact; none where it does not match.
fn exactness(id: &ObjectId, typed: &str) -> Option<u8> {
    if *id.identity == *typed {
        return Some(0);
    }
    let names = names(id);
    let same = |name: &String| !typed.is_empty() && name == typed;
    let alike = |name: &String| !typed.is_empty() && name.eq_ignore_ascii_case(typed);
    let at = names.iter().position(same).map(|at| at + 1);
    let place = at.or_else(|| names.iter().position(alike).map(|at| at + 1 + names.len()))?;
    u8::try_from(place).ok()
}

/// The names that an object may be called by: with its schema, then without.
fn names(id: &ObjectId) -> Vec<String> {
    let parts = parts(&id.identity);
    let behind = id.identity.find('(').map_or("", |at| &id.identity[at..]);
    let alone = match id.kind {
        Kind::Column => parts[parts.len().saturating_sub(2)..].join("."),
        _ => parts.last().cloned().unwrap_or_default(),
    };
    let whole = if parts.len() > 1 { parts.join(".") } else { String::new() };
    let with = |name: &str| if name.is_empty() { String::new() } else { format!("{name}{behind}") };
    vec![whole.clone(), alone.clone(), with(&whole), with(&alone)]
}

fn weight(kind: Kind) -> u8 {
    match kind {
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => 0,
        Kind::Constraint | Kind::Index | Kind::Trigger | Kind::Policy | Kind::Rule | Kind::Column => 2,
        _ => 1,
    }
}

/// The names that come nearest to what was typed, the nearest first.
fn nearest<'a>(candidates: impl Iterator<Item = &'a ObjectId>, typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    let own = typed.rsplit('.').next().unwrap_or_default();
    let candidates = candidates.filter(|id| id.kind != Kind::Column).filter_map(|id| {
        let parts = parts(&id.identity);
        let name = parts.last()?.to_lowercase();
        let alike = strsim::normalized_damerau_levenshtein(&name, own);
        Some((alike.max(if name.contains(own) { 0.6 } else { 0.0 }), weight(id.kind), parts.join(".")))
    });
    let mut alike: Vec<_> = candidates.filter(|(alike, ..)| *alike > ALIKE).collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, &a.2).cmp(&(b.1, &b.2))));
    let mut names: Vec<String> = Vec::new();
    for (.., name) in alike {
        if !names.contains(&name) && names.len() < PROPOSED {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_with_and_without_schema_quotes_and_arguments() {
        let table = ObjectId::new(Kind::Table, "app.\"Orders\"");
        assert_eq!(exactness(&table, "app.\"Orders\""), Some(0));
        assert_eq!(exactness(&table, "app.Orders"), Some(1));
        assert_eq!(exactness(&table, "Orders"), Some(2));
        assert_eq!(exactness(&table, "orders"), Some(6));
        assert_eq!(exactness(&table, "order"), None);
        let function = ObjectId::new(Kind::Function, "app.f(integer)");
        assert_eq!(exactness(&function, "f(integer)"), Some(4));
        let column = ObjectId::new(Kind::Column, "app.t.id");
        assert_eq!(exactness(&column, "t.id"), Some(2));
        assert_eq!(exactness(&column, "id"), None);
    }

    #[test]
    fn unknown_names_get_the_nearest() {
        let ids = [ObjectId::new(Kind::Table, "app.orders"), ObjectId::new(Kind::Table, "app.users")];
        assert_eq!(nearest(ids.iter(), "ordres"), ["app.orders"]);
        assert_eq!(nearest(ids.iter(), "zzz"), Vec::<String>::new());
    }
}
