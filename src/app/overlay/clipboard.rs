//! Putting something of a registration on the clipboard. Passwords and tokens never go there.

use crate::domain::clipping::Clipping;
use crate::keys::Command;

use crate::app::core::{CommandRefusal, Read, Slot, Tone};
use crate::app::rooms::Rooms;

/// What a command that copies takes, what that is called, and of which record.
///
/// # Errors
/// Why there is nothing to copy.
pub(in crate::app) fn copied(rooms: &Rooms, command: Command) -> Result<(u64, &'static str, Clipping), CommandRefusal> {
    let Some(id) = rooms.subject() else {
        return Err(CommandRefusal::Idle("No registration selected to copy from".to_owned()));
    };
    let Some(record) = rooms.store.records.get(id) else {
        return Err(CommandRefusal::Idle(format!("Not copied: registration {id} is not loaded")));
    };
    let (what, text) = match rooms.store.fetched.get(&id) {
        // Neither of these needs a value.
        _ if record.is_whole() || matches!(command, Command::CopyId | Command::CopyRequest) => {
            rooms.list.text_of(&rooms.cx, &rooms.store, command, &record)
        }
        Some(opened) => rooms.list.text_of(&rooms.cx, &rooms.store, command, &opened.registration),
        // Enough to see whether there is anything: what is copied is read first.
        None => return Ok((id, "", Clipping::default())),
    };
    rooms.store.fit_to_copy(id, what, text)
}

pub(in crate::app) fn copy(rooms: &mut Rooms, command: Command) {
    let Ok((id, what, text)) = copied(rooms, command) else { return };
    if text.is_empty() {
        // The list keeps a part of it only.
        rooms.panes.copying = Some((id, command));
        rooms
            .cx
            .say(Tone::Plain, format!("{}: loading the whole value before copying …", rooms.store.display_name(id)));
        return rooms.cx.read(Slot::Whole, Read::Record { id, known: None });
    }
    rooms.store.copy_text(&mut rooms.cx, id, what, text);
}
