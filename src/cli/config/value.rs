//! Values of `dbtool.toml` that may be written in more than one way.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use crate::types::{self, Language};

/// One string, or a list of at least one.
pub fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    deserializer.deserialize_any(OneOrMany)
}

/// The same where the key may be left out.
pub fn some_one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    one_or_many(deserializer).map(Some)
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a path or a list of paths")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<Self::Value, E> {
        Ok(vec![path.to_owned()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut paths = Vec::new();
        while let Some(path) = list.next_element()? {
            paths.push(path);
        }
        if paths.is_empty() { Err(A::Error::invalid_length(0, &"at least one path")) } else { Ok(paths) }
    }
}

/// A duration as Postgres writes its settings: `"500ms"`, `"5s"`, `"2min"`, `"1h"`.
pub fn postgres_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let duration = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    duration
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("\"{text}\" is no duration such as \"500ms\", \"5s\" or \"2min\"")))
}

/// A language that types can be written in.
#[derive(Clone, Copy)]
pub struct Lang(pub &'static dyn Language);

impl Default for Lang {
    fn default() -> Self {
        Self(types::LANGUAGES[0])
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        types::language(&name).map(Self).ok_or_else(|| D::Error::unknown_variant(&name, types::names()))
    }
}
