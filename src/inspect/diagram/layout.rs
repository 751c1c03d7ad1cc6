//! Where boxes stand and how lines run between them.
//!
//! Each connected part is laid out by itself, in columns: what is referenced stands to the left of what references it, no column
//! is higher than the shape of the whole allows, and lines cross columns through gaps that are kept for them. The parts
//! are then packed beside each other.

use super::columns::columns;
use super::pack::{Size, pack, stack};
use super::place::place;

/// A box to be placed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Box {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A line between two boxes, with the heights at which it meets their sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire {
    pub(super) from: usize,
    pub(super) from_at: f64,
    pub(super) to: usize,
    pub(super) to_at: f64,
}

/// A point of the drawing.
pub(super) type Point = (f64, f64);

/// The places of boxes and the ways of lines.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The upper left corner of each box.
    pub(super) boxes: Vec<Point>,
    /// The points of each line, from side to side; from one pair to the next it bends. A line from a box to itself has none.
    pub(super) wires: Vec<Vec<Point>>,
}

/// The space between boxes of one column.
pub(super) const GAP: f64 = 26.0;

/// Places everything.
pub(super) fn layout(boxes: &[Box], wires: &[Wire]) -> Layout {
    let parts = parts(boxes.len(), wires);
    let mut whole =
        Layout { width: 0.0, height: 0.0, boxes: vec![(0.0, 0.0); boxes.len()], wires: vec![Vec::new(); wires.len()] };
    let (alone, joined): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.len() == 1);
    let mut drawn: Vec<(Vec<usize>, Vec<usize>, Layout)> = Vec::new();
    for part in joined {
        let own: Vec<usize> = (0..wires.len())
            .filter(|&wire| part.contains(&wires[wire].from) && wires[wire].from != wires[wire].to)
            .collect();
        let layout = lay_out_part(&part, &own, boxes, wires);
        drawn.push((part, own, layout));
    }
    let joined = drawn.len();
    let alone: Vec<usize> = alone.into_iter().flatten().collect();
    if !alone.is_empty() {
        let sizes: Vec<Size> = alone.iter().map(|&at| (boxes[at].width, boxes[at].height)).collect();
        let parts: Vec<Size> = drawn.iter().map(|(.., part)| (part.width, part.height)).collect();
        let (size, places) = stack(&sizes, &parts);
        drawn.push((alone, Vec::new(), Layout { width: size.0, height: size.1, boxes: places, wires: Vec::new() }));
    }
    let sizes: Vec<Size> = drawn.iter().map(|(.., part)| (part.width, part.height)).collect();
    let (size, places) = pack(&sizes, joined);
    (whole.width, whole.height) = size;
    for ((part, own, layout), (x, y)) in drawn.into_iter().zip(places) {
        let moved = |(px, py): &Point| (px + x, py + y);
        for (at, point) in part.iter().zip(&layout.boxes) {
            whole.boxes[*at] = moved(point);
        }
        for (at, points) in own.iter().zip(&layout.wires) {
            whole.wires[*at] = points.iter().map(moved).collect();
        }
    }
    whole
}

/// The connected parts, the largest first.
fn parts(count: usize, wires: &[Wire]) -> Vec<Vec<usize>> {
    let mut part_of: Vec<usize> = (0..count).collect();
    fn root(part_of: &mut [usize], mut at: usize) -> usize {
        while part_of[at] != at {
            part_of[at] = part_of[part_of[at]];
            at = part_of[at];
        }
        at
    }
    for wire in wires {
        let (a, b) = (root(&mut part_of, wire.from), root(&mut part_of, wire.to));
        part_of[a.max(b)] = a.min(b);
    }
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); count];
    for at in 0..count {
        parts[root(&mut part_of, at)].push(at);
    }
    parts.retain(|part| !part.is_empty());
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

/// One connected part, from its own upper left corner.
fn lay_out_part(part: &[usize], own: &[usize], boxes: &[Box], wires: &[Wire]) -> Layout {
    let local = |at: usize| part.binary_search(&at).expect("a line joins boxes of its part");
    let boxes: Vec<Box> = part.iter().map(|&at| boxes[at]).collect();
    let wires: Vec<Wire> =
        own.iter().map(|&at| Wire { from: local(wires[at].from), to: local(wires[at].to), ..wires[at] }).collect();
    let columns = columns(&boxes, &wires);
    place(&boxes, &wires, &columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(count: usize) -> Vec<Box> {
        (0..count).map(|i| Box { width: 100.0, height: 40.0 + 10.0 * (i % 5) as f64 }).collect()
    }

    fn wire(from: usize, to: usize) -> Wire {
        Wire { from, from_at: 10.0, to, to_at: 10.0 }
    }

    fn assert_apart(boxes: &[Box], layout: &Layout) {
        for a in 0..boxes.len() {
            for b in 0..a {
                let ((ax, ay), (bx, by)) = (layout.boxes[a], layout.boxes[b]);
                let beside = ax + boxes[a].width <= bx || bx + boxes[b].width <= ax;
                let below = ay + boxes[a].height <= by || by + boxes[b].height <= ay;
                assert!(beside || below, "{a} and {b} overlap: {layout:?}");
            }
        }
    }

    #[test]
    fn boxes_never_overlap_and_lines_lead_left() {
        let boxes = boxes(40);
        let wires: Vec<Wire> = (1..35).map(|i| wire(i, i / 3)).chain([wire(3, 30), wire(5, 5)]).collect();
        let layout = layout(&boxes, &wires);
        assert_apart(&boxes, &layout);
        let (start, end) = (layout.wires[0][0], layout.wires[0].last().copied().expect("it has points"));
        assert!(end.0 < start.0, "what is referenced stands to the left");
        assert!(layout.wires[35].is_empty(), "a line to the box itself is not routed");
        assert!(
            layout
                .boxes
                .iter()
                .zip(&boxes)
                .all(|((x, y), b)| x + b.width <= layout.width && y + b.height <= layout.height)
        );
    }

    #[test]
    fn cycles_are_laid_out_too() {
        let boxes = boxes(3);
        let layout = layout(&boxes, &[wire(0, 1), wire(1, 2), wire(2, 0), wire(0, 2)]);
        assert_apart(&boxes, &layout);
    }
}
