//! Parts of a drawing beside and below each other.

use super::layout::{GAP, Point};

/// Width and height.
pub(super) type Size = (f64, f64);

/// The space between parts.
const BETWEEN: f64 = 56.0;

/// How much wider than high the whole is to be.
const SHAPE: f64 = 1.6;

/// Rows of parts, the highest first; the size of the whole and the place of each.
pub(super) fn pack(sizes: &[Size]) -> (Size, Vec<Point>) {
    let area: f64 = sizes.iter().map(|(width, height)| (width + BETWEEN) * (height + BETWEEN)).sum();
    let widest = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    let limit = widest.max((area * SHAPE).sqrt());
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|&a, &b| sizes[b].1.total_cmp(&sizes[a].1));
    let mut places = vec![(0.0, 0.0); sizes.len()];
    let (mut x, mut y, mut row, mut whole) = (0.0, 0.0, 0.0_f64, 0.0_f64);
    for at in order {
        let (width, height) = sizes[at];
        if x > 0.0 && x + width > limit {
            (x, y, row) = (0.0, y + row + BETWEEN, 0.0);
        }
        places[at] = (x, y);
        row = row.max(height);
        whole = whole.max(x + width);
        x += width + BETWEEN;
    }
    ((whole, y + row), places)
}

/// Single boxes in columns, each below the lowest; `width` is how wide the whole may be.
pub(super) fn stack(sizes: &[Size], width: f64) -> (Size, Vec<Point>) {
    let widest = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    let area: f64 = sizes.iter().map(|(_, height)| (widest + GAP) * (height + GAP)).sum();
    let fitting = (width.max((area * SHAPE).sqrt()) / (widest + GAP)).floor().max(1.0);
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
