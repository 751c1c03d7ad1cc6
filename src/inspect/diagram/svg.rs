//! The diagram as SVG, drawn here: nothing else is needed to make or to see it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::graph::{Edge, Graph, Node, Row};
use super::layout::{Box, Layout, Point, Wire, layout};
use crate::inspect::escape::markup;

/// The width of a character; the font is one of fixed width, so that boxes fit their texts everywhere.
const CHARACTER: f64 = 7.0;
/// The width of a character of a title.
const TITLE_CHARACTER: f64 = 7.6;
/// The height of a title.
const HEAD: f64 = 28.0;
/// The height of a column.
const ROW: f64 = 20.0;
/// The space to the left of a column's name, for its key.
const KEYS: f64 = 30.0;
/// The space around the drawing.
const MARGIN: f64 = 24.0;
/// Longer texts are cut.
const LONGEST: usize = 40;
/// How many colours schemas have.
const COLOURS: usize = 8;

/// What gives the drawing its looks; a page may set the variables to its own.
pub const STYLE: &str = include_str!("style.css");

/// The drawing; with its own looks when it stands alone, without when a page brings them.
pub fn svg(graph: &Graph, alone: bool) -> String {
    let boxes: Vec<Box> = graph.nodes.iter().map(size).collect();
    let drawn: Vec<&Edge> = graph.edges.iter().filter(|edge| edge.drawn).collect();
    let wires: Vec<Wire> = drawn
        .iter()
        .map(|edge| Wire {
            from: edge.from,
            from_at: height(&edge.from_rows),
            to: edge.to,
            to_at: height(&edge.to_rows),
        })
        .collect();
    let layout = layout(&boxes, &wires);
    let (width, height) = (layout.width + 2.0 * MARGIN, layout.height + 2.0 * MARGIN);
    let style = if alone { format!("<style>{STYLE}</style>") } else { String::new() };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"erd\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"{:.0} {:.0} {width:.0} {height:.0}\" role=\"img\">\n<title>Entity-relationship diagram</title>\n{style}{MARKERS}",
        -MARGIN, -MARGIN
    );
    if alone {
        let _ = writeln!(
            out,
            "<rect class=\"erd-ground\" x=\"{:.0}\" y=\"{:.0}\" width=\"{width:.0}\" height=\"{height:.0}\"/>",
            -MARGIN, -MARGIN
        );
    }
    for (number, edge) in drawn.iter().enumerate() {
        out += &line(edge, number, graph, &layout, &boxes);
    }
    let schemas: BTreeSet<&str> = graph.nodes.iter().map(|node| node.schema.as_str()).collect();
    for (at, node) in graph.nodes.iter().enumerate() {
        let colour = schemas.iter().position(|schema| *schema == node.schema).unwrap_or(0) % COLOURS;
        out += &table(node, at, layout.boxes[at], boxes[at], colour);
    }
    out + "</svg>\n"
}

/// Ends of lines: a bar for one, a crow's foot for many, with a ring where there may be none.
const MARKERS: &str = r#"<defs>
<marker id="erd-one" class="erd-end" viewBox="0 0 12 12" refX="12" refY="6" markerWidth="12" markerHeight="12" orient="auto-start-reverse"><path d="M7 1V11"/></marker>
<marker id="erd-none" class="erd-end" viewBox="0 0 18 12" refX="18" refY="6" markerWidth="18" markerHeight="12" orient="auto-start-reverse"><circle cx="6" cy="6" r="3.5"/><path d="M13 1V11"/></marker>
<marker id="erd-many" class="erd-end" viewBox="0 0 12 12" refX="12" refY="6" markerWidth="12" markerHeight="12" orient="auto-start-reverse"><path d="M2 6L12 1M2 6L12 11"/></marker>
</defs>
"#;

fn size(node: &Node) -> Box {
    let widest =
        node.rows.iter().map(|row| KEYS + text_width(&row.name) + 22.0 + text_width(&side(row))).fold(0.0, f64::max);
    let title = cut(&node.title).width() as f64 * TITLE_CHARACTER + 24.0;
    let rows = node.rows.len() + usize::from(node.hidden > 0);
    Box { width: widest.max(title).max(110.0).ceil(), height: HEAD + ROW * rows as f64 + 6.0 }
}

fn text_width(text: &str) -> f64 {
    cut(text).width() as f64 * CHARACTER
}

/// What stands at the right of a column: its type, or what it leads to.
fn side(row: &Row) -> String {
    match &row.leads_to {
        Some(target) => format!("→ {}", cut(&target.title)),
        None => format!("{}{}", cut(&short_type(&row.data_type)), if row.nullable { "?" } else { "" }),
    }
}

/// The usual short word for a long type.
fn short_type(data_type: &str) -> String {
    let zoned = match data_type.strip_suffix(" with time zone") {
        Some(of) if of.starts_with("timestamp") => of.replacen("timestamp", "timestamptz", 1),
        Some(of) => of.replacen("time", "timetz", 1),
        None => data_type.to_owned(),
    };
    zoned
        .replace("character varying", "varchar")
        .replace("double precision", "float8")
        .replace(" without time zone", "")
}

