//! What PostgREST can embed, and what to write for it.

use std::collections::BTreeSet;

use super::section;
use crate::cli::render::grid::{Cell, Grid};
use crate::cli::style::Style;
use crate::inspect::embedding::{Embedding, Embeddings, TableEmbeddings};

/// What can be embedded, table by table.
pub fn embeddings(embeddings: &Embeddings, style: &Style) -> String {
    if embeddings.tables.is_empty() {
        return "No relationships: there is no foreign key, and no function from a row to rows\n".to_owned();
    }
    let tables: Vec<String> = embeddings.tables.iter().map(|of| table(of, style)).collect();
    tables.join("\n")
}

fn table(of: &TableEmbeddings, style: &Style) -> String {
    let mut grid = Grid::new(&["SELECT", "CARDINALITY", "BY"]);
    for embedding in &of.embeddings {
        let select = embedding
            .select
            .clone()
            .map_or_else(|| Cell::painted("(no request can mean it)", |style, text| style.warning(text)), Cell::from);
        grid.row([select, embedding.cardinality.into(), embedding.by.clone().into()]);
    }
    let mut text = section(&format!("{}.{}", of.schema, of.name), &grid, style).trim_start().to_owned();
    for ambiguity in &of.ambiguities {
        text += &format!("  {} {} is ambiguous (PGRST201)\n", style.warning("!"), ambiguity.target);
        text += &format!("    {}\n", style.faint(&ambiguity.message));
        let meant =
            of.embeddings.iter().filter(|embedding| embedding.ambiguous && embedding.target.name == ambiguity.target);
        text += &meant.map(hints).collect::<String>();
    }
    let junctions = of.embeddings.iter().filter_map(|embedding| embedding.junction.as_ref());
    let apart: BTreeSet<String> = junctions.filter(|one| one.schema != of.schema).map(ToString::to_string).collect();
    if !apart.is_empty() {
        let apart = apart.into_iter().collect::<Vec<_>>().join(", ");
        text += &format!("  {}\n", style.faint(&format!("Only where its schema is exposed, too: through {apart}")));
    }
    if !of.out_of_reach.is_empty() {
        let other = of.out_of_reach.join(", ");
        text += &format!("  {}\n", style.faint(&format!("In other schemas, which cannot be embedded: {other}")));
    }
    text + &format!("  {} {}\n", style.faint("e.g."), of.example)
}

/// The hints that mean one of several relationships.
fn hints(embedding: &Embedding) -> String {
    let keys = embedding.junction.as_ref().map_or_else(|| embedding.keys.join(", "), ToString::to_string);
    if embedding.hints.is_empty() {
        return format!(
            "    {keys} ({}): no hint tells it from the others; a function from the row can\n",
            embedding.cardinality
        );
    }
    let hints: Vec<String> = embedding.hints.iter().map(|hint| format!("{}!{hint}", embedding.target.name)).collect();
    format!("    {keys} ({}): {}\n", embedding.cardinality, hints.join(" or "))
}
