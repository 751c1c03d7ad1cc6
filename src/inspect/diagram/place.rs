//! The order and height of boxes and lines in their columns.

use super::layout::{Box, GAP, Layout, Point, Wire};

/// How often the columns are gone through, to and fro.
const ROUNDS: usize = 24;

/// In the last rounds the order stays.
const SETTLING: usize = 6;

/// The space between lines that cross a column.
const LINE: f64 = 9.0;

/// A box, or a line on its way through a column.
struct Item {
    height: f64,
    y: f64,
    /// Its neighbours to the left and to the right: which, where the line meets them, where it meets this.
    left: Vec<(usize, f64, f64)>,
    right: Vec<(usize, f64, f64)>,
}

/// Places the boxes in their columns, and routes the lines.
pub(super) fn place(boxes: &[Box], wires: &[Wire], column_of: &[usize]) -> Layout {
    let count = column_of.iter().max().map_or(0, |last| last + 1);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut items: Vec<Item> = Vec::new();
    for (at, b) in boxes.iter().enumerate() {
        columns[column_of[at]].push(at);
        items.push(Item { height: b.height, y: 0.0, left: Vec::new(), right: Vec::new() });
    }
    let ways: Vec<Vec<usize>> =
        wires.iter().map(|wire| thread(wire, column_of, boxes, &mut columns, &mut items)).collect();
    for column in &columns {
        stack(column, &mut items);
    }
    for round in 0..ROUNDS {
        let sorted = round + SETTLING < ROUNDS;
        let both = round + SETTLING / 2 >= ROUNDS;
        let rightwards = round % 2 == 0;
        let order: Vec<usize> = if rightwards { (0..count).collect() } else { (0..count).rev().collect() };
        for at in order {
            arrange(&mut columns[at], &mut items, rightwards, both, sorted);
        }
    }
    finish(boxes, wires, column_of, &columns, &items, &ways)
}

/// Leads a line through the columns between its boxes; the items that it goes through, from left to right.
fn thread(
    wire: &Wire,
    column_of: &[usize],
    boxes: &[Box],
    columns: &mut [Vec<usize>],
    items: &mut Vec<Item>,
) -> Vec<usize> {
    let leftwards = column_of[wire.to] < column_of[wire.from];
    let ((left, left_at), (right, right_at)) = if leftwards {
        ((wire.to, wire.to_at), (wire.from, wire.from_at))
    } else {
        ((wire.from, wire.from_at), (wire.to, wire.to_at))
    };
    debug_assert!(left < boxes.len() && right < boxes.len(), "a line joins boxes");
    let mut way = vec![left];
    let (mut before, mut before_at) = (left, left_at);
    for column in &mut columns[column_of[left] + 1..column_of[right]] {
        let item = items.len();
        items.push(Item { height: 0.0, y: 0.0, left: Vec::new(), right: Vec::new() });
        column.push(item);
        join(items, before, before_at, item, 0.0);
        (before, before_at) = (item, 0.0);
        way.push(item);
    }
    join(items, before, before_at, right, right_at);
    way.push(right);
    way
}

fn join(items: &mut [Item], left: usize, left_at: f64, right: usize, right_at: f64) {
    items[left].right.push((right, right_at, left_at));
    items[right].left.push((left, left_at, right_at));
}

/// The space that must be between two neighbours of a column.
fn gap(above: &Item, below: &Item) -> f64 {
    if above.height > 0.0 && below.height > 0.0 {
        GAP
    } else if above.height + below.height > 0.0 {
        GAP * 0.6
    } else {
        LINE
    }
}

/// Puts the items of a column below each other.
fn stack(column: &[usize], items: &mut [Item]) {
    for pair in 0..column.len().saturating_sub(1) {
        let (above, below) = (column[pair], column[pair + 1]);
        items[below].y = items[above].y + items[above].height + gap(&items[above], &items[below]);
    }
}

