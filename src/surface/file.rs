//! Surfaces in files.

use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::Surface;
use crate::catalog::Catalog;
use crate::failure::Failure;
use crate::whole::write_json;

/// A snapshot with all that was read: the surface, and the catalog beside it.
#[derive(Serialize)]
struct Whole<'a> {
    surface: &'a Surface,
    #[serde(flatten)]
    catalog: Option<&'a Catalog>,
}

/// Of a snapshot, the surface alone.
#[derive(Deserialize)]
struct Part {
    surface: Option<Surface>,
}

impl Surface {
    /// Reads the surface of a file that [`Surface::write_file`] or [`Surface::write_with`] wrote.
    pub fn read_file(file: &Path) -> Result<Self> {
        let text = std::fs::File::open(file).with_context(|| format!("Cannot open {}", file.display()))?;
        let part: Part = serde_json::from_reader(BufReader::new(text))
            .with_context(|| format!("{} is no snapshot of dbtool", file.display()))?;
        Ok(part.surface.ok_or_else(|| Failure::File {
            message: format!("{} was saved by a dbtool that did not note what programs see", file.display()),
            hint: "Save the snapshot again with this version".to_owned(),
        })?)
    }

    /// Writes the surface alone, whole or not at all, for its owner only.
    pub fn write_file(&self, file: &Path) -> Result<()> {
        write_json(&Whole { surface: self, catalog: None }, file)
    }

    /// Writes a snapshot of a catalog with its surface; [`Catalog::read_file`] reads the one, [`Surface::read_file`] the other.
    pub fn write_with(&self, catalog: &Catalog, file: &Path) -> Result<()> {
        write_json(&Whole { surface: self, catalog: Some(catalog) }, file)
    }
}
