//! Which columns of a list fit into a width, and how wide each is: for the console and for tables of commands.

use super::field::ListColumn;
use super::listing::{Listed, ListedColumn};

/// A column with the place it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The column.
    pub column: ListedColumn,
    /// Cells from the left edge of the row.
    pub x: u16,
    /// Cells it has.
    pub width: u16,
}

/// Columns up to this rank say which record it is.
const WHICH_RECORD: u8 = 1;

/// Chooses among `columns`, which are in the order of the screen, those of the lowest ranks that fit into
/// `width` cells with one cell between them, and shares what is left among them up to what each can use. A
/// `wanted` column, the one under the column cursor, comes before all but the first.
#[must_use]
pub fn fit(columns: &[ListedColumn], wanted: Option<Listed>, width: u16) -> Vec<Placed> {
    let mut chosen: Vec<bool> = columns.iter().map(|_| false).collect();
    let mut by_rank: Vec<(u8, usize)> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.looks.rank != ListColumn::HIDDEN)
        .map(|(index, column)| {
            let rank = if wanted == Some(column.shows) { 0 } else { column.looks.rank };
            (rank, index)
        })
        .collect();
    by_rank.sort_unstable();
    let mut used = 0;
    let mut comfortable = 0;
    for (rank, index) in by_rank {
        let Some(column) = columns.get(index) else { continue };
        let gap = u16::from(used > 0);
        // The first columns say which record it is; the others come once those can be read.
        let room = if rank <= WHICH_RECORD { used } else { comfortable };
        if room + gap + column.looks.min > width {
            // A column of a higher rank never stays where one of a lower rank gave way.
            break;
        }
        used += gap + column.looks.min;
        comfortable += gap + column.looks.good;
        if let Some(slot) = chosen.get_mut(index) {
            *slot = true;
        }
    }
    let mut placed: Vec<Placed> = columns
        .iter()
        .zip(&chosen)
        .filter(|(_, chosen)| **chosen)
        .map(|(column, _)| Placed { column: *column, x: 0, width: column.looks.min })
        .collect();
    // First what makes them readable, then what is left.
    let spare = share(&mut placed, width - used, |looks| looks.good);
    let spare = share(&mut placed, spare, |looks| if looks.rank <= WHICH_RECORD { looks.max } else { 0 });
    share(&mut placed, spare, |looks| looks.max);
    let mut x = 0;
    for place in &mut placed {
        place.x = x;
        x += place.width + 1;
    }
    placed
}

/// Gives spare cells to columns below their limit, a cell each in turn. Returns what is left.
fn share(placed: &mut [Placed], mut spare: u16, limit: impl Fn(&ListColumn) -> u16) -> u16 {
    while spare > 0 {
        let mut given = false;
        for place in placed.iter_mut() {
            if spare > 0 && place.width < limit(&place.column.looks) {
                place.width += 1;
                spare -= 1;
                given = true;
            }
        }
        if !given {
            break;
        }
    }
    spare
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::listing;

    fn titles(width: u16) -> Vec<&'static str> {
        fit(&listing::all(), None, width).iter().map(|place| place.column.looks.title).collect()
    }

    #[test]
    fn narrow_screens_lose_columns_by_rank() {
        assert_eq!(titles(75), ["ID", "NAME", "USER@DOMAIN", "NODE", "POP", "TRNS"]);
        assert_eq!(titles(40), ["ID", "NAME", "USER@DOMAIN"]);
        assert_eq!(titles(10), ["ID"]);
        assert!(titles(3).is_empty());
        assert!(titles(220).contains(&"ROUTE SET"));
    }

    proptest! {
        #[test]
        fn columns_lie_side_by_side_within_the_width(width in 0_u16..400) {
            let placed = fit(&listing::all(), None, width);
            let mut free_from = 0;
            for place in &placed {
                prop_assert!(place.x >= free_from);
                prop_assert!(place.width >= place.column.looks.min && place.width <= place.column.looks.max);
                free_from = place.x + place.width + 1;
            }
            prop_assert!(placed.is_empty() || free_from <= width + 1);
        }
    }
}
