//! From decoded terminal events to messages.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::app::core::{Burst, Message, Pointing};
use crate::domain::record::Secret;
use crate::keys::{Code, Key};
use crate::terminal::decode::Event;
use crate::terminal::screen::MouseReports;

/// What an event says to the app, if anything. Without `mouse = true` no report of the mouse does.
pub fn message(event: Event, mouse: MouseReports) -> Option<Message> {
    match event {
        Event::Key(event) => {
            let reported = match key(event) {
                Ok(key) if event.kind == KeyEventKind::Repeat => Message::Held(key),
                Ok(key) => Message::Typed(key),
                Err(name) => Message::Unknown(name),
            };
            Some(reported)
        }
        Event::Paste(text) => Some(Message::Pasted(Secret::new(text))),
        Event::Mouse(MouseEvent { kind, column, row, .. }) => {
            let how = match kind {
                MouseEventKind::Down(MouseButton::Left) => Pointing::Click,
                MouseEventKind::ScrollUp => Pointing::WheelUp,
                MouseEventKind::ScrollDown => Pointing::WheelDown,
                _ => return None,
            };
            (mouse == MouseReports::On).then_some(Message::Pointed { how, column, row })
        }
        Event::Unknown(text) => Some(Message::Unknown(text)),
        Event::BurstBegins => Some(Message::Burst(Burst::Begins)),
        Event::BurstEnds => Some(Message::Burst(Burst::Ends)),
    }
}

/// The key, or the name of one that nothing can be bound to.
fn key(event: KeyEvent) -> Result<Key, String> {
    let KeyEvent { code, modifiers, .. } = event;
    let ctrl = modifiers.contains(KeyModifiers::CONTROL);
    let alt = modifiers.contains(KeyModifiers::ALT);
    if modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META) {
        return Err(format!(
            "Super-{}",
            key(KeyEvent::new(code, KeyModifiers::NONE)).map_or_else(|name| name, |key| key.to_string())
        ));
    }
    let code = match (code, alt) {
        (KeyCode::Char(c), true) => Code::Alt(if ctrl { c.to_ascii_lowercase() } else { c }),
        (KeyCode::Char(c), false) => Code::Char(if ctrl { c.to_ascii_lowercase() } else { c }),
        (KeyCode::Backspace, true) => Code::AltBackspace,
        // By words, as with Ctrl.
        (KeyCode::Left, true) => return Ok(Key { code: Code::Left, ctrl: true }),
        (KeyCode::Right, true) => return Ok(Key { code: Code::Right, ctrl: true }),
        (code, true) => {
            let plain = key(KeyEvent::new(code, modifiers.difference(KeyModifiers::ALT)));
            return Err(format!("Alt-{}", plain.map_or_else(|name| name, |key| key.to_string())));
        }
        (KeyCode::Enter, _) => Code::Enter,
        (KeyCode::Esc, _) => Code::Esc,
        (KeyCode::Tab, _) => Code::Tab,
        (KeyCode::BackTab, _) => Code::BackTab,
        (KeyCode::Backspace, _) => Code::Backspace,
        (KeyCode::Delete, _) => Code::Delete,
        (KeyCode::Home, _) => Code::Home,
        (KeyCode::End, _) => Code::End,
        (KeyCode::PageUp, _) => Code::PageUp,
        (KeyCode::PageDown, _) => Code::PageDown,
        (KeyCode::Up, _) if modifiers == KeyModifiers::SHIFT => Code::ShiftUp,
        (KeyCode::Down, _) if modifiers == KeyModifiers::SHIFT => Code::ShiftDown,
        (KeyCode::Up, _) => Code::Up,
        (KeyCode::Down, _) => Code::Down,
        (KeyCode::Left, _) => Code::Left,
        (KeyCode::Right, _) => Code::Right,
        (KeyCode::Insert, _) => Code::Insert,
        (KeyCode::F(number), _) => Code::F(number),
        (other, _) => return Err(format!("{other:?}")),
    };
    Ok(Key { code, ctrl })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_and_the_wheel_are_told_with_their_cell_and_the_rest_is_not() {
        let event = |kind| Event::Mouse(MouseEvent { kind, column: 7, row: 3, modifiers: KeyModifiers::NONE });
        let reported = |how| Some(Message::Pointed { how, column: 7, row: 3 });
        let on = |kind| message(event(kind), MouseReports::On);
        assert_eq!(on(MouseEventKind::Down(MouseButton::Left)), reported(Pointing::Click));
        assert_eq!(on(MouseEventKind::ScrollUp), reported(Pointing::WheelUp));
        assert_eq!(on(MouseEventKind::ScrollDown), reported(Pointing::WheelDown));
        assert_eq!(on(MouseEventKind::Up(MouseButton::Left)), None);
        assert_eq!(on(MouseEventKind::Down(MouseButton::Right)), None);
        assert_eq!(on(MouseEventKind::Drag(MouseButton::Left)), None);
        assert_eq!(message(event(MouseEventKind::Down(MouseButton::Left)), MouseReports::Off), None);
    }

    #[test]
    fn keys_with_modifiers_are_keys_of_their_own() {
        let reported = |code, modifiers| message(Event::Key(KeyEvent::new(code, modifiers)), MouseReports::Off);
        let typed = |key| Some(Message::Typed(key));
        let (alt, ctrl) = (KeyModifiers::ALT, KeyModifiers::CONTROL);
        assert_eq!(reported(KeyCode::Char('t'), alt), typed(Key::plain(Code::Alt('t'))));
        assert_eq!(reported(KeyCode::Backspace, alt), typed(Key::plain(Code::AltBackspace)));
        assert_eq!(reported(KeyCode::Left, alt), typed(Key { code: Code::Left, ctrl: true }));
        assert_eq!(reported(KeyCode::Char('D'), ctrl), typed(Key::ctrl('d')));
        assert_eq!(reported(KeyCode::Char('t'), KeyModifiers::SUPER), Some(Message::Unknown("Super-t".into())));
        assert_eq!(reported(KeyCode::Up, alt), Some(Message::Unknown("Alt-Up".into())));
        let held = KeyEvent::new_with_kind(KeyCode::Char('j'), KeyModifiers::NONE, KeyEventKind::Repeat);
        assert_eq!(message(Event::Key(held), MouseReports::Off), Some(Message::Held(Key::char('j'))));
    }
}
