//! What can be measured of a drawing: boxes apart, lines at their boxes, little empty space.

use std::collections::HashMap;
use std::fmt::Write as _;

use dbtool::inspect::Model;
use dbtool::inspect::diagram::{Graph, around, svg};

use crate::inspected;
use crate::support::Database;

/// A box of the drawing: left, top, right, bottom.
type Rectangle = [f64; 4];

/// Left, top.
type Point = (f64, f64);

/// What is measured of an SVG.
struct Drawing {
    width: f64,
    height: f64,
    boxes: HashMap<String, Rectangle>,
    /// For each line: from which table, to which, where it starts and where it ends.
    lines: Vec<(String, String, Point, Point)>,
}

/// What stands behind `before`, up to the next double quote.
fn value<'a>(text: &'a str, before: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} in {text}"));
    rest.split('"').next().expect("there is a first part")
}

fn numbers(text: &str) -> Vec<f64> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'));
    parts.filter(|part| !part.is_empty()).map(|part| part.parse().expect("a number")).collect()
}

impl Drawing {
    fn of(svg: &str) -> Self {
        let mut drawing = Self {
            width: numbers(value(svg, "width=\""))[0],
            height: numbers(value(svg, "height=\""))[0],
            boxes: HashMap::new(),
            lines: Vec::new(),
        };
        for group in svg.split("<g ").skip(1) {
            if group.starts_with("class=\"erd-line") {
                // A line ends with two numbers, or with one behind the letter H.
                let way = value(group, "class=\"erd-thin\" d=\"");
                let all = numbers(way);
                let end = match way.rsplit(|c: char| c.is_ascii_alphabetic()).next().map(|last| numbers(last).len()) {
                    Some(1) => (all[all.len() - 1], all[all.len() - 2]),
                    _ => (all[all.len() - 2], all[all.len() - 1]),
                };
                let names = (value(group, "data-from=\"").to_owned(), value(group, "data-to=\"").to_owned());
                drawing.lines.push((names.0, names.1, (all[0], all[1]), end));
            } else {
                let place = numbers(value(group, "transform=\"translate"));
                let rect = value(group, "<rect class=\"erd-box\" width=\"");
                let height = numbers(value(group.split_once("<rect").expect("a box").1, "height=\""))[0];
                let corners = [place[0], place[1], place[0] + numbers(rect)[0], place[1] + height];
                drawing.boxes.insert(value(group, "data-table=\"").to_owned(), corners);
            }
        }
        drawing
    }

    /// Holds what holds of every drawing.
    fn check(&self) {
        let boxes: Vec<(&String, &Rectangle)> = self.boxes.iter().collect();
        for (at, (name, a)) in boxes.iter().enumerate() {
            for (other, b) in &boxes[..at] {
                let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{name} and {other} overlap");
            }
        }
        for (from, to, start, end) in &self.lines {
            for (table, (x, y)) in [(from, start), (to, end)] {
                let [left, top, right, bottom] = self.boxes[table];
                let beside = (x - left).abs() < 1.0 || (x - right).abs() < 1.0;
                assert!(beside && *y > top && *y < bottom, "{from} to {to}: {x} {y} is not at the side of {table}");
            }
        }
    }

    /// How much of the drawing is boxes.
    fn filled(&self) -> f64 {
        let area: f64 = self.boxes.values().map(|[left, top, right, bottom]| (right - left) * (bottom - top)).sum();
        area / (self.width * self.height)
    }
}

/// A table that all others reference, and a chain through them: the shape of which layered drawings make a long diagonal.
fn chain(length: usize, columns: usize) -> Model {
    let mut sql = String::from("CREATE TABLE organizations (id int PRIMARY KEY);");
    for at in 0..length {
        let _ = write!(sql, "CREATE TABLE t{at} (id int PRIMARY KEY, organization_id int REFERENCES organizations");
        for before in [1, 2, 5].into_iter().filter(|before| *before <= at) {
            let _ = write!(sql, ", t{0}_id int REFERENCES t{0}", at - before);
        }
        for column in 0..columns {
            let _ = write!(sql, ", column_{column} text");
        }
        sql += ");";
    }
    let database = Database::new();
    database.execute(&sql);
    inspected(&database)
}

/// The drawing of what is around a table.
fn drawn_around(model: &Model, centre: &str, depth: usize) -> (String, Drawing) {
    let mut model = model.clone();
    let kept = around(&model, centre, depth);
    model.relations.retain(|relation| kept.contains(&relation.identity));
    let svg = svg(&Graph::around(&model, centre), true);
    let drawing = Drawing::of(&svg);
    drawing.check();
    (svg, drawing)
}

#[test]
fn a_drawing_is_no_long_diagonal_and_mostly_full() {
    for (length, columns) in [(3, 4), (30, 20), (90, 3)] {
        let drawing = Drawing::of(&svg(&Graph::of(&chain(length, columns)), true));
        drawing.check();
        assert_eq!(drawing.boxes.len(), length + 1);
        let shape = drawing.width / drawing.height;
        assert!((0.4..4.0).contains(&shape), "{length}: {shape}");
        assert!(drawing.filled() > 0.2, "{length}: {}", drawing.filled());
    }
}

#[test]
fn lines_around_a_table_lead_to_it_and_others_are_named() {
    let model = chain(30, 20);
    let (svg, drawing) = drawn_around(&model, "public.t10", 1);
    // It references t9, t8, t5 and organizations; t11, t12 and t15 reference it.
    assert_eq!(drawing.boxes.len(), 8);
    assert_eq!(drawing.lines.len(), 7);
    assert!(drawing.lines.iter().all(|(from, to, ..)| from == "public.t10" || to == "public.t10"));
    assert!(svg.contains("erd-centre\" id=\"erd-t0\" data-table=\"public.t10\""), "{svg}");
    assert!(svg.contains("data-to=\"public.organizations\">"), "{svg}");
    assert!(drawing.filled() > 0.2, "{}", drawing.filled());
    // All are around this one: lines to so many say nothing.
    let (_, drawing) = drawn_around(&chain(60, 20), "public.organizations", 1);
    assert_eq!((drawing.boxes.len(), drawing.lines.len()), (61, 0));
    assert!(drawing.filled() > 0.2 && drawing.width < 3.0 * drawing.height, "{}", drawing.filled());
}
