//! The order of records, as the database has it: text by its bytes (collation C), `NULL` after everything
//! else, and therefore before it where the order is reversed.

use std::cmp::Ordering;

use super::{Cell, Row};

/// By what to sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SortKey {
    /// Position of the attribute; `None` is the id.
    pub(crate) attribute: Option<usize>,
    /// Which end comes first.
    pub(crate) direction: Direction,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

fn compare_cells(left: &Cell, right: &Cell) -> Ordering {
    match (left, right) {
        (Cell::Null, Cell::Null) => Ordering::Equal,
        (Cell::Null, _) => Ordering::Greater,
        (_, Cell::Null) => Ordering::Less,
        (Cell::Flag(left), Cell::Flag(right)) => left.cmp(right),
        (Cell::Number(left), Cell::Number(right)) => left.cmp(right),
        (Cell::Text(left), Cell::Text(right)) => left.cmp(right),
        (Cell::List(left), Cell::List(right)) => {
            let unequal = left.iter().zip(right).map(|(left, right)| compare_cells(left, right));
            unequal.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        // A column has one type; this order is only for the sake of having one.
        _ => rank(left).cmp(&rank(right)),
    }
}

const fn rank(cell: &Cell) -> u8 {
    match cell {
        Cell::Flag(_) => 0,
        Cell::Number(_) => 1,
        Cell::Text(_) => 2,
        Cell::List(_) => 3,
        Cell::Null => 4,
    }
}

fn compare(left: &Row, right: &Row, keys: &[SortKey]) -> Ordering {
    for key in keys {
        let order = match key.attribute {
            Some(index) => compare_cells(left.attribute(index), right.attribute(index)),
            None => left.id.cmp(&right.id),
        };
        let order = match key.direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        };
        if order.is_ne() {
            return order;
        }
    }
    // The database promises nothing for ties. Here they go by id, so that answers can be repeated.
    left.id.cmp(&right.id)
}

/// Ids of the rows in this order.
pub(super) fn sort(rows: &[Row], keys: &[SortKey]) -> Vec<u64> {
    let mut order: Vec<&Row> = rows.iter().collect();
    sort_rows(&mut order, keys);
    order.into_iter().map(|row| row.id).collect()
}

/// Puts rows in this order; none means by id.
pub(super) fn sort_rows(rows: &mut [&Row], keys: &[SortKey]) {
    rows.sort_unstable_by(|left, right| compare(left, right, keys));
}
