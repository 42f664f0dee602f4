//! Keys that mark and move on.

use crate::keys::Command;

use crate::app::input::moving;
use crate::app::rooms::Rooms;

/// Starts or extends a range by a movement.
pub(in crate::app) fn extend_range(rooms: &mut Rooms, movement: Command) {
    if rooms.store.marks.anchor.is_none() {
        rooms.list.begin_range(&mut rooms.cx, &mut rooms.store);
    }
    moving::moved(rooms, movement);
}

/// Marks the range, or the record under the cursor and moves on.
pub(in crate::app) fn mark(rooms: &mut Rooms) {
    if rooms.store.marks.anchor.is_some() {
        rooms.list.mark_range(&mut rooms.cx, &mut rooms.store);
        return;
    }
    let Some(id) = rooms.list.rows.cursor() else { return };
    if !rooms.store.marks.ids.remove(&id) {
        rooms.store.marks.ids.insert(id);
    }
    rooms.store.marks.added.clear();
    moving::moved(rooms, Command::Down);
    rooms.list.marks_changed(&mut rooms.store);
}
