//! Where things stand in the pane of many records, at any height; and whether what deserves a look was in view.

use crate::app::core::Context;
use crate::app::widget::{InView, Layout};
use crate::app::write::Writes;
use crate::app::write::bulk::{Batch, BatchStep};
use crate::keys::Command;

/// Rows of the pane, counted from its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Rows for what it comes to.
    pub head: usize,
    /// The first row of the table.
    pub from: usize,
    /// Rows of the table.
    pub table: usize,
    /// The first of two rows for the record under the cursor in full, where there is room.
    pub full: Option<usize>,
    /// The row of what is typed.
    pub foot: usize,
}

impl Room {
    /// Rows beside the table, where there is room for all.
    const BESIDE_TABLE: usize = 7;

    /// The rows of a pane of so many.
    pub const fn of(height: usize) -> Self {
        if height >= 10 {
            let table = height - Self::BESIDE_TABLE;
            return Self { head: 3, from: 3, table, full: Some(height - 4), foot: height - 2 };
        }
        // The title has the count, too; the effect on nodes has nowhere else to stand.
        let head = if height >= 5 {
            2
        } else if height >= 3 {
            1
        } else {
            0
        };
        let foot = height.saturating_sub(1);
        Self { head, from: head, table: foot.saturating_sub(head), full: None, foot }
    }
}

impl Context {
    /// Rows of what an earlier run left, in view.
    pub fn batch_height(&self) -> usize {
        Room::of(self.layout().page_height()).table.max(1)
    }
}

impl Batch {
    /// Cells and rows inside of a box over the list; `None` where it is a page. It stays as large while it runs.
    pub fn boxed(&self, cx: &Context) -> Option<(u16, usize)> {
        let records = match &self.step {
            BatchStep::Looking(looking) => looking.total(),
            BatchStep::Asking | BatchStep::Waiting(_) | BatchStep::Going | BatchStep::Finished => self.lots.len(),
        };
        let layout = cx.layout();
        let wide = layout.box_rows(records + Room::BESIDE_TABLE).map(|rows| (Layout::BOX_TEXT, rows));
        // One record asks no more than a question does.
        wide.or_else(|| layout.small_box().filter(|_| records == 1))
    }

    /// Where things stand in the pane.
    pub fn room(&self, cx: &Context) -> Room {
        Room::of(self.boxed(cx).map_or_else(|| cx.layout().page_height(), |(_, rows)| rows))
    }

    /// How many rows must have been in view before anything is sent: those that deserve a look stand first; where one
    /// key sends, and not a number that is typed, all of them.
    fn to_be_seen(&self) -> usize {
        if !self.task.wants_count(self.foreseen.to_send) {
            return self.lots.len();
        }
        self.foreseen.to_be_seen
    }

    /// Why nothing is sent yet: what deserves a look was not in view.
    pub(in crate::app) fn unread(&self, cx: &Context) -> Option<String> {
        if self.seen_ahead {
            return None;
        }
        let room = self.room(cx);
        if room.table == 0 {
            return Some("Not sent: nothing of it fits on this screen. Enlarge the terminal".to_owned());
        }
        let part = InView::of(self.pager.top, room.table, self.to_be_seen());
        let more = cx.key(Command::PageDown);
        Some(format!("Not sent. {} of {} rows to check were shown. {more}: read on", part.last, part.lines))
    }

    /// The part of the table that is in view.
    pub fn in_view(&self, cx: &Context) -> InView {
        InView::of(self.pager.top, self.room(cx).table, self.rows())
    }
}

impl Writes {
    /// Notes whether what deserves a look is in view.
    pub(in crate::app) fn note_seen_ahead(&mut self, cx: &Context) {
        if let Some(batch) = self.bulk.as_deref_mut()
            && matches!(batch.step, BatchStep::Asking)
        {
            let table = batch.room(cx).table;
            batch.seen_ahead |= table > 0 && batch.pager.top + table >= batch.to_be_seen();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_less_room_there_is_the_less_stands_beside_the_table() {
        for (height, rows) in [
            (0, (0, 0, None, 0)),
            (1, (0, 0, None, 0)),
            (2, (0, 1, None, 1)),
            (3, (1, 1, None, 2)),
            (4, (1, 2, None, 3)),
            (5, (2, 2, None, 4)),
            (9, (2, 6, None, 8)),
            (10, (3, 3, Some(6), 8)),
            (20, (3, 13, Some(16), 18)),
        ] {
            let Room { head, table, full, foot, .. } = Room::of(height);
            assert_eq!((head, table, full, foot), rows, "{height}");
        }
    }

    #[test]
    fn nothing_stands_on_the_same_row_at_any_height() {
        for height in 0..60 {
            let room = Room::of(height);
            let end = room.from + room.table;
            assert!(room.head <= room.from || room.table == 0, "{height}");
            assert!(room.full.unwrap_or(room.foot) >= end || room.table == 0, "{height}");
            assert!(room.foot < height.max(1), "{height}");
            assert_eq!(room.table == 0, height < 2, "{height}");
        }
    }
}
