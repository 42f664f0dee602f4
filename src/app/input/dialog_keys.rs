//! What a key means to every dialog alike: leaving it, moving in it. Taken from the keymap, so that a key bound anew
//! works in dialogs as it does elsewhere.

use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::{Keymap, Meaning};

use crate::app::App;
use crate::app::core::effect::Effect;
use crate::app::overlay::Overlay;

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
}

const fn list(opener: Option<Command>, own: &'static str) -> Manner {
    Manner { text: false, back: true, opener, own }
}

const TEXT: Manner = Manner { text: true, back: false, opener: None, own: "" };

const fn question(own: &'static str) -> Manner {
    Manner { text: false, back: false, opener: None, own }
}

impl App {
    fn manner(&self) -> Option<Manner> {
        Some(match self.overlay.current.as_ref()? {
            Overlay::Help(_)
            | Overlay::Palette(_)
            | Overlay::SignIn(_)
            | Overlay::Filter(_)
            | Overlay::Building(_)
            | Overlay::Password(_)
            | Overlay::Deletion(_) => TEXT,
            Overlay::Views(views) if views.naming.is_some() => TEXT,
            Overlay::Batch if self.batch_takes_count() => TEXT,
            Overlay::Views(_) => question("seD"),
            // Both look the key up themselves, in the screen below.
            Overlay::Actions(_) | Overlay::Whole(_) => question(""),
            Overlay::Question(_) => question("yn"),
            Overlay::Offer(_) => question("yfLuX"),
            Overlay::Batch => Manner { back: self.batch_is_over(), ..question("yrnolsu") },
            Overlay::Messages(_) => list(Some(Command::Messages), ""),
            Overlay::Journal(_) => list(Some(Command::Journal), "u"),
            Overlay::Columns(_) => list(Some(Command::Columns), " JK+><-=R"),
            Overlay::Comparison(_) => list(Some(Command::Compare), ""),
            Overlay::Sort(_) => list(Some(Command::Sort), " "),
            Overlay::Exchanges(_) => list(Some(Command::Exchanges), "rcy"),
            Overlay::Lint(_) => list(Some(Command::Lint), ""),
            Overlay::Overview(_) => list(Some(Command::Overview), ""),
            Overlay::NewDrafts(_) => list(None, ""),
            Overlay::Many(_) => list(None, "edsBDw"),
            Overlay::Progress(_) => list(None, "b"),
        })
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

/// A movement in a list whose own letters are `own`.
pub(in crate::app) fn moving(keymap: &Keymap, own: &str, key: Key) -> Option<Command> {
    if matches!(key, Key { code: Code::Char(letter), ctrl: false } if own.contains(letter)) {
        return None;
    }
    match keymap.meaning(Scope::List, &[key]) {
        Meaning::Command(command) if command.is_movement() => Some(command),
        _ => movement(key),
    }
}

/// Movement while a line is typed: only keys that type nothing.
pub(in crate::app) const fn movement(key: Key) -> Option<Command> {
    match (key.ctrl, key.code) {
        (false, Code::Down | Code::ShiftDown) | (true, Code::Char('n')) => Some(Command::Down),
        (false, Code::Up | Code::ShiftUp) | (true, Code::Char('p')) => Some(Command::Up),
        (false, Code::PageDown) => Some(Command::PageDown),
        (false, Code::PageUp) => Some(Command::PageUp),
        _ => None,
    }
}
