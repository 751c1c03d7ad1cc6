//! A file of types to generate: `[[types]]`.

use std::path::PathBuf;

use serde::Deserialize;

use super::value::Lang;
use crate::types::Compat;

/// A file of types: `[[types]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypesFile {
    /// The language.
    #[serde(default)]
    pub lang: Lang,
    /// Where it stands, relative to `dbtool.toml`.
    pub out: PathBuf,
    /// The schemas that it covers; those of `[scope]`, or else `public`, when there are none.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Whose TypeScript it is to be.
    #[serde(default)]
    pub compat: Compat,
    /// The version of PostgREST that TypeScript's `createClient` should expect.
    pub postgrest_version: Option<String>,
}