fn cut(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= LONGEST { line } else { line.chars().take(LONGEST - 1).chain(['…']).collect() }
}

/// Where a line meets the side of a box: at the middle of its columns.
fn height(rows: &[usize]) -> f64 {
    let middle = |row: usize| HEAD + ROW * row as f64 + ROW / 2.0 + 2.0;
    if rows.is_empty() { HEAD / 2.0 } else { rows.iter().map(|&row| middle(row)).sum::<f64>() / rows.len() as f64 }
}

fn table(node: &Node, at: usize, (x, y): Point, size: Box, colour: usize) -> String {
    let Box { width, height } = size;
    let comment = node.comment.as_ref().map(|comment| format!("\n{comment}")).unwrap_or_default();
    let centre = if node.centre { " erd-centre" } else { "" };
    let mut out = format!(
        "<g class=\"erd-table erd-c{colour}{centre}\" id=\"erd-t{at}\" data-table=\"{}\" transform=\"translate({x:.1} {y:.1})\">\
         <title>{}</title><rect class=\"erd-box\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"6\"/>\
         <path class=\"erd-head\" d=\"M0 {HEAD}V6Q0 0 6 0H{:.0}Q{width:.0} 0 {width:.0} 6V{HEAD}Z\"/>\
         <text class=\"erd-title\" x=\"12\" y=\"18.5\">{}</text>\n",
        markup(&node.identity),
        markup(&format!("{}{comment}", node.identity)),
        width - 6.0,
        markup(&cut(&node.title)),
    );
    for (number, row) in node.rows.iter().enumerate() {
        let y = HEAD + ROW * number as f64 + 16.0;
        let key = match (row.primary, row.foreign) {
            (true, _) => "PK",
            (false, true) => "FK",
            (false, false) => "",
        };
        if !key.is_empty() {
            let _ = write!(out, "<text class=\"erd-key erd-{}\" x=\"9\" y=\"{y:.0}\">{key}</text>", key.to_lowercase());
        }
        let class = match &row.leads_to {
            Some(target) => format!("erd-type erd-to\" data-to=\"{}", markup(&target.identity)),
            None => "erd-type".to_owned(),
        };
        let _ = writeln!(
            out,
            "<text class=\"erd-column\" x=\"{KEYS}\" y=\"{y:.0}\">{}</text><text class=\"{class}\" x=\"{:.0}\" y=\"{y:.0}\">{}</text>",
            markup(&cut(&row.name)),
            width - 10.0,
            markup(&side(row)),
        );
    }
    if node.hidden > 0 {
        let y = HEAD + ROW * node.rows.len() as f64 + 16.0;
        let _ = writeln!(out, "<text class=\"erd-more\" x=\"{KEYS}\" y=\"{y:.0}\">+ {} more</text>", node.hidden);
    }
    out + "</g>\n"
}

fn line(edge: &Edge, number: usize, graph: &Graph, layout: &Layout, boxes: &[Box]) -> String {
    let points = &layout.wires[number];
    let path = if points.is_empty() { loop_path(edge, layout, boxes) } else { path(points) };
    let start = if edge.one_to_one { "erd-one" } else { "erd-many" };
    let end = if edge.optional { "erd-none" } else { "erd-one" };
    let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
    format!(
        "<g class=\"erd-line\" data-from=\"{}\" data-to=\"{}\"><title>{}</title><path class=\"erd-wide\" d=\"{path}\"/>\
         <path class=\"erd-thin\" d=\"{path}\" marker-start=\"url(#{start})\" marker-end=\"url(#{end})\"/></g>\n",
        markup(&from.identity),
        markup(&to.identity),
        markup(&format!("{} → {} ({})", from.identity, to.identity, edge.name)),
    )
}

/// Straight across columns, bent between them.
fn path(points: &[Point]) -> String {
    let mut out = format!("M{:.1} {:.1}", points[0].0, points[0].1);
    for (number, pair) in points.windows(2).enumerate() {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        let middle = (x1 + x2) / 2.0;
        if number % 2 == 1 {
            let _ = write!(out, "C{middle:.1} {y1:.1} {middle:.1} {y2:.1} {x2:.1} {y2:.1}");
        } else if (x2 - x1).abs() > 0.1 {
            // A part of no length would leave the end of the line without a direction.
            let _ = write!(out, "H{x2:.1}");
        }
    }
    out
}

/// A line from a box to itself, beside its right side.
fn loop_path(edge: &Edge, layout: &Layout, boxes: &[Box]) -> String {
    let (x, y) = layout.boxes[edge.from];
    let right = x + boxes[edge.from].width;
    let (from, mut to) = (y + height(&edge.from_rows), y + height(&edge.to_rows));
    if (from - to).abs() < ROW {
        to = from - ROW;
    }
    let out = right + 34.0;
    format!("M{right:.1} {from:.1}C{out:.1} {from:.1} {out:.1} {to:.1} {right:.1} {to:.1}")
}
