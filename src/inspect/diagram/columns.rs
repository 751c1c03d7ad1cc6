//! In which column each box of a connected part stands.

use super::layout::{Box, GAP, Wire};

/// How much wider than high the whole is to be.
const SHAPE: f64 = 1.5;

/// The space that a column takes beside its boxes.
const BESIDE: f64 = 110.0;

/// The fewest columns at which a long chain is led back.
const FEWEST: usize = 7;

/// The column of each box: boxes that a line joins are never in one, and what is referenced comes first where no cycle forbids it
/// and the whole does not become too wide by it.
pub(super) fn columns(boxes: &[Box], wires: &[Wire]) -> Vec<usize> {
    let highest = limit(boxes);
    let most = most(boxes, highest);
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); boxes.len()];
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); boxes.len()];
    for wire in wires {
        near[wire.from].push(wire.to);
        near[wire.to].push(wire.from);
        targets[wire.from].push(wire.to);
    }
    let mut column: Vec<Option<usize>> = vec![None; boxes.len()];
    let mut heights: Vec<f64> = Vec::new();
    for _ in 0..boxes.len() {
        let next = next(&column, &targets, &near);
        let taken: Vec<usize> = near[next].iter().filter_map(|&other| column[other]).collect();
        let first = taken.iter().map(|at| at + 1).max().unwrap_or(0);
        let height = boxes[next].height + GAP;
        let room = |at: &usize| heights.get(*at).is_none_or(|used| used + height <= highest);
        let back = || (0..first.min(most)).rev().filter(|at| !taken.contains(at)).find(room);
        let at = (first..most).find(room).or_else(back).or_else(|| (first..).find(room)).unwrap_or(first);
        heights.resize(heights.len().max(at + 1), 0.0);
        heights[at] += height;
        column[next] = Some(at);
    }
    column.into_iter().map(|at| at.unwrap_or(0)).collect()
}

/// How high a column may be for the whole to have its shape.
fn limit(boxes: &[Box]) -> f64 {
    let area: f64 = boxes.iter().map(|b| (b.width + BESIDE) * (b.height + GAP)).sum();
    let highest = boxes.iter().map(|b| b.height + GAP).fold(0.0, f64::max);
    highest.max((area / SHAPE).sqrt())
}

/// How many columns there may be before boxes are led back to those that have room, for the whole to have its shape.
fn most(boxes: &[Box], highest: f64) -> usize {
    let width: f64 = boxes.iter().map(|b| b.width + BESIDE).sum::<f64>() / boxes.len().max(1) as f64;
    FEWEST.max((1.4 * SHAPE * highest / width).ceil() as usize)
}

/// The box to place next: the one with the fewest targets that are still to be placed; beside what is placed, in the leftmost
/// column that it can have, the one that most others wait for.
fn next(column: &[Option<usize>], targets: &[Vec<usize>], near: &[Vec<usize>]) -> usize {
    let waiting = |at: usize| targets[at].iter().filter(|&&target| column[target].is_none()).count();
    let first = |at: usize| near[at].iter().filter_map(|&other| column[other]).max();
    let rank = |at: &usize| {
        let beside = near[*at].iter().any(|&other| column[other].is_some());
        (waiting(*at), !beside, first(*at), std::cmp::Reverse(near[*at].len()), *at)
    };
    (0..column.len()).filter(|&at| column[at].is_none()).min_by_key(rank).expect("a box is still to be placed")
}
