//! The list of registrations: which are shown, in which order, and where the cursor is. The cursor is
//! bound to an id, so no refresh moves it onto another record.

use crate::domain::collection::Collection;
use crate::domain::registration::Record as _;
use crate::domain::segment::RowRef;
use crate::keys::command::Command;

use super::pager::Pager;

/// Cursor, scroll position and order.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The record under the cursor.
    cursor: Option<u64>,
    pager: Pager,
    /// How many records are enabled, how many are not.
    counts: (usize, usize),
}

impl List {
    /// The record under the cursor.
    #[must_use]
    pub const fn cursor(&self) -> Option<u64> {
        self.cursor
    }

    /// How many records are enabled and how many are not.
    #[must_use]
    pub const fn on_and_off(&self) -> (usize, usize) {
        self.counts
    }

    /// First row in view.
    #[must_use]
    pub const fn top(&self) -> usize {
        self.pager.top
    }

    /// Row of the cursor.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.pager.cursor
    }

    /// Records in view, with their rows.
    pub fn in_view<'a>(&self, records: &'a Collection, height: usize) -> impl Iterator<Item = RowRef<'a>> + use<'a> {
        let top = self.pager.top;
        (top..top + height).map_while(|position| records.at(position))
    }

    /// Follows a movement. Returns whether the command was one.
    pub fn follow(&mut self, command: Command, records: &Collection, height: usize) -> bool {
        let moved = self.pager.follow(command, records.len(), height);
        if moved {
            self.cursor = records.id_at(self.pager.cursor);
        }
        moved
    }

    /// Puts the cursor on a record, if it is there.
    pub fn go_to(&mut self, id: u64, records: &Collection, height: usize) -> bool {
        let Some(position) = records.position(id) else { return false };
        self.pager.move_to(position, records.len(), height);
        self.cursor = Some(id);
        true
    }

    /// The records changed: the cursor stays on its record and, as far as possible, on its row of the
    /// screen. Where the record is gone it goes to the next one.
    pub fn settle(&mut self, records: &Collection, height: usize) {
        self.counts = records.iter().fold((0, 0), |(on, off), row| match row.enabled() {
            Some(true) => (on + 1, off),
            Some(false) => (on, off + 1),
            None => (on, off),
        });
        let position = match self.cursor {
            None => 0,
            Some(id) => records.position_near(id),
        };
        // What is above the record grew or shrank: scroll along, so that it does not jump on the screen.
        let shift = position.cast_signed() - self.pager.cursor.cast_signed();
        self.pager.top = self.pager.top.saturating_add_signed(shift);
        self.pager.move_to(position, records.len(), height);
        self.cursor = records.id_at(self.pager.cursor);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::registration::Registration;
    use crate::domain::segment::Segment;

    fn of(ids: impl IntoIterator<Item = u64>) -> Collection {
        let records: Vec<Registration> = ids.into_iter().map(Registration::new).collect();
        let mut collection = Collection::default();
        collection.absorb(Arc::new(Segment::of(&records)));
        collection
    }

    #[test]
    fn rows_that_arrive_above_move_neither_cursor_nor_screen_row() {
        let mut list = List::default();
        let few = of(100..200);
        list.settle(&few, 10);
        list.go_to(150, &few, 10);
        let row_before = list.position() - list.top();
        let many = of(0..200);
        list.settle(&many, 10);
        assert_eq!(list.cursor(), Some(150));
        assert_eq!(list.position() - list.top(), row_before);
    }

    #[test]
    fn a_record_that_is_gone_gives_the_cursor_to_the_next() {
        let mut list = List::default();
        let all = of([1, 2, 3]);
        list.go_to(2, &all, 10);
        list.settle(&of([1, 3]), 10);
        assert_eq!(list.cursor(), Some(3));
        list.settle(&of([]), 10);
        assert_eq!(list.cursor(), None);
    }
}
