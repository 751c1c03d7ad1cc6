//! The diagram in the language of Mermaid, which many wikis and forges draw.

use std::fmt::Write as _;

use super::graph::Graph;

/// The diagram in the language of Mermaid.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("erDiagram\n");
    for (at, node) in graph.nodes.iter().enumerate() {
        let _ = writeln!(out, "    t{at}[\"{}\"] {{", text(&node.title));
        for row in &node.rows {
            let mut keys = Vec::new();
            keys.extend(row.primary.then_some("PK"));
            keys.extend(row.foreign.then_some("FK"));
            let keys = if keys.is_empty() { String::new() } else { format!(" {}", keys.join(", ")) };
            let _ = writeln!(out, "        {} {}{keys}", word(&row.data_type), word(&row.name));
        }
        out += "    }\n";
    }
    for edge in &graph.edges {
        let columns: Vec<_> =
            edge.from_rows.iter().map(|&row| graph.nodes[edge.from].rows[row].name.as_str()).collect();
        let from = if edge.one_to_one { "|o" } else { "}o" };
        let to = if edge.optional { "o|" } else { "||" };
        let _ = writeln!(out, "    t{} {from}--{to} t{} : \"{}\"", edge.from, edge.to, text(&columns.join(", ")));
    }
    out
}

/// A type or name as one word: Mermaid takes letters, digits, `_`, `-`, `(`, `)`, `[` and `]`.
fn word(name: &str) -> String {
    let taken = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '(' | ')' | '[' | ']');
    let word: String = name.chars().map(|c| if taken(c) { c } else { '_' }).collect();
    if word.starts_with(char::is_alphabetic) { word } else { format!("c{word}") }
}

/// Text between double quotes.
fn text(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().replace('"', "#quot;")
}
