//! Choosing what the list is sorted by, and moving about its columns.

use crate::domain::query::{Column, Direction, Listed, Order, OrderKey as SortKey};
use crate::domain::record::FieldId;
use crate::keys::Command;

use crate::app::core::{Context, Tone};
use crate::app::list::List;
use crate::app::store::Store;

/// The other direction.
const fn turned(direction: Direction) -> Direction {
    match direction {
        Direction::Ascending => Direction::Descending,
        Direction::Descending => Direction::Ascending,
    }
}

/// The sign of a direction.
pub const fn sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "^",
        Direction::Descending => "v",
    }
}

/// What sorting by a column of the list means.
fn columns_of(listed: Listed) -> Vec<Column> {
    match listed {
        Listed::Column(column) => vec![column],
        Listed::Address => vec![Column::Field(FieldId::Domain), Column::Field(FieldId::Username)],
    }
}

/// The order in words: `pop ^ name v`.
pub fn reported(order: &Order) -> String {
    if order.keys.is_empty() {
        return "id ^".to_owned();
    }
    let keys: Vec<String> =
        order.keys.iter().map(|key| format!("{} {}", key.column.name(), sign(key.direction))).collect();
    keys.join(" ")
}

impl List {
    /// Sorts by this column alone; where it does already, the other way round.
    pub(in crate::app) fn sort_alone(&mut self, cx: &mut Context, store: &mut Store, column: Column) {
        let direction = match self.arranging.order.keys.as_slice() {
            [only] if only.column == column => turned(only.direction),
            _ => Direction::Ascending,
        };
        self.sort_by(cx, store, Order { keys: vec![SortKey { column, direction }] });
    }

    /// Sorts by this column, too; where it does already, the other way round, and then no longer.
    pub(in crate::app) fn sort_also(&mut self, cx: &mut Context, store: &mut Store, column: Column) {
        let mut order = self.arranging.order.clone();
        match order.keys.iter().position(|key| key.column == column) {
            None => order.add(SortKey { column, direction: Direction::Ascending }),
            Some(at) => match order.keys.get_mut(at) {
                Some(key) if key.direction == Direction::Ascending => key.direction = Direction::Descending,
                _ => {
                    order.keys.remove(at);
                }
            },
        }
        self.sort_by(cx, store, order);
    }
}

impl List {
    pub(in crate::app) fn move_column(&mut self, store: &Store, command: Command) {
        let columns = self.visited_columns(store);
        let at = self.rows.column.and_then(|column| columns.iter().position(|known| *known == column));
        let next = match (at, command) {
            (None, _) => 0,
            (Some(at), Command::ColumnLeft) => at.saturating_sub(1),
            (Some(at), _) => (at + 1).min(columns.len().saturating_sub(1)),
        };
        self.rows.column = columns.get(next).copied();
    }

    pub(in crate::app) fn sort_by(&mut self, cx: &mut Context, store: &mut Store, order: Order) {
        self.arranging.order = order;
        self.arrange(cx, store);
    }

    /// Sorts by a column whose heading was chosen; by the one that it is sorted by already, the other way round.
    pub(in crate::app) fn sort_by_heading(&mut self, cx: &mut Context, store: &mut Store, listed: Listed) {
        let keys = match self.arranging.order.keys.as_slice() {
            [] => vec![SortKey { column: Column::Id, direction: Direction::Ascending }],
            keys => keys.to_vec(),
        };
        let by = columns_of(listed);
        let already = keys.iter().map(|key| key.column).eq(by.iter().copied());
        let direction = match keys.first() {
            Some(key) if already => turned(key.direction),
            Some(_) | None => Direction::Ascending,
        };
        self.sort_by(cx, store, Order { keys: by.into_iter().map(|column| SortKey { column, direction }).collect() });
    }

    pub(in crate::app) fn reverse_sort(&mut self, cx: &mut Context, store: &mut Store) {
        let mut order = self.arranging.order.clone();
        match order.keys.first_mut() {
            Some(first) => first.direction = turned(first.direction),
            None => order.keys.push(SortKey { column: Column::Id, direction: Direction::Descending }),
        }
        self.sort_by(cx, store, order);
    }

    pub(in crate::app) fn move_sort(&mut self, cx: &mut Context, store: &mut Store, command: Command) {
        let listed = self.visited_columns(store);
        let by: Vec<Column> = match self.arranging.order.keys.as_slice() {
            [] => vec![Column::Id],
            keys => keys.iter().map(|key| key.column).collect(),
        };
        let at = listed.iter().position(|column| columns_of(*column) == by).unwrap_or(0);
        let next = match command {
            Command::SortLeft => at.checked_sub(1),
            _ => Some(at + 1),
        };
        let Some(listed) = next.and_then(|next| listed.get(next)) else {
            cx.say(Tone::Plain, "No more columns on this side");
            return;
        };
        let keys =
            columns_of(*listed).into_iter().map(|column| SortKey { column, direction: Direction::Ascending }).collect();
        self.rows.column = Some(*listed);
        self.sort_by(cx, store, Order { keys });
    }
}
