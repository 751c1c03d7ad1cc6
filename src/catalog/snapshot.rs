//! Catalogs in files.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};

use super::Catalog;
use crate::whole::write_json;

impl Catalog {
    /// Reads a catalog that [`Catalog::write_file`] wrote.
    pub fn read_file(file: &Path) -> Result<Self> {
        let text = std::fs::read(file).with_context(|| format!("Cannot open {}", file.display()))?;
        Self::read_from(&*text).with_context(|| format!("{} is no snapshot of dbtool", file.display()))
    }

    /// Reads a catalog from its JSON.
    pub fn read_from(mut json: impl Read) -> Result<Self> {
        // Parsing a text is several times as fast as parsing a stream.
        let mut text = Vec::new();
        json.read_to_end(&mut text)?;
        let mut catalog: Self = serde_json::from_slice(&text)?;
        catalog.index_children();
        Ok(catalog)
    }

    /// Writes the catalog to a file, whole or not at all, for its owner only.
    pub fn write_file(&self, file: &Path) -> Result<()> {
        write_json(self, file)
    }
}
