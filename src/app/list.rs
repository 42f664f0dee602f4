//! The list of registrations: which are shown, in which order, and where the cursor is. The cursor is
//! bound to an id, so no refresh moves it onto another record.

pub mod arrange;
pub mod column_layout;
pub(crate) mod filter;
pub mod looks;
pub(crate) mod marking;
pub(crate) mod preview;
pub mod sort;
pub mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::query::{Collection, Listed, RowRef};
use crate::keys::Command;

use crate::app::list::arrange::Arranging;
use crate::app::list::preview::Resting;
use crate::app::list::views::Views;
use crate::app::model::columns::Columns;
use crate::app::widget::Pager;

/// Which records are shown, in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ShownRecords {
    /// All, by id.
    #[default]
    All,
    /// These, in this order. Some may be gone already.
    Ids(Arc<[u64]>),
}

/// The list pane: its rows, its columns, its saved views.
#[derive(Debug, Default)]
pub struct List {
    /// The rows shown, and the cursor.
    pub rows: ListRows,
    /// Filter and order.
    pub arranging: Arranging,
    /// Columns.
    pub columns: Columns,
    /// Cells that the values of each column need.
    pub(in crate::app) needs: BTreeMap<Listed, column_layout::WidthNeed>,
    /// Saved views.
    pub views: Views,
    /// Where the cursor rested last.
    pub(in crate::app) resting: Resting,
    /// The record that the next one is compared with.
    pub to_compare: Option<u64>,
}

/// Cursor, scroll position and order.
#[derive(Debug, Clone, Default)]
pub struct ListRows {
    /// The record under the cursor.
    cursor: Option<u64>,
    pager: Pager,
    shown: ShownRecords,
    /// The column under the column cursor.
    pub column: Option<Listed>,
}

impl ListRows {
    /// The record under the cursor.
    pub const fn cursor(&self) -> Option<u64> {
        self.cursor
    }

    /// First row in view.
    pub const fn top(&self) -> usize {
        self.pager.top
    }

    /// Row of the cursor.
    pub const fn position(&self) -> usize {
        self.pager.cursor
    }

    /// Which records are shown.
    pub const fn shown(&self) -> &ShownRecords {
        &self.shown
    }

    /// How many records are shown.
    pub fn len(&self, records: &Collection) -> usize {
        match &self.shown {
            ShownRecords::All => records.len(),
            ShownRecords::Ids(ids) => ids.len(),
        }
    }

    /// The id on a row.
    pub fn id_at(&self, row: usize, records: &Collection) -> Option<u64> {
        match &self.shown {
            ShownRecords::All => records.id_at(row),
            ShownRecords::Ids(ids) => ids.get(row).copied(),
        }
    }

    /// Ids of all records shown, in order.
    pub fn ids<'a>(&'a self, records: &'a Collection) -> impl Iterator<Item = u64> + 'a {
        (0..self.len(records)).filter_map(|row| self.id_at(row, records))
    }

    /// The row of a record.
    pub fn row_of(&self, id: u64, records: &Collection) -> Option<usize> {
        match &self.shown {
            ShownRecords::All => records.position(id),
            ShownRecords::Ids(ids) => ids.iter().position(|shown| *shown == id),
        }
    }

    /// Shows other records, or the same in another order. The cursor stays where it is until [`ListRows::clamp_cursor`].
    pub fn show(&mut self, shown: ShownRecords) {
        self.shown = shown;
    }

