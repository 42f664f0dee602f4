//! What a complete control sequence means. Tables of keys; everything else is a report, or unknown.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEvent};

use super::report;

/// What a sequence is.
pub(super) enum SequenceMeaning {
    Key(KeyEvent),
    Mouse(MouseEvent),
    /// An answer or a report that needs no word: focus, device attributes, the release of a key.
    Nothing,
    Unknown,
}

/// `CSI body last`.
pub(super) fn meaning(body: &[u8], last: u8) -> SequenceMeaning {
    if let ([b'<', numbers @ ..], b'M' | b'm') = (body, last) {
        let parameters = parameters(numbers);
        return match parameters.as_slice() {
            [button, column, row] => mouse(report::event(button.first, column.first, row.first, last)),
            _ => SequenceMeaning::Unknown,
        };
    }
    match (body, last) {
        (b"[", b'A'..=b'E') => return pressed(KeyCode::F(last - b'A' + 1), &[]),
        // Private ones; focus; answers about status, cursor, window, terminal and modes.
        ([b'?' | b'>' | b'=' | b'<', ..], _) | (b"", b'I' | b'O') | (_, b'n' | b'c' | b't' | b'x' | b'y') => {
            return SequenceMeaning::Nothing;
        }
        _ if body.iter().any(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':')) => return SequenceMeaning::Unknown,
        _ => {}
    }
    let parameters = parameters(body);
    match (last, parameters.as_slice()) {
        // urxvt's mouse report.
        (b'M', [button, column, row]) => {
            mouse(button.first.checked_sub(32).and_then(|button| report::legacy(button, column.first, row.first)))
        }
        (b'~', [Parameter { first: 27, .. }, mask, char, ..]) => character(&[*char, *mask]),
        (b'~', [number, ..]) => {
            numbered(number.first).map_or(SequenceMeaning::Unknown, |code| pressed(code, &parameters))
        }
        (b'u', [_, ..]) => character(&parameters),
        // Where the cursor is, unless it is F3 with modifiers, which looks the same.
        (b'R', [] | [Parameter { first: 1, .. }, Parameter { first: 2..=16, .. }]) => {
            pressed(KeyCode::F(3), &parameters)
        }
        (b'R', _) => SequenceMeaning::Nothing,
        (b'Z', _) => pressed(KeyCode::BackTab, &parameters),
        (_, []) => lettered(last).map_or(SequenceMeaning::Unknown, |code| pressed(code, &[])),
        // The number of repeats is always 1.
        (_, [Parameter { first: 0 | 1, .. }, ..]) => {
            lettered(last).map_or(SequenceMeaning::Unknown, |code| pressed(code, &parameters))
        }
        _ => SequenceMeaning::Unknown,
    }
}

/// The byte behind `ESC O`: cursor and function keys, and the keypad in its application mode.
pub(super) fn third(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A'..=b'D' | b'F' | b'H' | b'P'..=b'S' => return lettered(last),
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b'X' => KeyCode::Char('='),
        b'j'..=b'o' => KeyCode::Char(char::from(last - b'j' + b'*')),
        b'p'..=b'y' => KeyCode::Char(char::from(last - b'p' + b'0')),
        _ => return None,
    })
}

fn lettered(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        // SCO's.
        b'G' => KeyCode::PageDown,
        b'L' => KeyCode::Insert,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

fn numbered(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(u8::try_from(number - 10).ok()?),
        17..=21 => KeyCode::F(u8::try_from(number - 11).ok()?),
        23..=26 => KeyCode::F(u8::try_from(number - 12).ok()?),
        28..=29 => KeyCode::F(u8::try_from(number - 13).ok()?),
        31..=34 => KeyCode::F(u8::try_from(number - 14).ok()?),
        _ => return None,
    })
}

/// A number and what stands behind its first colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Parameter {
    first: u32,
    second: u32,
}

