//! What was said this session.

use crate::keys::Command;

use crate::app::overlay::{Dialog, DialogLines, Dialogs, KeyHandling};
use crate::app::rooms::Rooms;
use crate::app::widget::Pager;

/// Over the messages.
#[derive(Debug, Clone)]
pub struct Messages(pub Pager);

impl Dialog for Messages {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(Some(Command::Messages), "")
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        Some(DialogLines { pager: &mut self.0, len: rooms.cx.notices.all().len(), height: rooms.cx.overlay_height() })
    }
}
