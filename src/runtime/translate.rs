//! From decoded terminal events to messages.

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};

use crate::app::message::Message;
use crate::keys::chord::{Code, Key};

/// What an event says to the app, if anything.
pub fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key.code, key.modifiers).map(Message::Typed),
        Event::Paste(text) => Some(Message::Pasted(text)),
        // The size comes with a signal.
        Event::Key(_) | Event::Mouse(_) | Event::FocusGained | Event::FocusLost | Event::Resize(..) => None,
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
    // Alt is not used, and an Esc that arrives in one piece with the next key looks like it.
    if modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    let ctrl = modifiers.contains(KeyModifiers::CONTROL);
    let code = match code {
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        _ => return None,
    };
    Some(Key { code, ctrl })
}
