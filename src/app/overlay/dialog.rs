//! What dialogs have in common: how each takes keys, and the one helper that leaves them and moves in them. A key bound
//! again works in dialogs as it does elsewhere.

use crate::keys::chord::{Code, Key};
use crate::keys::command::{Command, Scope};
use crate::keys::keymap::Meaning;

use crate::app::core::effect::Effect;
use crate::app::core::notice::Tone;
use crate::app::overlay::Overlay;
use crate::app::widget::movement::{leaves, movement};
use crate::app::widget::pager::Pager;
use crate::app::{App, Focus};

/// What becomes of a dialog after a key.
pub(in crate::app) enum After {
    /// It stays, unless something else was opened meanwhile.
    Stay,
    Close,
    /// Another takes its place.
    Open(Overlay),
    /// The key has no meaning of its own there: it leaves, moves or types, as in every dialog.
    Unused,
}

/// How a dialog takes keys.
#[expect(clippy::struct_excessive_bools, reason = "answers that have nothing to do with each other")]
pub(in crate::app) struct Manner {
    /// Whether letters are text there.
    pub text: bool,
    /// Whether the key that goes back leaves it, as `Esc` does.
    pub back: bool,
    /// The command that opened it, and leaves it when its key is pressed again.
    pub opener: Option<Command>,
    /// Keys with a meaning of their own there, which no binding takes away.
    pub own: &'static str,
    /// Whether a key there can write or begin to: none that nobody pressed for it does.
    pub writes: bool,
    /// Whether the wheel moves its cursor.
    pub wheel: bool,
    /// Whether it is closed when the console is locked: it waits for an answer, or shows a record read for it.
    pub ends_when_locked: bool,
}

impl Manner {
    /// A list that goes back closes; the key of the command that opened it closes it too.
    pub const fn list(opener: Option<Command>, own: &'static str) -> Self {
        Self { text: false, back: true, opener, own, writes: false, wheel: true, ends_when_locked: false }
    }

    /// Letters are typed.
    pub const fn text() -> Self {
        Self { text: true, back: false, ..Self::list(None, "") }
    }

    /// Only its own keys and `Esc` do something.
    pub const fn question(own: &'static str) -> Self {
        Self { back: false, ..Self::list(None, own) }
    }

    pub const fn writing(self) -> Self {
        Self { writes: true, ..self }
    }

    pub const fn without_wheel(self) -> Self {
        Self { wheel: false, ..self }
    }

    pub const fn ending_when_locked(self) -> Self {
        Self { ends_when_locked: true, ..self }
    }
}

/// Lines with a cursor: how many there are, how many are in view.
pub(in crate::app) struct Lines<'a> {
    pub pager: &'a mut Pager,
    pub len: usize,
    pub height: usize,
}

/// One dialog.
pub(in crate::app) trait Dialog {
    /// How it takes keys.
    fn manner(&self, app: &App) -> Manner;

    /// A key with a meaning of its own.
    fn key(&mut self, _: &mut App, _: Key) -> After {
        After::Unused
    }

    /// Its lines, where it has a cursor over some.
    fn list(&mut self, _: &App) -> Option<Lines<'_>> {
        None
    }

    /// A key that neither leaves nor moves.
    fn typed(&mut self, _: &mut App, _: Key) {}

    /// A pasted text. Returns whether there is a line that takes it.
    fn pasted(&mut self, _: &mut App, _: &str) -> bool {
        false
    }
}

impl App {
    /// A key in a dialog: its own first, then what every dialog does alike.
    pub(in crate::app) fn typed_over(&mut self, mut overlay: Overlay, key: Key) {
        let dialog = overlay.dialog_mut();
        let after = match dialog.key(self, key) {
            After::Unused if leaves(key) => After::Close,
            After::Unused => {
                let text = dialog.manner(self).text;
                let bound = self.cx.setup.keymap.meaning(Scope::Global, &[key]);
                let moves = match bound {
                    Meaning::Command(command) if command.is_movement() && !text => Some(command),
                    _ => movement(key),
                };
                match (moves, dialog.list(self)) {
                    (Some(command), Some(lines)) => {
                        lines.pager.follow(command, lines.len, lines.height);
                    }
                    _ => dialog.typed(self, key),
                }
                After::Stay
            }
            after => after,
        };
        match after {
            After::Stay | After::Unused => {
                self.overlay.current.get_or_insert(overlay);
            }
            After::Open(other) => self.overlay.current = Some(other),
            After::Close => {}
        }
    }

    /// A paste into a dialog.
    pub(in crate::app) fn pasted_over(&mut self, mut overlay: Overlay, text: &str) {
        if !overlay.dialog_mut().pasted(self, text) {
            self.cx.say(Tone::Plain, "No text field here; the paste was ignored");
        }
        self.overlay.current.get_or_insert(overlay);
    }

    /// How the open dialog takes keys.
    pub(in crate::app) fn manner(&self) -> Option<Manner> {
        Some(self.overlay.current.as_ref()?.dialog().manner(self))
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

    /// Drawing again and stopping work everywhere, as long as the key types nothing. Returns whether it was one of them.
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
