//! Functions that run with their owner's rights.

use super::super::{Found, Severity};
use super::of_kind;
use crate::catalog::{Catalog, Entry};
use crate::object::{Grantee, Kind, Object, ObjectId, Routine};

/// Those that resolve names by the caller's search path, which may lead them to the caller's objects.
pub fn search_path(catalog: &Catalog) -> Vec<Found> {
    let message = "Runs with its owner's rights, and finds what it names by the caller's search_path";
    let unset = |(_, _, routine): &(_, _, &Routine)| !head(routine).any(|line| line.contains("SET search_path TO"));
    let found = definers(catalog).filter(unset).map(|(id, _, _)| {
        let repair = format!("ALTER {} {} SET search_path = ''", id.kind.keyword(), id.identity);
        Found::new(Severity::Warning, &id.identity, message, repair)
    });
    found.collect()
}

/// Those that everybody may run.
pub fn public(catalog: &Catalog) -> Vec<Found> {
    let message = "Runs with its owner's rights, and everybody may run it";
    let for_all = |entry: &Entry| match &entry.common.privileges {
        // By default everybody may run a function.
        None => true,
        Some(privileges) => privileges.iter().any(|privilege| privilege.grantee == Grantee::Public),
    };
    // A trigger's function cannot be called.
    let called = |routine: &Routine| !routine.result.as_deref().is_some_and(|result| result.ends_with("trigger"));
    let found = definers(catalog).filter(|(_, entry, routine)| for_all(entry) && called(routine)).map(|(id, _, _)| {
        let repair = format!("REVOKE EXECUTE ON {} {} FROM PUBLIC", id.kind.keyword(), id.identity);
        Found::new(Severity::Warning, &id.identity, message, repair)
    });
    found.collect()
}

fn definers(catalog: &Catalog) -> impl Iterator<Item = (&ObjectId, &Entry, &Routine)> {
    let routines = of_kind(catalog, Kind::Function).chain(of_kind(catalog, Kind::Procedure));
    let routines = routines.filter_map(|(id, entry)| match &entry.object {
        Object::Function(function) => Some((id, entry, &function.0)),
        Object::Procedure(procedure) => Some((id, entry, &procedure.0)),
        _ => None,
    });
    routines.filter(|(_, _, routine)| head(routine).any(|line| line.contains(" SECURITY DEFINER")))
}

/// The lines of a definition before the body, as `pg_get_functiondef` prints them.
fn head(routine: &Routine) -> impl Iterator<Item = &str> {
    let body = |line: &str| ["AS ", "BEGIN ATOMIC", "RETURN "].iter().any(|word| line.starts_with(word));
    routine.definition.lines().take_while(move |line| !body(line))
}
