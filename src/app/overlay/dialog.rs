//! What dialogs have in common: how each takes keys, and the one helper that leaves them and moves in them. A key bound
//! again works in dialogs as it does elsewhere.

use crate::keys::{Code, Command, Key, KeyMeaning, Scope};

use crate::app::core::{Context, Effect, Tone};
use crate::app::overlay::{Dialogs, Overlay};

use crate::app::rooms::Rooms;
use crate::app::widget::{Pager, leaves, movement};

/// What becomes of a dialog after a key.
pub(in crate::app) enum After {
    /// It stays, unless something else was opened meanwhile.
    Stay,
    Close,
    /// Another takes its place.
    Open(Overlay),
    /// It runs a command and is gone; where the command cannot be used it says why, and stays.
    Run(Command),
    /// It runs what was typed as a command line and is gone; where that cannot be run it says why, and stays.
    RunLine(String),
    /// The key has no meaning of its own there: it leaves, moves or types, as in every dialog.
    Unused,
}

/// How a dialog takes keys.
#[expect(clippy::struct_excessive_bools, reason = "answers that have nothing to do with each other")]
pub(in crate::app) struct KeyHandling {
    /// Whether letters are text there.
    pub text: bool,
    /// Whether the key that goes back leaves it, as `Esc` does.
    pub back: bool,
    /// The command that opened it, and leaves it when its key is pressed again.
    pub opener: Option<Command>,
    /// Keys with a meaning of their own there, which no binding takes away.
    pub own: &'static str,
    /// Whether a key there can write or begin to: none that no one pressed for it does.
    pub writes: bool,
    /// Whether the wheel moves its cursor.
    pub wheel: bool,
    /// Whether it is closed when the console is locked: it waits for an answer, or shows a record read for it.
    pub ends_when_locked: bool,
}

impl KeyHandling {
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
pub(in crate::app) struct DialogLines<'a> {
    pub pager: &'a mut Pager,
    pub len: usize,
    pub height: usize,
}

/// What keys mean just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum TypingMode {
    /// Letters are typed.
    Text,
    /// Letters are commands.
    Commands,
}

/// One dialog.
pub(in crate::app) trait Dialog {
    /// How it takes keys.
    fn manner(&self, rooms: &Rooms) -> KeyHandling;

    /// A key with a meaning of its own.
    fn key(&mut self, _: &mut Rooms, _: &mut Dialogs, _: Key) -> After {
        After::Unused
    }

    /// Its lines, where it has a cursor over some.
    fn list(&mut self, _: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        None
    }

    /// A key that neither leaves nor moves.
    fn typed(&mut self, _: &mut Rooms, _: Key) {}

    /// A pasted text. Returns whether there is a line that takes it.
    fn pasted(&mut self, _: &mut Rooms, _: &mut Dialogs, _: &str) -> bool {
        false
    }
}

/// A key in a dialog: its own first, then what every dialog does alike.
pub(in crate::app) fn typed_in(rooms: &mut Rooms, dialogs: &mut Dialogs, overlay: &mut Overlay, key: Key) -> After {
    let dialog = overlay.dialog_mut();
    match dialog.key(rooms, dialogs, key) {
        After::Unused if leaves(key) => After::Close,
        After::Unused => {
            let text = dialog.manner(rooms).text;
            let bound = rooms.cx.setup.keymap.meaning(Scope::Global, &[key]);
            let moves = match bound {
                KeyMeaning::Command(command) if command.is_movement() && !text => Some(command),
                _ => movement(key),
            };
            match (moves, dialog.list(rooms, dialogs)) {
                (Some(command), Some(lines)) => {
                    lines.pager.follow(command, lines.len, lines.height);
                }
                _ => dialog.typed(rooms, key),
            }
            After::Stay
        }
        after => after,
    }
}

/// A paste into a dialog.
pub(in crate::app) fn pasted_in(rooms: &mut Rooms, dialogs: &mut Dialogs, mut overlay: Overlay, text: &str) {
    if !overlay.dialog_mut().pasted(rooms, dialogs, text) {
        rooms.cx.say(Tone::Plain, "No text field here; the paste was ignored");
    }
    dialogs.current.get_or_insert(overlay);
}

/// How the open dialog takes keys.
pub(in crate::app) fn manner(rooms: &Rooms, dialogs: &Dialogs) -> Option<KeyHandling> {
    Some(dialogs.current.as_ref()?.dialog().manner(rooms))
}

/// Whether something takes text now, so that letters are no commands.
pub fn takes_text(rooms: &Rooms, dialogs: &Dialogs) -> bool {
    manner(rooms, dialogs).map_or_else(|| rooms.panes.makes_value(), |manner| manner.text)
}

/// The key that the open dialog is handed: `Esc` for what leaves it, `Ctrl-c` for what cancels.
pub(in crate::app) fn key_for_dialog(rooms: &Rooms, dialogs: &Dialogs, key: Key) -> Key {
    let Some(manner) = manner(rooms, dialogs) else { return key };
    let letter = match key {
        Key { code: Code::Char(letter), ctrl: false } => Some(letter),
        _ => None,
    };
    if letter.is_some_and(|letter| manner.text || manner.own.contains(letter)) {
        return key;
    }
    match rooms.cx.setup.keymap.meaning(rooms.panes.scope(), &[key]) {
        KeyMeaning::Command(Command::Escape) => Key::plain(Code::Esc),
        KeyMeaning::Command(Command::Interrupt) => Key::ctrl('c'),
        KeyMeaning::Command(Command::Back) if manner.back => Key::plain(Code::Esc),
        KeyMeaning::Command(command) if manner.opener == Some(command) => Key::plain(Code::Esc),
        KeyMeaning::Command(_) | KeyMeaning::Prefix | KeyMeaning::Nothing => key,
    }
}

/// Drawing again and stopping work everywhere, as long as the key types nothing. Returns whether it was one of them.
pub(in crate::app) fn works_everywhere(cx: &mut Context, key: Key, takes: TypingMode) -> bool {
    let typed = matches!(key, Key { code: Code::Char(_), ctrl: false });
    let effect = match cx.setup.keymap.meaning(Scope::Global, &[key]) {
        KeyMeaning::Command(Command::Suspend) => Effect::Suspend,
        KeyMeaning::Command(Command::Redraw) => Effect::Redraw,
        _ => return false,
    };
    if typed && takes == TypingMode::Text {
        return false;
    }
    cx.effect(effect);
    true
}
