//! From decoded terminal events to messages.

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::app::core::message::Message;
use crate::app::input::mouse::Pointing;
use crate::domain::record::value::Secret;
use crate::keys::chord::{Code, Key};

/// What an event says to the app: nothing, one thing, or two.
pub fn messages(event: Event) -> Vec<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let mut typed = Vec::new();
            // Alt is not used. What looks like it is mostly an Esc with the next key right behind it, as a slow
            // link delivers them; no key depends on how fast they were pressed.
            if key.modifiers.contains(KeyModifiers::ALT) {
                typed.push(Message::Typed(Key::plain(Code::Esc)));
            }
            typed.extend(self::key(key.code, key.modifiers).map(Message::Typed));
            typed
        }
        Event::Paste(text) => vec![Message::Pasted(Secret::new(text))],
        Event::Mouse(MouseEvent { kind, column, row, .. }) => {
            let how = match kind {
                MouseEventKind::Down(MouseButton::Left) => Pointing::Click,
                MouseEventKind::ScrollUp => Pointing::WheelUp,
                MouseEventKind::ScrollDown => Pointing::WheelDown,
                MouseEventKind::Down(_)
                | MouseEventKind::Up(_)
                | MouseEventKind::Drag(_)
                | MouseEventKind::Moved
                | MouseEventKind::ScrollLeft
                | MouseEventKind::ScrollRight => return Vec::new(),
            };
            vec![Message::Pointed { how, column, row }]
        }
        // The size comes with a signal.
        Event::Key(_) | Event::FocusGained | Event::FocusLost | Event::Resize(..) => Vec::new(),
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
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

#[cfg(test)]
mod tests {
    use crossterm::event::KeyEvent;

    use super::*;

    #[test]
    fn clicks_and_the_wheel_are_told_with_their_cell_and_the_rest_is_not() {
        let event = |kind| Event::Mouse(MouseEvent { kind, column: 7, row: 3, modifiers: KeyModifiers::NONE });
        let told = |how| [Message::Pointed { how, column: 7, row: 3 }];
        assert_eq!(messages(event(MouseEventKind::Down(MouseButton::Left))), told(Pointing::Click));
        assert_eq!(messages(event(MouseEventKind::ScrollUp)), told(Pointing::WheelUp));
        assert_eq!(messages(event(MouseEventKind::ScrollDown)), told(Pointing::WheelDown));
        assert_eq!(messages(event(MouseEventKind::Up(MouseButton::Left))), []);
        assert_eq!(messages(event(MouseEventKind::Down(MouseButton::Right))), []);
        assert_eq!(messages(event(MouseEventKind::Drag(MouseButton::Left))), []);
    }

    #[test]
    fn an_escape_and_the_key_right_behind_it_are_two_keys() {
        let event = Event::Key(KeyEvent::new(KeyCode::Char('j'), KeyModifiers::ALT));
        let typed = [Key::plain(Code::Esc), Key::char('j')].map(Message::Typed);
        assert_eq!(messages(event), typed);
        let event = Event::Key(KeyEvent::new(KeyCode::Char('D'), KeyModifiers::CONTROL));
        assert_eq!(messages(event), [Message::Typed(Key::ctrl('d'))]);
        assert_eq!(messages(Event::FocusLost), []);
    }
}
