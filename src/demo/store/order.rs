//! The order of records, as the database has it: text by its bytes (collation C), `NULL` after everything
//! else, and therefore before it where the order is reversed.

use std::cmp::Ordering;

use super::{AttributeValue, StoredResource};

/// By what to sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SortKey {
    /// Position of the attribute; `None` is the id.
    pub(crate) attribute: Option<usize>,
    /// Which end comes first.
    pub(crate) direction: SortDirection,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SortDirection {
    Ascending,
    Descending,
}

fn compare_cells(left: &AttributeValue, right: &AttributeValue) -> Ordering {
    match (left, right) {
        (AttributeValue::Null, AttributeValue::Null) => Ordering::Equal,
        (AttributeValue::Null, _) => Ordering::Greater,
        (_, AttributeValue::Null) => Ordering::Less,
        (AttributeValue::Flag(left), AttributeValue::Flag(right)) => left.cmp(right),
        (AttributeValue::Number(left), AttributeValue::Number(right)) => left.cmp(right),
        (AttributeValue::Text(left), AttributeValue::Text(right)) => left.cmp(right),
        (AttributeValue::List(left), AttributeValue::List(right)) => {
            let unequal = left.iter().zip(right).map(|(left, right)| compare_cells(left, right));
            unequal.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        // A column has one type; this order is only for the sake of having one.
        _ => rank(left).cmp(&rank(right)),
    }
}

const fn rank(cell: &AttributeValue) -> u8 {
    match cell {
        AttributeValue::Flag(_) => 0,
        AttributeValue::Number(_) => 1,
        AttributeValue::Text(_) => 2,
        AttributeValue::List(_) => 3,
        AttributeValue::Null => 4,
    }
}

fn compare(left: &StoredResource, right: &StoredResource, keys: &[SortKey]) -> Ordering {
    for key in keys {
        let order = match key.attribute {
            Some(index) => compare_cells(left.attribute(index), right.attribute(index)),
            None => left.id.cmp(&right.id),
        };
        let order = match key.direction {
            SortDirection::Ascending => order,
            SortDirection::Descending => order.reverse(),
        };
        if order.is_ne() {
            return order;
        }
    }
    // The database promises nothing for ties. Here they go by id, so that answers can be repeated.
    left.id.cmp(&right.id)
}

/// Ids of the rows in this order.
pub(super) fn sort(rows: &[StoredResource], keys: &[SortKey]) -> Vec<u64> {
    let mut order: Vec<&StoredResource> = rows.iter().collect();
    sort_rows(&mut order, keys);
    order.into_iter().map(|row| row.id).collect()
}

/// Puts rows in this order; none means by id.
pub(super) fn sort_rows(rows: &mut [&StoredResource], keys: &[SortKey]) {
    rows.sort_unstable_by(|left, right| compare(left, right, keys));
}
