//! Recognises a band of rows that moved up or down, so that the terminal can move it instead of being sent
//! it again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::paint::Grid;

/// A band of rows, and how many rows its content moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// First row of the band.
    pub top: u16,
    /// Last row of the band.
    pub bottom: u16,
    /// Rows moved: up where positive, down where negative.
    pub by: i32,
}

/// Rows that must agree at least before a shift is considered.
const AGREEING: usize = 2;

/// The shift that explains most of the difference between two frames, if there is one.
pub fn find(shown: &Grid, next: &Grid) -> Option<Shift> {
    let height = shown.height();
    let old: Vec<u64> = (0..height).map(|y| digest(shown, y)).collect();
    let new: Vec<u64> = (0..height).map(|y| digest(next, y)).collect();
    let mut places: HashMap<u64, Vec<u16>> = HashMap::new();
    for (y, hash) in (0..height).zip(&old) {
        if !shown.is_blank(y) {
            places.entry(*hash).or_default().push(y);
        }
    }
    let mut votes: HashMap<i32, (usize, u16, u16)> = HashMap::new();
    for (y, hash) in (0..height).zip(&new) {
        if old.get(usize::from(y)) == Some(hash) {
            continue;
        }
        // A row that stands in several places says little about where it came from.
        if let Some([from]) = places.get(hash).map(Vec::as_slice) {
            let by = i32::from(*from) - i32::from(y);
            let (low, high) = (y.min(*from), y.max(*from));
            let vote = votes.entry(by).or_insert((0, low, high));
            *vote = (vote.0 + 1, vote.1.min(low), vote.2.max(high));
        }
    }
    let (by, (count, top, bottom)) =
        votes.into_iter().max_by_key(|(by, (count, ..))| (*count, std::cmp::Reverse(by.abs())))?;
    if count < AGREEING || by == 0 {
        return None;
    }
    let mut shift = Shift { top, bottom, by };
    widen(&mut shift, shown, next);
    Some(shift)
}

/// Takes in rows beyond the band that came from the same shift but for a few cells, such as a marker.
fn widen(shift: &mut Shift, shown: &Grid, next: &Grid) {
    let height = i32::from(shown.height());
    let by = shift.by;
    loop {
        let from = i32::from(shift.bottom) + 1;
        if from >= height || !resembles(shown, from, next, from - by) {
            break;
        }
        shift.bottom += 1;
    }
    loop {
        let from = i32::from(shift.top) - 1;
        if from < 0 || !resembles(shown, from, next, from - by) {
            break;
        }
        shift.top -= 1;
    }
}

/// Whether a row went elsewhere but for a few cells: nearer to it than to what stood there.
fn resembles(shown: &Grid, from: i32, next: &Grid, to: i32) -> bool {
    let (Ok(from), Ok(to)) = (u16::try_from(from), u16::try_from(to)) else { return false };
    if to >= next.height() || next.is_blank(to) {
        return false;
    }
    let moved = Grid::differing(shown, from, next, to);
    moved * 4 < usize::from(next.width()) && moved < Grid::differing(shown, to, next, to)
}

fn digest(grid: &Grid, y: u16) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in grid.row(y) {
        cell.hash(&mut hasher);
    }
    hasher.finish()
}
