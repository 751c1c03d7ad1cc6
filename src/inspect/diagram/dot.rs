//! The diagram in the language of Graphviz.

use std::fmt::Write as _;

use super::graph::Graph;
use crate::inspect::escape::markup;

/// The diagram in the language of Graphviz.
pub fn dot(graph: &Graph) -> String {
    let mut out = String::from(
        "digraph schema {\n  graph [rankdir=RL]\n  node [shape=plain, fontname=\"monospace\", fontsize=10]\n  edge [arrowhead=none, dir=both]\n",
    );
    for (at, node) in graph.nodes.iter().enumerate() {
        let mut rows = format!("<TR><TD BGCOLOR=\"#dbe8fb\" COLSPAN=\"2\"><B>{}</B></TD></TR>", line(&node.title));
        for (number, row) in node.rows.iter().enumerate() {
            let name = if row.primary { format!("<B>{}</B>", line(&row.name)) } else { line(&row.name) };
            let _ = write!(
                rows,
                "<TR><TD ALIGN=\"LEFT\" PORT=\"l{number}\">{name}</TD><TD ALIGN=\"LEFT\" PORT=\"r{number}\">{}</TD></TR>",
                line(&row.data_type)
            );
        }
        let _ =
            writeln!(out, "  t{at} [label=<<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\">{rows}</TABLE>>]");
    }
    for edge in &graph.edges {
        let port = |rows: &[usize], side: &str| rows.first().map(|row| format!(":{side}{row}")).unwrap_or_default();
        let tail = if edge.one_to_one { "tee" } else { "crow" };
        let head = if edge.optional { "teeodot" } else { "tee" };
        let _ = writeln!(
            out,
            "  t{}{} -> t{}{} [arrowtail={tail}, arrowhead={head}, tooltip=\"{}\"]",
            edge.from,
            port(&edge.from_rows, "l"),
            edge.to,
            port(&edge.to_rows, "r"),
            line(&edge.name).replace('\\', "\\\\"),
        );
    }
    out + "}\n"
}

/// Markup on one line.
fn line(text: &str) -> String {
    markup(text).replace(['\n', '\t'], " ")
}
