//! Which bands of rows moved up or down between two screens.
//!
//! It only proposes: rows are compared by the hash of their characters, whatever their colours, so that a row that lost
//! or got the cursor's bar moves with the others. The wire paints with and without each proposal and sends what is
//! shorter. A wrong guess costs time, never a wrong screen.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::brush::Scroll;
use super::glyph::Glyph;

/// How many distances are proposed at most, the most common first.
const DISTANCES: usize = 3;

/// How many rows that do not match a band may have in it: a row that lost or got the cursor, a separator.
const GAP: usize = 2;

/// The bands worth trying: those of whole rows, and those of a list with something beside it that stayed. To scroll
/// the latter and fix what is beside it is often shorter than to draw the list again.
pub(super) fn proposals(shown: &[Glyph], wanted: &[Glyph], width: usize) -> Vec<Scroll> {
    let mut proposals = Vec::new();
    // Two fifths from the left hold the telling columns of a list and are narrower than any pane that has one.
    for columns in [width, width * 2 / 5] {
        let old: Vec<&[Glyph]> = shown.chunks_exact(width.max(1)).filter_map(|row| row.get(..columns)).collect();
        let new: Vec<&[Glyph]> = wanted.chunks_exact(width.max(1)).filter_map(|row| row.get(..columns)).collect();
        for scroll in bands(&old, &new) {
            if !proposals.contains(&scroll) {
                proposals.push(scroll);
            }
        }
    }
    proposals
}

/// The bands of these rows that moved, at most four for each of [`DISTANCES`]: without the rows beside it that changed a
/// little on the way, and with them.
fn bands(old: &[&[Glyph]], new: &[&[Glyph]]) -> Vec<Scroll> {
    let old_hashes: Vec<u64> = old.iter().map(|row| hash(row)).collect();
    let new_hashes: Vec<u64> = new.iter().map(|row| hash(row)).collect();

    // For each distance the rows, in their new places, that it explains. Rows that stayed equal explain nothing.
    let mut explained: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (to, ((&hash, &before), row)) in new_hashes.iter().zip(&old_hashes).zip(new).enumerate() {
        if hash == before || row.iter().all(|glyph| glyph.text() == Glyph::BLANK.text()) {
            continue;
        }
        for (from, _) in old_hashes.iter().enumerate().filter(|&(_, &other)| other == hash) {
            if let (Ok(from), Ok(to_row)) = (i32::try_from(from), i32::try_from(to)) {
                explained.entry(from - to_row).or_default().push(to);
            }
        }
    }
    let mut distances: Vec<(i32, Vec<usize>)> = explained.into_iter().collect();
    distances.sort_by_key(|(distance, rows)| (Reverse(rows.len()), distance.abs()));

    let mut bands = Vec::new();
    for (up, rows) in distances.into_iter().take(DISTANCES) {
        for (first, last) in [longest_run(&rows), rows.first().copied().zip(rows.last().copied())].into_iter().flatten()
        {
            for (first, last) in [(first, last), extended(first, last, up, old, new)] {
                let rows = [Some(first), Some(last), shifted(first, up), shifted(last, up)].into_iter().flatten();
                let (Some(top), Some(bottom)) = (rows.clone().min(), rows.max()) else { continue };
                if let (Ok(top), Ok(bottom)) = (u16::try_from(top), u16::try_from(bottom)) {
                    bands.push(Scroll { top, bottom, up });
                }
            }
        }
    }
    bands.retain(|band| band.up != 0 && band.top < band.bottom);
    bands
}

/// The row that moved to `to`.
fn shifted(to: usize, up: i32) -> Option<usize> {
    to.checked_add_signed(isize::try_from(up).ok()?)
}

/// The longest stretch of rows with small gaps.
fn longest_run(rows: &[usize]) -> Option<(usize, usize)> {
    rows.chunk_by(|before, after| after - before <= GAP + 1)
        .max_by_key(|run| run.len())
        .and_then(|run| run.first().copied().zip(run.last().copied()))
}

/// Takes in the rows beside a band that moved with it but changed in a few cells, such as the cursor's sign.
fn extended(mut first: usize, mut last: usize, up: i32, old: &[&[Glyph]], new: &[&[Glyph]]) -> (usize, usize) {
    let near = |to: usize| {
        let pair = shifted(to, up).and_then(|from| old.get(from)).zip(new.get(to));
        pair.is_some_and(|(before, after)| {
            let differs = |(before, after): (&Glyph, &Glyph)| before.text() != after.text();
            let differing = before.iter().zip(after.iter()).filter(|pair| differs(*pair)).count();
            let stayed = |stayed: &&[Glyph]| !stayed.iter().zip(after.iter()).any(differs);
            differing <= 4.max(after.len() / 8) && old.get(to).is_some_and(|row| !stayed(row))
        })
    };
    while first > 0 && near(first - 1) {
        first -= 1;
    }
    while near(last + 1) {
        last += 1;
    }
    (first, last)
}

/// Multiply and rotate over the characters of a row: rows differ by accident, no one gains from a collision.
fn hash(row: &[Glyph]) -> u64 {
    row.iter().fold(0, |hash: u64, glyph| {
        (hash.rotate_left(23) ^ u64::from(glyph.text())).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}
