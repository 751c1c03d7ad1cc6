//! Every difference between two catalogs, object by object and attribute by attribute.

use serde::Serialize;
use serde_json::Value;

use crate::catalog::{Catalog, Entry};
use crate::object::{Kind, ObjectId, hidden, in_words};

/// An object that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The object.
    pub id: ObjectId,
    /// One line that names it: "INDEX public.idx_users ON public.users(discord_id)".
    pub title: String,
    /// How the sides differ.
    pub change: Change,
}

/// How the two sides of a difference stand to each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Declared, but not in the database.
    Missing,
    /// In the database, but not declared.
    Extra,
    /// On both sides, with different attributes.
    Different(Vec<Attribute>),
}

/// An attribute that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attribute {
    /// Its name, as in the object's struct.
    pub name: String,
    /// What the database has.
    pub current: Value,
    /// What is declared.
    pub desired: Value,
}

/// All differences, in creation order of the kinds.
pub fn compare(current: &Catalog, desired: &Catalog) -> Vec<Difference> {
    let missing_or_different = desired.entries.iter().filter_map(|(id, new)| {
        let change = match current.entry(id) {
            None if new.object.is_derived() => return None,
            None => Change::Missing,
            Some(old) if old.same(new) => return None,
            Some(old) => Change::Different(attributes(id.kind, desired.version, old, new)),
        };
        Some(difference(id, new, change))
    });
    let extra = current.entries.iter().filter(|(id, old)| desired.entry(id).is_none() && !old.object.is_derived());
    let mut all: Vec<_> =
        missing_or_different.chain(extra.map(|(id, old)| difference(id, old, Change::Extra))).collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// A difference with its title.
fn difference(id: &ObjectId, entry: &Entry, change: Change) -> Difference {
    Difference { id: id.clone(), title: format!("{} {}", id.kind.keyword(), entry.object.title(id)), change }
}

/// The attributes in which two entries of one object differ; passwords are not shown.
fn attributes(kind: Kind, version: u32, old: &Entry, new: &Entry) -> Vec<Attribute> {
    let secrets = kind.secrets();
    let (old, new) = (fields(kind, version, old), fields(kind, version, new));
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let get = |map: &serde_json::Map<String, Value>, name: &str| map.get(name).cloned().unwrap_or(Value::Null);
    names
        .into_iter()
        .map(|name| Attribute { name: name.clone(), current: get(&old, name), desired: get(&new, name) })
        .filter(|a| a.current != a.desired && !kind.soft().contains(&&*a.name))
        .map(|a| if secrets.contains(&&*a.name) { a.redacted() } else { a })
        .collect()
}

impl Attribute {
    /// The same attribute without its passwords.
    fn redacted(self) -> Self {
        let Self { name, current, desired } = self;
        Self { name, current: hidden(current), desired: hidden(desired) }
    }
}

/// The fields of an object and of what all kinds have alike; privileges in words, the built-in ones too.
fn fields(kind: Kind, version: u32, entry: &Entry) -> serde_json::Map<String, Value> {
    let mut all = serde_json::Map::new();
    let object = serde_json::to_value(&entry.object).expect("an object is plain data");
    if let Value::Object(tagged) = object {
        all.extend(
            tagged
                .into_iter()
                .filter_map(|(_, fields)| if let Value::Object(f) = fields { Some(f) } else { None })
                .flatten(),
        );
    }
    if let Value::Object(common) = serde_json::to_value(&entry.common).expect("an object is plain data") {
        all.extend(common);
    }
    if let Some(grantable) = kind.grantable() {
        let privileges = entry.common.privileges.clone().unwrap_or_else(|| grantable.built_in(version));
        all.insert("privileges".to_owned(), in_words(&privileges).into());
    }
    all
}
