//! Types for application programs, one language a file.
//!
//! Adding a language: a file with a [`Language`], and its line in [`LANGUAGES`].

mod collate;
mod go;
mod json_schema;
mod name;
mod outline;
mod python;
mod rust;
mod selection;
mod typescript;
mod zod;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::surface::Surface;

pub use collate::by_name;
pub use selection::Selection;

/// A language that types can be written in.
pub trait Language: Sync {
    /// Its name, as the command line and `dbtool.toml` take it.
    fn name(&self) -> &'static str;

    /// The text of the file for what is selected.
    fn generate(&self, selection: &Selection, options: &Options) -> String;
}

/// The languages, the default one first.
pub const LANGUAGES: &[&dyn Language] =
    &[&typescript::TypeScript, &go::Go, &rust::Rust, &python::Python, &zod::Zod, &json_schema::JsonSchema];

/// The language of a name.
pub fn language(name: &str) -> Option<&'static dyn Language> {
    LANGUAGES.iter().copied().find(|language| language.name() == name)
}

/// The names of the languages.
pub fn names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| LANGUAGES.iter().map(|language| language.name()).collect());
    &NAMES
}

/// What to generate.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The schemas.
    pub schemas: Vec<String>,
    /// Whose TypeScript it is to be.
    pub compat: Compat,
    /// The version of PostgREST that TypeScript's `createClient` should expect.
    pub postgrest_version: Option<String>,
}

/// Whose TypeScript it is to be, byte for byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compat {
    /// Of the hosted platform (`--project-id`), its Docker image, its command line before version 3, and postgres-meta up to 0.98.
    #[default]
    #[serde(rename = "hosted")]
    Hosted,
    /// Of postgres-meta 0.99.
    #[serde(rename = "meta-0.99")]
    Meta099,
    /// Of the command line from version 3 on: unformatted.
    #[serde(rename = "cli-3")]
    Cli3,
}

impl Compat {
    /// The names, as the command line and `dbtool.toml` take them.
    pub const ALL: [(&str, Compat); 3] =
        [("hosted", Compat::Hosted), ("meta-0.99", Compat::Meta099), ("cli-3", Compat::Cli3)];
}

/// The text of a language's file for what programs see.
pub fn generate(language: &dyn Language, surface: &Surface, options: &Options) -> String {
    language.generate(&Selection::new(surface, &options.schemas), options)
}
