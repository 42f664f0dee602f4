//! Creating a registration: an empty form, or one of the drafts kept.

use crate::keys::{Code, Key};

use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::Pager;

/// The choice between an empty form and kept drafts.
#[derive(Debug, Clone)]
pub struct NewDrafts(pub Pager);

impl Dialog for NewDrafts {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(None, "")
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        if key != Key::plain(Code::Enter) {
            return After::Unused;
        }
        match self.0.cursor.checked_sub(1).and_then(|at| rooms.store.new_drafts().get(at).copied()) {
            Some(id) => rooms.panes.open_form(&mut rooms.cx, &mut rooms.store, id, Vec::new()),
            None => rooms.panes.open_new(&rooms.cx, &mut rooms.store, None),
        }
        After::Close
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let len = rooms.store.new_drafts().len() + 1;
        Some(DialogLines { pager: &mut self.0, len, height: rooms.cx.overlay_height() })
    }
}

/// `a`: the form of a new record. Where drafts of new ones are kept, one is chosen first.
pub(in crate::app) fn create(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    if rooms.store.new_drafts().is_empty() {
        rooms.panes.open_new(&rooms.cx, &mut rooms.store, None);
        return;
    }
    dialogs.current = Some(Overlay::NewDrafts(NewDrafts(Pager { cursor: 1, top: 0 })));
}
