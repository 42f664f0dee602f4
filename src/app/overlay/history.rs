//! The history box: what this session changed, with undo, below what the journal file has of earlier ones and of other
//! consoles and commands; or all that the file has of one registration.

use crate::domain::change::journal::JournalLine;
use crate::keys::chord::Key;
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::App;
use crate::app::core::effect::Effect;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::{Slot, Ticket};
use crate::app::overlay::Overlay;
use crate::app::widget::movement::leaves;
use crate::app::widget::pager::Pager;

/// What the file says.
#[derive(Debug, Clone, PartialEq)]
pub enum FromFile {
    /// It is being read.
    Reading,
    /// Its lines, the oldest first, and how many could not be read.
    Lines(Vec<JournalLine>, usize),
    /// Why it could not be read.
    Unreadable(String),
}

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
    #[must_use]
    pub fn filed(&self) -> &[JournalLine] {
        match &self.file {
            FromFile::Lines(lines, _) => lines,
            FromFile::Reading | FromFile::Unreadable(_) => &[],
        }
    }
}

impl App {
    /// Opens the box: of this session and what was before, or of one registration.
    pub(in crate::app) fn open_history(&mut self, of: Option<u64>) {
        let mut pager = Pager::default();
        pager.follow(Command::Last, self.store.history.entries().len(), self.cx.overlay_height());
        let ticket = self.cx.tickets.open(Slot::Journal);
        self.cx.effect(Effect::ReadJournal { ticket, of });
        self.overlay.current = Some(Overlay::Journal(Box::new(HistoryBox { of, file: FromFile::Reading, pager })));
    }

    /// The file was read: its lines go above what is shown, and the cursor stays on its line.
    pub(in crate::app) fn journal_read(&mut self, ticket: Ticket, file: FromFile) {
        let (own, pid, height) = (self.session_lines(), self.cx.setup.pid, self.cx.overlay_height());
        let began = self.store.history.began;
        let Some(Overlay::Journal(history)) = &mut self.overlay.current else { return };
        if !self.cx.tickets.is_current(ticket) {
            return;
        }
        history.file = file;
        if let (None, FromFile::Lines(lines, _)) = (history.of, &mut history.file) {
            // What this session did stands below, with its undo.
            lines.retain(|line| line.author.pid != pid || began.is_some_and(|began| line.time < began));
        }
        let of_session = if history.of.is_some() { 0 } else { own };
        let len = history.filed().len() + of_session;
        let at = if of_session == 0 { len.saturating_sub(1) } else { history.pager.cursor + history.filed().len() };
        history.pager.move_to(at, len, height);
    }

    fn session_lines(&self) -> usize {
        self.store.history.entries().len()
    }

    pub(in crate::app) fn typed_in_history(&mut self, mut history: Box<HistoryBox>, key: Key) {
        if leaves(key) {
            return;
        }
        let own = if history.of.is_some() { 0 } else { self.session_lines() };
        let filed = history.filed().len();
        if key == Key::char('u') {
            if let Some(index) = history.pager.cursor.checked_sub(filed).filter(|_| own > 0) {
                return self.ask_undo_of(index);
            }
            let text = "Only changes of this session are undone here. `sipreg undo` undoes the last command";
            self.cx.say(Tone::Plain, text);
        } else if let Meaning::Command(command) = self.cx.setup.keymap.meaning(Scope::Global, &[key]) {
            history.pager.follow(command, filed + own, self.cx.overlay_height());
        }
        self.overlay.current = Some(Overlay::Journal(history));
    }
}
