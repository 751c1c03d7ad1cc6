//! The identity of an object: its kind and the name that DDL takes verbatim.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::sql::ident;

/// The length of a name in bytes beyond which Postgres cuts it off (`NAMEDATALEN - 1`).
pub const NAME_MAX: usize = 63;

/// An object's identity, as `pg_identify_object` prints it (`app.f(integer, text)`, `tr on app.t`), quoted where it must be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// What it is.
    pub kind: Kind,
    /// Its name in full.
    pub identity: Arc<str>,
}

impl ObjectId {
    /// The id of a kind and a ready identity.
    pub fn new(kind: Kind, identity: impl Into<Arc<str>>) -> Self {
        Self { kind, identity: identity.into() }
    }

    /// The object's own name within `parent`: `col` of `app.t.col`, `tr` of `tr on app.t`; quoted where it must be.
    pub fn name_in<'a>(&'a self, parent: &ObjectId) -> &'a str {
        let (own, of) = (&*self.identity, &*parent.identity);
        own.strip_suffix(of)
            .and_then(|rest| rest.strip_suffix(" on "))
            .or_else(|| own.strip_prefix(of).and_then(|rest| rest.strip_prefix('.')))
            .unwrap_or(own)
    }

    /// The name, in full and alone, under which the object waits until its replacement has taken over.
    pub fn aside(&self) -> (String, String) {
        let (schema, name) = split_last(&self.identity).unwrap_or(("", &self.identity));
        let own = derived(name, "__dbtool_old");
        (format!("{schema}.{own}"), own)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.keyword(), self.identity)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The name of something that stands beside `name` for a while: its beginning and a suffix, as an identifier.
///
/// It leaves room for the underscore with which the name of a table's array type begins: cut, that would be another's.
pub fn derived(name: &str, suffix: &str) -> String {
    let mut plain: String = name.chars().filter(|c| *c != '"').collect();
    while plain.len() + suffix.len() >= NAME_MAX {
        plain.pop();
    }
    ident(&format!("{plain}{suffix}"))
}

/// A qualified name split before its last part: `app.t.col` into `app.t` and `col`.
pub fn split_last(identity: &str) -> Option<(&str, &str)> {
    let dot = if let Some(open) = identity.strip_suffix('"') {
        let mut quoted = true;
        open.rfind(|c| {
            if c == '"' {
                quoted = !quoted;
            }
            c == '.' && !quoted
        })?
    } else {
        identity.rfind('.')?
    };
    Some((&identity[..dot], &identity[dot + 1..]))
}
