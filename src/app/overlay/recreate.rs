//! What is asked before a deleted registration is created again.

use crate::app::core::Context;
use crate::app::model::history::{EntryState, HistoryEntry};
use crate::app::overlay::{Dialogs, Overlay, Question, Yes};
use crate::app::rooms::Rooms;
use crate::app::widget::{Meant, TextLine};
use crate::app::write::recreate::password_of;

/// What nodes make of a record that comes back.
const NEW_ID: &str = "It gets a new ID; nodes see it as another registration.";

/// `:recreate`: re-creates a deleted record from its draft.
pub(in crate::app) fn ask_recreate(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let Some(id) = rooms.subject().filter(|id| rooms.store.drafts.contains_key(id)) else { return };
    let display_name = rooms.store.display_name(id);
    let facts = vec![
        TextLine::labelled("Registration", format!("{display_name}, from your draft")),
        rooms.cx.server_fact(),
        TextLine::new(Meant::Text, NEW_ID),
    ];
    let question = Question::new(format!("Re-create {display_name}?"), "re-create", facts, Yes::Recreate(id));
    dialogs.current = Some(Overlay::Question(question));
}

impl Dialogs {
    /// Asks before a deleted record is re-created.
    pub(in crate::app) fn ask_recreate_entry(&mut self, cx: &mut Context, index: usize, entry: &HistoryEntry) {
        let (id, name, what, at) = (entry.id, entry.name(), entry.what(), cx.clock(entry.at));
        let (first, done) = match entry.standing {
            EntryState::Done => ("Undo", format!("{what} at {at}")),
            EntryState::Undone => ("Redo", format!("first {what} at {at}")),
        };
        let facts = vec![
            TextLine::labelled("Registration", format!("{id} {name}")),
            TextLine::labelled("Change", done),
            cx.server_fact(),
            TextLine::new(Meant::Text, NEW_ID),
            TextLine::new(Meant::Text, password_of(&entry.after.0.record())),
        ];
        let question = Question::new(format!("{first}: re-create {id} {name}?"), "re-create", facts, Yes::Undo(index));
        self.current = Some(Overlay::Question(question));
    }
}
