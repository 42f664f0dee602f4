//! The history box: what this session changed, with undo, below what the journal file has of earlier ones and of other
//! consoles and commands; or all that the file has of one registration.

use crate::domain::change::JournalLine;
use crate::keys::{Command, Key};

use crate::app::core::{Context, Effect, Slot, Ticket, Tone};
use crate::app::model::journal_file::FromFile;
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay, undo};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::widget::Pager;

/// The box.
#[derive(Debug, Clone)]
pub struct HistoryBox {
    /// The one registration that it is about.
    pub of: Option<u64>,
    /// What the file says.
    pub file: FromFile,
    /// Over the lines of the file, then over those of the session.
    pub pager: Pager,
}

impl HistoryBox {
    /// Lines of the file.
    pub fn filed(&self) -> &[JournalLine] {
        match &self.file {
            FromFile::Lines(lines, _) => lines,
            FromFile::Reading | FromFile::Unreadable(_) => &[],
        }
    }

    /// Lines of the session.
    fn own(&self, store: &Store) -> usize {
        if self.of.is_some() { 0 } else { store.history.entries().len() }
    }
}

impl Dialogs {
    /// Opens the box: of this session and what was before, or of one registration.
    pub(in crate::app) fn open_history(&mut self, cx: &mut Context, store: &Store, of: Option<u64>) {
        let pager = Pager::at_end(store.history.entries().len(), cx.overlay_height());
        let ticket = cx.tickets.open(Slot::Journal);
        cx.effect(Effect::ReadJournal { ticket, of });
        self.current = Some(Overlay::Journal(Box::new(HistoryBox { of, file: FromFile::Reading, pager })));
    }

    /// The file was read: its lines go above what is shown, and the cursor stays on its line.
    pub(in crate::app) fn journal_read(&mut self, cx: &Context, store: &Store, ticket: Ticket, file: FromFile) {
        let Some(Overlay::Journal(history)) = &mut self.current else { return };
        if !cx.tickets.is_current(ticket) {
            return;
        }
        history.file = file;
        if let (None, FromFile::Lines(lines, _)) = (history.of, &mut history.file) {
            // What this session did stands below, with its undo.
            let earlier = |at| store.history.began.is_some_and(|began| at < began);
            lines.retain(|line| line.author.pid != cx.setup.pid || earlier(line.time));
        }
        let (filed, own) = (history.filed().len(), history.own(store));
        let at = if own == 0 { filed.saturating_sub(1) } else { history.pager.cursor + filed };
        history.pager.move_to(at, filed + own, cx.overlay_height());
    }
}

impl Dialog for HistoryBox {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(Some(Command::Journal), "u").writing()
    }

    fn key(&mut self, rooms: &mut Rooms, dialogs: &mut Dialogs, key: Key) -> After {
        if key != Key::char('u') {
            return After::Unused;
        }
        let own = self.own(&rooms.store);
        if let Some(index) = self.pager.cursor.checked_sub(self.filed().len()).filter(|_| own > 0) {
            undo::ask_undo_of(rooms, dialogs, index);
            return After::Close;
        }
        let text = "Only changes of this session can be undone here. `sipreg undo` undoes the last command";
        rooms.cx.say(Tone::Plain, text);
        After::Stay
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let len = self.filed().len() + self.own(&rooms.store);
        Some(DialogLines { pager: &mut self.pager, len, height: rooms.cx.overlay_height() })
    }
}
