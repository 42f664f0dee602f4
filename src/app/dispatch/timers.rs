//! What is due with time, and when the next of it is.

use std::time::Duration;

use crate::app::core::{Read, Slot};
use crate::app::lock::Lock;
use crate::app::overlay::{Dialogs, Overlay};
use crate::app::panes::stack::SidePane;
use crate::app::rooms::Rooms;

/// A time has come.
pub(in crate::app) fn woke(rooms: &mut Rooms) {
    let mono = rooms.cx.now.mono;
    for side in &mut rooms.panes.stack {
        if let Some(until) = side.revealed_until_mut()
            && until.is_some_and(|until| until <= mono)
        {
            *until = None;
        }
    }
    rooms.writes.batch_woke(&mut rooms.cx, &mut rooms.store);
    if rooms.sync.sweep.held_up.as_ref().and_then(|held| held.retry_at).is_some_and(|at| at <= mono) {
        rooms.sync.sweep.retry(&mut rooms.cx, &rooms.store.records);
    }
    rooms.store.read_back_due(&mut rooms.cx);
    if rooms.sync.watch.due.is_some_and(|due| due <= mono) {
        let in_view = rooms.in_view();
        rooms.sync.read_watched(&mut rooms.cx, &mut rooms.store, &in_view);
    }
    if rooms.sync.renewal_at(&rooms.cx).is_some_and(|at| at <= mono) {
        rooms.cx.read_beside(Slot::SignIn, Read::Renew);
    }
}

/// When the app next needs to be woken, if at all. An idle app asks for no more than once a minute.
pub fn wake_at(rooms: &Rooms, dialogs: &Dialogs, lock: &Lock) -> Option<Duration> {
    let mono = rooms.cx.now.mono;
    // What is due already is done with the next waking.
    let soon = |at: Duration| at.max(mono + Duration::from_millis(1));
    let is_shown = matches!(dialogs.current, Some(Overlay::Batch(_)));
    if let Some(lock) = &lock.locked {
        let read_back = rooms.store.writes.read_back_at().filter(|_| !lock.forgotten).map(soon);
        let batch = rooms.writes.batch_wakes_at(&rooms.cx, is_shown);
        return batch.into_iter().chain(read_back).filter(|at| *at > mono).min();
    }
    let mut times: Vec<Duration> = Vec::new();
    times.extend(lock.locks_at());
    times.extend(rooms.store.writes.read_back_at().map(soon));
    times.extend(rooms.sync.status_changes_at(&rooms.cx, &rooms.store));
    times.extend(rooms.sync.renewal_at(&rooms.cx));
    times.extend(rooms.writes.batch_wakes_at(&rooms.cx, is_shown));
    times.extend(dialogs.progress_wakes_at());
    times.extend(rooms.rests_at());
    times.extend(rooms.store.live_wakes_at().map(soon));
    // A key may come between its time and the waking: it is still to be looked then.
    times.extend(rooms.sync.watch.due.map(soon));
    for side in &rooms.panes.stack {
        match side {
            SidePane::Detail(pane) => times.extend(pane.revealed_until),
            SidePane::Form(form) => times.extend(form.revealed_until),
            SidePane::Document { .. } | SidePane::Target(_) => {}
        }
    }
    if let Some(at) = rooms.sync.sweep.held_up.as_ref().and_then(|held| held.retry_at) {
        // The countdown shows whole seconds.
        let left = at.saturating_sub(mono);
        times.push(mono + Duration::from_nanos(u64::from(left.subsec_nanos()).max(1)));
        times.push(at);
    }
    times.into_iter().filter(|at| *at > mono).min()
}
