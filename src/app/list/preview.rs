//! What stands beside a list while its cursor runs: the record on which the cursor last rested. A pane that followed
//! each repetition of a held key would cost more than the list itself, and no one reads it then.

use std::time::Duration;

use crate::domain::query::RowRef;

use crate::app::core::Context;
use crate::app::list::List;
use crate::app::store::Store;
use crate::app::widget::DetailPlace;

/// Moves that follow each other faster than this are a run. The slowest keyboards repeat a held key every 92 ms.
pub(in crate::app) const RUN: Duration = Duration::from_millis(120);

/// Where the cursor rested, and where it moved from there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resting {
    /// The record on which it rested last.
    pub(in crate::app) on: Option<u64>,
    /// The record on which it is.
    pub(in crate::app) cursor: Option<u64>,
    /// The first row in view when it rested last.
    top: usize,
    /// When it last moved from one record to another.
    pub(in crate::app) moved: Option<Duration>,
}

impl List {
    /// Takes note of where the cursor is now: it rests once it has not moved for a while.
    pub(in crate::app) fn follow_cursor(&mut self, cx: &mut Context, store: &mut Store) {
        let (now, cursor) = (cx.now.mono, self.rows.cursor());
        let Resting { on, cursor: before, .. } = self.resting;
        if cursor != before {
            self.resting.cursor = cursor;
            // What had no cursor was empty: no one pressed a key.
            self.resting.moved = before.map(|_| now);
        }
        let gone = on.is_none_or(|on| store.records.position(on).is_none());
        if self.is_at_rest(cx) || gone {
            self.resting.on = cursor;
            self.resting.top = self.rows.top();
        }
    }

    /// Whether the cursor has stayed where it is long enough to say more about the record.
    pub fn is_at_rest(&self, cx: &Context) -> bool {
        self.resting.moved.is_none_or(|moved| cx.now.mono >= moved + RUN)
    }

    /// What stands beside a wide list while nothing is opened: the record on which the cursor rests. Nothing while the list
    /// scrolls by: a terminal scrolls whole rows, so that whatever stood here would have to be drawn again with each.
    pub fn beside<'a>(&self, cx: &Context, store: &'a Store) -> Option<RowRef<'a>> {
        let Resting { on, cursor, top, .. } = self.resting;
        let passes = on != cursor && top != self.rows.top() && cx.layout().place == DetailPlace::Beside;
        on.and_then(|on| store.records.get(on)).filter(|_| !passes)
    }

    /// The record under the cursor, as the list knows it.
    pub fn under_cursor<'a>(&self, store: &'a Store) -> Option<RowRef<'a>> {
        store.records.get(self.rows.cursor()?)
    }
}
