//! What was said this session.

use crate::keys::command::Command;

use crate::app::App;
use crate::app::overlay::dialog::{Dialog, Lines, Manner};
use crate::app::widget::pager::Pager;

/// Over the messages.
#[derive(Debug, Clone)]
pub struct Messages(pub Pager);

impl Dialog for Messages {
    fn manner(&self, _: &App) -> Manner {
        Manner::list(Some(Command::Messages), "")
    }

    fn list(&mut self, app: &App) -> Option<Lines<'_>> {
        Some(Lines { pager: &mut self.0, len: app.cx.notices.all().len(), height: app.cx.overlay_height() })
    }
}
