//! What a key means to every dialog alike: leaving it, moving in it. Taken from the keymap, so that a key bound anew
//! works in dialogs as it does elsewhere.

use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::core::effect::Effect;
use crate::app::overlay::Overlay;
use crate::app::{App, Focus};

/// How a dialog takes keys.
struct Manner {
    /// Whether letters are text there.
    text: bool,
    /// Whether the key that goes back leaves it, as `Esc` does.
    back: bool,
    /// The command that opened it, and leaves it when its key is pressed again.
    opener: Option<Command>,
    /// Keys with a meaning of their own there, which no binding takes away.
    own: &'static str,
    /// Whether a key there can write or begin to: none that nobody pressed for it does.
    writes: bool,
}

impl Manner {
    const fn writing(self) -> Self {
        Self { writes: true, ..self }
    }
}

const fn list(opener: Option<Command>, own: &'static str) -> Manner {
    Manner { text: false, back: true, opener, own, writes: false }
}

const TEXT: Manner = Manner { text: true, back: false, opener: None, own: "", writes: false };

const fn question(own: &'static str) -> Manner {
    Manner { text: false, back: false, opener: None, own, writes: false }
}

impl App {
    fn manner(&self) -> Option<Manner> {
        Some(match self.overlay.current.as_ref()? {
            Overlay::Help(_)
            | Overlay::Palette(_)
            | Overlay::SignIn(_)
            | Overlay::Filter(_)
            | Overlay::Sort(_)
            | Overlay::Building(_) => TEXT,
            Overlay::Password(_) => TEXT.writing(),
            Overlay::Deletion(asking) if asking.shown.is_some() => TEXT.writing(),
            Overlay::Views(views) if views.naming.is_some() => TEXT,
            Overlay::Batch if self.batch_takes_count() => TEXT.writing(),
            Overlay::Deletion(_) => question("").writing(),
            Overlay::Views(_) => question("seD"),
            // Both look the key up themselves, in the screen below.
            Overlay::Actions(_) | Overlay::Whole(_) => question(""),
            Overlay::Question(_) => question("yn").writing(),
            Overlay::Offer(_) => question("yfLuX").writing(),
            Overlay::Batch => Manner { back: self.batch_is_over(), ..question("yrnolsu").writing() },
            Overlay::Messages(_) => list(Some(Command::Messages), ""),
            Overlay::Journal(_) => list(Some(Command::Journal), "u").writing(),
            Overlay::Columns(_) => list(Some(Command::Columns), " JK+><-=R"),
            Overlay::Comparison(_) => list(Some(Command::Compare), ""),
            Overlay::Exchanges(_) => list(Some(Command::Exchanges), "rcy"),
            Overlay::Lint(_) => list(Some(Command::Lint), "nN"),
            Overlay::Overview(_) => list(Some(Command::Overview), ""),
            Overlay::NewDrafts(_) | Overlay::Output(_) => list(None, ""),
            Overlay::Profiles(_) => list(Some(Command::Profiles), ""),
            Overlay::Many(_) => list(None, "edsBDw").writing(),
            Overlay::Progress(_) => list(None, "b"),
        })
    }

    /// Whether something takes text now, so that letters are no commands.
    #[must_use]
    pub fn takes_text(&self) -> bool {
        if self.lock.locked.is_some() {
            return true;
        }
        let in_form =
            || self.panes.focus == Focus::Side && self.panes.form().is_some_and(|form| form.editing.is_some());
        self.manner().map_or_else(in_form, |manner| manner.text)
    }

    /// Whether a key in the open dialog can write or begin to. What only runs a command is not meant: that is looked
    /// at by itself.
    pub(in crate::app) fn dialog_writes(&self) -> bool {
        self.manner().is_some_and(|manner| manner.writes)
    }

    /// The key that the open dialog is handed: `Esc` for what leaves it, `Ctrl-c` for what cancels.
    pub(in crate::app) fn key_for_dialog(&self, key: Key) -> Key {
        let Some(manner) = self.manner() else { return key };
        let letter = match key {
            Key { code: Code::Char(letter), ctrl: false } => Some(letter),
            _ => None,
        };
        if letter.is_some_and(|letter| manner.text || manner.own.contains(letter)) {
            return key;
        }
        match self.cx.setup.keymap.meaning(self.panes.scope(), &[key]) {
            Meaning::Command(Command::Escape) => Key::plain(Code::Esc),
            Meaning::Command(Command::Interrupt) => Key::ctrl('c'),
            Meaning::Command(Command::Back) if manner.back => Key::plain(Code::Esc),
            Meaning::Command(command) if manner.opener == Some(command) => Key::plain(Code::Esc),
            Meaning::Command(_) | Meaning::Prefix | Meaning::Nothing => key,
        }
    }

    /// Drawing anew and stopping work everywhere, as long as the key types nothing. Returns whether it was one of them.
    pub(in crate::app) fn works_everywhere(&mut self, key: Key) -> bool {
        let typed = matches!(key, Key { code: Code::Char(_), ctrl: false });
        let effect = match self.cx.setup.keymap.meaning(Scope::Global, &[key]) {
            Meaning::Command(Command::Suspend) => Effect::Suspend,
            Meaning::Command(Command::Redraw) => Effect::Redraw,
            _ => return false,
        };
        if typed && self.takes_text() {
            return false;
        }
        self.cx.effect(effect);
        true
    }
}
