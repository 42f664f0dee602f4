//! Which columns of a list fit into a width, and how wide each is: for the console and for tables of commands.

use crate::domain::query::column::Column;
use crate::domain::query::listing::{Listed, ListedColumn};
use crate::domain::record::ListColumn;

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

/// Who is asked first when there is little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FitOrder {
    Id,
    Wanted,
    Rank,
}

/// Columns up to this rank say which record it is.
const WHICH_RECORD: u8 = 1;

/// Chooses among `columns`, which are in the order of the screen, those of the lowest ranks that fit into
/// `width` cells with one cell between them, and shares what is left among them up to what each can use. The id
/// comes first; then a `wanted` column, the one under the column cursor, cut where it is wider than the room.
pub fn fit(columns: &[ListedColumn], wanted: Option<Listed>, width: u16) -> Vec<Placed> {
    let mut columns = columns.to_vec();
    let mut chosen: Vec<bool> = columns.iter().map(|_| false).collect();
    let mut by_rank: Vec<(FitOrder, u8, usize)> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.looks.rank != ListColumn::HIDDEN)
        .map(|(index, column)| {
            if column.shows == Listed::Column(Column::Id) {
                (FitOrder::Id, 0, index)
            } else if wanted == Some(column.shows) {
                (FitOrder::Wanted, 0, index)
            } else {
                (FitOrder::Rank, column.looks.rank, index)
            }
        })
        .collect();
    by_rank.sort_unstable();
    let mut used = 0;
    let mut comfortable = 0;
    for (turn, rank, index) in by_rank {
        let Some(column) = columns.get_mut(index) else { continue };
        let gap = u16::from(used > 0);
        let left = width.saturating_sub(used + gap);
        if turn == FitOrder::Wanted && (1..column.looks.min).contains(&left) {
            column.looks = ListColumn { min: left, good: left, max: left, ..column.looks };
        }
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
    let live = Listed::Column(Column::Live);
    let which = |column: &ListedColumn| column.looks.rank <= WHICH_RECORD && column.shows != live;
    let spare = share(&mut placed, width - used, |column| column.looks.good);
    let spare = share(&mut placed, spare, |column| if which(column) { column.looks.max } else { 0 });
    share(&mut placed, spare, |column| column.looks.max);
    stand(&mut placed);
    placed
}

/// Gives placed columns what is left of `width` up to these limits, wherever another column found no room.
pub fn stretch(placed: &mut [Placed], width: u16, limit: impl Fn(&ListedColumn) -> u16) {
    for place in placed.iter_mut() {
        place.column.looks.max = place.column.looks.max.max(limit(&place.column));
    }
    let used = placed.iter().map(|place| place.width + 1).sum::<u16>().saturating_sub(1);
    share(placed, width.saturating_sub(used), |column| column.looks.max);
    stand(placed);
}

/// Puts columns beside each other with one cell between them.
fn stand(placed: &mut [Placed]) {
    let mut x = 0;
    for place in placed {
        place.x = x;
        x += place.width + 1;
    }
}

/// Gives spare cells to columns below their limit, a cell each in turn. Returns what is left.
fn share(placed: &mut [Placed], mut spare: u16, limit: impl Fn(&ListedColumn) -> u16) -> u16 {
    while spare > 0 {
        let mut given = false;
        for place in placed.iter_mut() {
            if spare > 0 && place.width < limit(&place.column) {
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
    use super::*;
    use crate::domain::query::column::Column;
    use crate::domain::query::listing::{self, Listed};

    fn titles(width: u16) -> Vec<&'static str> {
        let live = Listed::Column(Column::Live);
        let columns: Vec<ListedColumn> = listing::all().into_iter().filter(|column| column.shows != live).collect();
        fit(&columns, None, width).iter().map(|place| place.column.looks.title).collect()
    }

    #[test]
    fn narrow_screens_lose_columns_by_rank() {
        assert_eq!(titles(66), ["ID", "NAME", "USER@DOMAIN", "POP", "NODE", "TR"]);
        assert_eq!(titles(40), ["ID", "NAME", "USER@DOMAIN"]);
        assert_eq!(titles(10), ["ID"]);
        assert!(titles(3).is_empty());
        assert!(titles(220).contains(&"ROUTE SET"));
    }
}