fn parameters(body: &[u8]) -> Vec<Parameter> {
    if body.is_empty() {
        return Vec::new();
    }
    let number = |digits: Option<&[u8]>| {
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
    };
    let parameter = |part: &[u8]| {
        let mut numbers = part.split(|byte| *byte == b':');
        Parameter { first: number(numbers.next()), second: number(numbers.next()) }
    };
    body.split(|byte| *byte == b';').map(parameter).collect()
}

fn mouse(event: Option<MouseEvent>) -> SequenceMeaning {
    event.map_or(SequenceMeaning::Nothing, SequenceMeaning::Mouse)
}

/// A key with the modifiers and the kind of event in its second parameter.
fn pressed(code: KeyCode, parameters: &[Parameter]) -> SequenceMeaning {
    let second = parameters.get(1).copied().unwrap_or_default();
    let kind = match second.second {
        2 => KeyEventKind::Repeat,
        // Letting go of a key is no key.
        3 => return SequenceMeaning::Nothing,
        _ => KeyEventKind::Press,
    };
    let mut modifiers = modifiers(second.first);
    if code == KeyCode::BackTab {
        modifiers |= KeyModifiers::SHIFT;
    }
    SequenceMeaning::Key(KeyEvent::new_with_kind(code, modifiers, kind))
}

/// One more than the sum of shift 1, alt 2, control 4, super 8, hyper 16, meta 32; the locks above are no modifiers.
fn modifiers(parameter: u32) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
        (16, KeyModifiers::HYPER),
        (32, KeyModifiers::META),
    ]
    .into_iter()
    .filter(|(bit, _)| bits & bit != 0)
    .fold(KeyModifiers::NONE, |all, (_, one)| all | one)
}

/// `CSI character ; modifiers u`, which kitty, xterm and tmux send for keys that have no byte of their own.
fn character(parameters: &[Parameter]) -> SequenceMeaning {
    let Some(key) = parameters.first() else { return SequenceMeaning::Unknown };
    let shift = modifiers(parameters.get(1).map_or(0, |second| second.first)).contains(KeyModifiers::SHIFT);
    let code = match key.first {
        0x1b => KeyCode::Esc,
        0x0d | 57414 => KeyCode::Enter,
        0x09 if shift => KeyCode::BackTab,
        0x09 => KeyCode::Tab,
        0x7f | 0x08 => KeyCode::Backspace,
        number @ 57344..=63743 => match functional(number) {
            Functional::Code(code) => code,
            Functional::Modifier => return SequenceMeaning::Nothing,
            Functional::Unknown => return SequenceMeaning::Unknown,
        },
        number => {
            let Some(char) = char::from_u32(number).filter(|char| !char.is_control()) else {
                return SequenceMeaning::Unknown;
            };
            // Some send the shifted character; of a letter it is known, of the rest only the keyboard knows it.
            let shifted = char::from_u32(key.second).filter(|char| shift && !char.is_control());
            match shifted {
                Some(shifted) => KeyCode::Char(shifted),
                None if shift && char.is_alphabetic() => KeyCode::Char(char.to_uppercase().next().unwrap_or(char)),
                None if shift && "`1234567890-=[]\\;',./".contains(char) => return SequenceMeaning::Unknown,
                None => KeyCode::Char(char),
            }
        }
    };
    pressed(code, parameters)
}

enum Functional {
    Code(KeyCode),
    /// A modifier or lock by itself.
    Modifier,
    Unknown,
}

/// Kitty's numbers of keys without a character.
fn functional(number: u32) -> Functional {
    Functional::Code(match number {
        57358..=57360 | 57441..=57454 => return Functional::Modifier,
        57376..=57398 => match u8::try_from(number - 57376 + 13) {
            Ok(number) => KeyCode::F(number),
            Err(_) => return Functional::Unknown,
        },
        57399..=57416 => match "0123456789./*-+\r=,".chars().nth((number - 57399) as usize) {
            Some(char) => KeyCode::Char(char),
            None => return Functional::Unknown,
        },
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        _ => return Functional::Unknown,
    })
}
