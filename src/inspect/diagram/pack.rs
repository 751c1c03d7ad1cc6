//! Parts of a drawing beside and below each other.

use super::layout::{GAP, Point};

/// Width and height.
pub(super) type Size = (f64, f64);

/// The space between parts.
const BETWEEN: f64 = 56.0;

/// How much wider than high the whole is to be.
const SHAPE: f64 = 1.6;

/// Rows of parts: the first `sorted` with the highest first, the rest on rows of their own; the size of the whole and the place of each.
pub(super) fn pack(sizes: &[Size], sorted: usize) -> (Size, Vec<Point>) {
    let widest = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    let limit = widest.max((area(sizes, BETWEEN) * SHAPE).sqrt());
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order[..sorted].sort_by(|&a, &b| sizes[b].1.total_cmp(&sizes[a].1));
    let mut places = vec![(0.0, 0.0); sizes.len()];
    let (mut x, mut y, mut row, mut whole) = (0.0, 0.0, 0.0_f64, 0.0_f64);
    for at in order {
        let (width, height) = sizes[at];
        if x > 0.0 && (x + width > limit || at >= sorted) {
            (x, y, row) = (0.0, y + row + BETWEEN, 0.0);
        }
        places[at] = (x, y);
        row = row.max(height);
        whole = whole.max(x + width);
        x += width + BETWEEN;
    }
    ((whole, y + row), places)
}

/// The area of parts with the space between them.
fn area(sizes: &[Size], between: f64) -> f64 {
    sizes.iter().map(|(width, height)| (width + between) * (height + between)).sum()
}

/// Single boxes in columns, each below the lowest, about as wide as the whole that `parts` make with them.
pub(super) fn stack(sizes: &[Size], parts: &[Size]) -> (Size, Vec<Point>) {
    let widest = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    let own: f64 = sizes.iter().map(|(_, height)| (widest + GAP) * (height + GAP)).sum();
    let fitting = (((own + area(parts, BETWEEN)) * SHAPE).sqrt() / (widest + GAP)).floor().max(1.0);
    let columns = (fitting as usize).min(sizes.len());
    let mut heights = vec![0.0_f64; columns];
    let mut places = vec![(0.0, 0.0); sizes.len()];
    for (at, (_, height)) in sizes.iter().enumerate() {
        let lowest = (0..columns).min_by(|&a, &b| heights[a].total_cmp(&heights[b])).expect("there is a column");
        places[at] = (lowest as f64 * (widest + GAP), heights[lowest]);
        heights[lowest] += height + GAP;
    }
    let height = heights.iter().copied().fold(0.0, f64::max) - GAP;
    ((columns as f64 * (widest + GAP) - GAP, height), places)
}
