//! Names that Postgres made from other names follow when those are renamed (`people_pkey` becomes `persons_pkey`).

use super::split_own;
use crate::catalog::Catalog;
use crate::object::{Kind, ObjectId};
use crate::source::Rename;
use crate::sql::Statement;

/// The kinds whose names Postgres makes from those of tables and columns (`ChooseRelationName`, `ChooseIndexName`).
const FOLLOW: [Kind; 4] = [Kind::Sequence, Kind::Index, Kind::Constraint, Kind::Statistics];

/// The statements, there and back, for what is only in `current` and, with the declared renames in its name, only in `desired`.
pub fn implied(renames: &[Rename], current: &Catalog, desired: &Catalog) -> (Vec<Statement>, Vec<Statement>) {
    let pairs: Vec<(&str, &str)> = renames
        .iter()
        .filter(|rename| matches!(rename.new.keyword, "TABLE" | "COLUMN"))
        .filter_map(|rename| Some((rename.old.last()?.as_str(), rename.new.name.last()?.as_str())))
        .collect();
    let gone = current.entries.keys().filter(|id| FOLLOW.contains(&id.kind) && desired.entry(id).is_none());
    let followers = gone.filter_map(|id| {
        let is_new = |new: &ObjectId| desired.entry(new).is_some() && current.entry(new).is_none();
        Some((id.clone(), variants(id, &pairs).into_iter().find(is_new)?))
    });
    let (up, mut down): (Vec<_>, Vec<_>) = followers.map(|(old, new)| (rename(&old, &new), rename(&new, &old))).unzip();
    down.reverse();
    (up, down)
}

/// The identities that an object can have after renames: each of them applied or not.
fn variants(id: &ObjectId, pairs: &[(&str, &str)]) -> Vec<ObjectId> {
    let (before, own, after) = split_own(&id.identity);
    let mut names = vec![own.to_owned()];
    for (old, new) in pairs {
        let renamed: Vec<String> =
            names.iter().filter(|name| name.contains(old)).map(|name| name.replacen(old, new, 1)).collect();
        names.extend(renamed);
    }
    names[1..].iter().map(|name| ObjectId::new(id.kind, format!("{before}{name}{after}"))).collect()
}

/// `ALTER … RENAME …` from one identity to another in the same place.
fn rename(from: &ObjectId, to: &ObjectId) -> Statement {
    let (_, new, _) = split_own(&to.identity);
    Statement::new(match from.identity.split_once(" on ").filter(|_| from.kind == Kind::Constraint) {
        Some((old, table)) => format!("ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}"),
        None => format!("ALTER {} {} RENAME TO {new}", from.kind.keyword(), from.identity),
    })
}