    /// Records in view, with their rows.
    pub fn in_view<'a>(&'a self, records: &'a Collection, height: usize) -> impl Iterator<Item = RowRef<'a>> + 'a {
        let top = self.pager.top;
        (top..top + height).filter_map(move |row| match &self.shown {
            ShownRecords::All => records.at(row),
            ShownRecords::Ids(ids) => ids.get(row).and_then(|id| records.get(*id)),
        })
    }

    /// Follows a movement. Returns whether the command was one.
    pub fn follow(&mut self, command: Command, records: &Collection, height: usize) -> bool {
        let moved = self.pager.follow(command, self.len(records), height);
        if moved {
            self.cursor = self.id_at(self.pager.cursor, records);
        }
        moved
    }

    /// Scrolls by rows; the cursor stays on its record while that is in view.
    pub fn scroll(&mut self, by: isize, records: &Collection, height: usize) {
        self.pager.scroll(by, self.len(records), height);
        self.cursor = self.id_at(self.pager.cursor, records);
    }

    /// Puts the cursor on a row, or on the last one.
    pub fn go_to_row(&mut self, row: usize, records: &Collection, height: usize) {
        self.pager.move_to(row, self.len(records), height);
        self.cursor = self.id_at(self.pager.cursor, records);
    }

    /// Puts the cursor on a record, if it is shown.
    pub fn go_to(&mut self, id: u64, records: &Collection, height: usize) -> bool {
        let Some(row) = self.row_of(id, records) else { return false };
        self.go_to_row(row, records, height);
        true
    }

    /// The records changed: the cursor stays on its record and, as far as possible, on its row of the
    /// screen. Where the record is gone it goes to the next one.
    pub fn clamp_cursor(&mut self, records: &Collection, height: usize) {
        let row = match (self.cursor, &self.shown) {
            (None, _) => 0,
            (Some(id), ShownRecords::All) => records.position_near(id),
            (Some(id), ShownRecords::Ids(_)) => self.row_of(id, records).unwrap_or(self.pager.cursor),
        };
        // What is above the record grew or shrank: scroll along, so that it does not jump on the screen.
        let shift = row.cast_signed() - self.pager.cursor.cast_signed();
        self.pager.top = self.pager.top.saturating_add_signed(shift);
        self.go_to_row(row, records, height);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::query::Segment;
    use crate::domain::record::Registration;

    fn of(ids: impl IntoIterator<Item = u64>) -> Collection {
        let records: Vec<Registration> = ids.into_iter().map(Registration::new).collect();
        let mut collection = Collection::default();
        collection.absorb(Arc::new(Segment::of(&records)));
        collection
    }

    #[test]
    fn rows_that_arrive_above_move_neither_cursor_nor_screen_row() {
        let mut list = ListRows::default();
        let few = of(100..200);
        list.clamp_cursor(&few, 10);
        list.go_to(150, &few, 10);
        let row_before = list.position() - list.top();
        let many = of(0..200);
        list.clamp_cursor(&many, 10);
        assert_eq!(list.cursor(), Some(150));
        assert_eq!(list.position() - list.top(), row_before);
    }

    #[test]
    fn a_record_that_is_gone_gives_the_cursor_to_the_next() {
        let mut list = ListRows::default();
        let all = of([1, 2, 3]);
        list.go_to(2, &all, 10);
        list.clamp_cursor(&of([1, 3]), 10);
        assert_eq!(list.cursor(), Some(3));
        list.clamp_cursor(&of([]), 10);
        assert_eq!(list.cursor(), None);
    }

    #[test]
    fn in_another_order_the_cursor_is_still_on_its_record() {
        let mut list = ListRows::default();
        let all = of(0..100);
        list.clamp_cursor(&all, 10);
        list.go_to(20, &all, 10);
        list.show(ShownRecords::Ids((0..100).rev().collect()));
        list.clamp_cursor(&all, 10);
        assert_eq!((list.cursor(), list.position()), (Some(20), 79));
        list.show(ShownRecords::Ids([3, 7].into()));
        list.clamp_cursor(&all, 10);
        assert_eq!((list.cursor(), list.len(&all)), (Some(7), 2));
        list.show(ShownRecords::All);
        list.clamp_cursor(&all, 10);
        assert_eq!((list.cursor(), list.position()), (Some(7), 7));
    }
}
