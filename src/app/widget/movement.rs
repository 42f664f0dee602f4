//! Keys that move in lists and leave dialogs.

use crate::keys::{Code, Command, Key, KeyMeaning, Keymap, Scope};

/// Whether a key leaves a dialog, as `overlay::dialog` hands it on.
pub(in crate::app) fn leaves(key: Key) -> bool {
    key == Key::plain(Code::Esc) || key == Key::ctrl('c')
}

/// A movement in a list whose own letters are `own`.
pub(in crate::app) fn moving(keymap: &Keymap, own: &str, key: Key) -> Option<Command> {
    if matches!(key, Key { code: Code::Char(letter), ctrl: false } if own.contains(letter)) {
        return None;
    }
    match keymap.meaning(Scope::List, &[key]) {
        KeyMeaning::Command(command) if command.is_movement() => Some(command),
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
