//! Showing a password: what is asked before the first one of a session in a protected profile.

use crate::app::core::Access;
use crate::app::overlay::{Dialogs, Overlay, Question, Yes};
use crate::app::rooms::Rooms;
use crate::app::widget::{Meant, TextLine};

/// `P`: shows the password, where the profile is protected after a question, once a session.
pub(in crate::app) fn reveal_password(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    if rooms.cx.setup.access != Access::Write && !rooms.panes.may_show_passwords {
        let display_name = rooms.subject().map(|id| rooms.store.display_name(id)).unwrap_or_default();
        let facts = vec![
            TextLine::labelled("Registration", display_name),
            rooms.cx.server_fact(),
            TextLine::new(Meant::Text, "It stays on the screen for 10 s. This is asked once per session."),
        ];
        let question = Question::new("Show the password?", "show", facts, Yes::ShowPassword);
        dialogs.current = Some(Overlay::Question(question));
        return;
    }
    rooms.panes.reveal_password(&mut rooms.cx, &rooms.store);
}