/// Moves the items of a column to where their neighbours want them, as far as they leave each other space.
fn arrange(column: &mut [usize], items: &mut [Item], from_left: bool, both: bool, sorted: bool) {
    let wish = |at: usize| {
        let item = &items[at];
        let (first, second) = if from_left { (&item.left, &item.right) } else { (&item.right, &item.left) };
        let chosen: Vec<_> = if both { first.iter().chain(second).collect() } else { first.iter().collect() };
        if chosen.is_empty() {
            return item.y;
        }
        let sum: f64 = chosen.iter().map(|(other, there, here)| items[*other].y + there - here).sum();
        sum / chosen.len() as f64
    };
    let mut wishes: Vec<(usize, f64)> = column.iter().map(|&at| (at, wish(at))).collect();
    if sorted {
        wishes.sort_by(|a, b| (a.1 + items[a.0].height / 2.0).total_cmp(&(b.1 + items[b.0].height / 2.0)));
    }
    let mut offset = 0.0;
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    let mut offsets = Vec::with_capacity(wishes.len());
    for (place, (at, wish)) in wishes.iter().enumerate() {
        if place > 0 {
            let above = wishes[place - 1].0;
            offset += items[above].height + gap(&items[above], &items[*at]);
        }
        offsets.push(offset);
        let weight = if items[*at].height > 0.0 { 1.0 } else { 0.5 };
        blocks.push(((wish - offset) * weight, weight, 1));
        while let [.., (above, above_weight, _), (below, below_weight, _)] = blocks[..] {
            if above / above_weight <= below / below_weight {
                break;
            }
            let (sum, weight, count) = blocks.pop().expect("there are two");
            let last = blocks.last_mut().expect("there is one left");
            *last = (last.0 + sum, last.1 + weight, last.2 + count);
        }
    }
    let settled = blocks.iter().flat_map(|(sum, weight, count)| std::iter::repeat_n(sum / weight, *count));
    for (((at, _), offset), start) in wishes.iter().zip(&offsets).zip(settled) {
        items[*at].y = start + offset;
    }
    for (slot, (at, _)) in column.iter_mut().zip(&wishes) {
        *slot = *at;
    }
}

/// Turns columns and heights into places and ways.
fn finish(
    boxes: &[Box],
    wires: &[Wire],
    column_of: &[usize],
    columns: &[Vec<usize>],
    items: &[Item],
    ways: &[Vec<usize>],
) -> Layout {
    let top = items.iter().map(|item| item.y).fold(f64::INFINITY, f64::min);
    let bottom = items.iter().map(|item| item.y + item.height).fold(f64::NEG_INFINITY, f64::max);
    let widths: Vec<f64> = columns
        .iter()
        .map(|column| column.iter().filter_map(|&at| boxes.get(at)).map(|b| b.width).fold(0.0, f64::max))
        .collect();
    let mut lefts = Vec::with_capacity(columns.len());
    let mut x = 0.0;
    for (at, width) in widths.iter().enumerate() {
        lefts.push(x);
        let crossing = ways.iter().filter(|way| {
            let first = column_of[way[0]];
            (first..first + way.len() - 1).contains(&at)
        });
        x += width + (54.0 + 3.0 * crossing.count() as f64).min(140.0);
    }
    let place = |at: usize| (lefts[column_of[at]], items[at].y - top);
    let route = |(wire, way): (&Wire, &Vec<usize>)| -> Vec<Point> {
        let first = column_of[way[0]];
        let leftwards = way[0] == wire.to;
        let (left_at, right_at) = if leftwards { (wire.to_at, wire.from_at) } else { (wire.from_at, wire.to_at) };
        let start = place(way[0]);
        let y = start.1 + left_at;
        let mut points = vec![(start.0 + boxes[way[0]].width, y), (lefts[first] + widths[first], y)];
        for (step, &item) in way.iter().enumerate().skip(1).take(way.len() - 2) {
            let (column, y) = (first + step, items[item].y - top);
            points.extend([(lefts[column], y), (lefts[column] + widths[column], y)]);
        }
        let end = place(way[way.len() - 1]);
        points.extend([(end.0, end.1 + right_at), (end.0, end.1 + right_at)]);
        if leftwards {
            points.reverse();
        }
        points
    };
    Layout {
        width: lefts.last().copied().unwrap_or_default() + widths.last().copied().unwrap_or_default(),
        height: bottom - top,
        boxes: (0..boxes.len()).map(place).collect(),
        wires: wires.iter().zip(ways).map(route).collect(),
    }
}
