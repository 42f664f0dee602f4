//! What the terminal sends, as keys, pastes and mouse events.
//!
//! It is pure: bytes in, events out, in the types of crossterm. Crossterm's own reader is not used, because it reads
//! in an endless loop once the terminal is gone, and on the thread that polls it.

use std::collections::VecDeque;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

const ESC: u8 = 0x1b;
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Longest control sequence that is waited for; a longer one is noise.
const LONGEST: usize = 64;

/// Longest paste that is kept, in bytes; the rest of a longer one is dropped.
const LONGEST_PASTE: usize = 4 << 20;

/// Turns the bytes of a terminal into events, whatever the pieces in which they arrive.
#[derive(Debug, Default)]
pub struct Decoder {
    pending: Vec<u8>,
    /// The bytes of the paste that has begun.
    paste: Option<Vec<u8>>,
    events: VecDeque<Event>,
}

/// What the beginning of the pending bytes is.
enum Found {
    /// An event, or noise, and the number of its bytes.
    Whole(Option<Event>, usize),
    PasteBegins,
    /// More bytes are needed.
    Part,
}

impl Decoder {
    /// Takes in the next bytes. The events come out of [`Decoder::next`].
    pub fn feed(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        self.decode();
    }

    /// Whether all that is pending is an escape, which could be the Esc key or the beginning of another: when nothing
    /// follows shortly, call [`Decoder::settle`].
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.paste.is_none() && self.pending == [ESC]
    }

    /// Nothing followed the escape: it was the key.
    pub fn settle(&mut self) {
        if self.is_undecided() {
            self.pending.clear();
            self.events.push_back(key(KeyCode::Esc, KeyModifiers::NONE));
        }
    }

    fn decode(&mut self) {
        loop {
            if self.paste.is_some() {
                if !self.decode_paste() {
                    return;
                }
                continue;
            }
            match first(&self.pending) {
                Found::Whole(event, length) => {
                    self.pending.drain(..length.min(self.pending.len()));
                    self.events.extend(event);
                }
                Found::PasteBegins => {
                    self.pending.drain(..PASTE_BEGINS.len());
                    self.paste = Some(Vec::new());
                }
                Found::Part => return,
            }
        }
    }

    /// Moves pending bytes into the paste; whether it ended.
    fn decode_paste(&mut self) -> bool {
        let end = self.pending.windows(PASTE_ENDS.len()).position(|window| window == PASTE_ENDS);
        // Without an end, the last bytes may be its beginning.
        let safe = end.unwrap_or_else(|| self.pending.len().saturating_sub(PASTE_ENDS.len() - 1));
        if let Some(paste) = &mut self.paste {
            let room = LONGEST_PASTE.saturating_sub(paste.len());
            paste.extend(self.pending.drain(..safe).take(room));
        }
        if end.is_none() {
            return false;
        }
        self.pending.drain(..PASTE_ENDS.len());
        let bytes = self.paste.take().unwrap_or_default();
        // Terminals send the line ends of a paste as the Enter key would.
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\r', "\n");
        self.events.push_back(Event::Paste(text));
        true
    }
}

impl Iterator for Decoder {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

fn first(bytes: &[u8]) -> Found {
    match bytes {
        [] | [ESC] | [ESC, b'O'] => Found::Part,
        // Two escapes: the first was a key, the second begins something.
        [ESC, ESC, ..] => Found::Whole(Some(key(KeyCode::Esc, KeyModifiers::NONE)), 1),
        [ESC, b'[', ..] => control_sequence(bytes),
        [ESC, b'O', last, ..] => Found::Whole(letter(*last).map(|code| key(code, KeyModifiers::NONE)), 3),
        [ESC, rest @ ..] => match single(rest) {
            Some((event, length)) => {
                let event = event.map(|event| match event {
                    Event::Key(event) => key(event.code, event.modifiers | KeyModifiers::ALT),
                    other => other,
                });
                Found::Whole(event, length + 1)
            }
            None => Found::Part,
        },
        _ => single(bytes).map_or(Found::Part, |(event, length)| Found::Whole(event, length)),
    }
}

/// One character or control character, and the number of its bytes.
fn single(bytes: &[u8]) -> Option<(Option<Event>, usize)> {
    let &byte = bytes.first()?;
    let control = |letter: u8| key(KeyCode::Char(char::from(letter)), KeyModifiers::CONTROL);
    let event = match byte {
        b'\r' => key(KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => key(KeyCode::Tab, KeyModifiers::NONE),
        0x7f => key(KeyCode::Backspace, KeyModifiers::NONE),
        0 => control(b' '),
        0x01..=0x1a => control(byte - 1 + b'a'),
        ESC => key(KeyCode::Esc, KeyModifiers::NONE),
        0x1c..=0x1f => control(byte - 0x1c + b'4'),
        _ => return character(bytes),
    };
    Some((Some(event), 1))
}

fn character(bytes: &[u8]) -> Option<(Option<Event>, usize)> {
    let length = match bytes.first()? {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => 1,
    };
    let part = bytes.get(..length.min(bytes.len()))?;
    match std::str::from_utf8(part) {
        Ok(text) => {
            let event = text.chars().next().map(|char| {
                let shift = if char.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
                key(KeyCode::Char(char), shift)
            });
            Some((event, length))
        }
        Err(error) if error.error_len().is_none() => None,
        Err(_) => Some((None, 1)),
    }
}

fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        b'Z' => KeyCode::BackTab,
        _ => return None,
    })
}

/// `ESC [ parameters last`.
fn control_sequence(bytes: &[u8]) -> Found {
    // Function keys of the console of Linux.
    if let [ESC, b'[', b'[', rest @ ..] = bytes {
        return match rest {
            [] => Found::Part,
            [last @ b'A'..=b'E', ..] => Found::Whole(Some(key(KeyCode::F(last - b'A' + 1), KeyModifiers::NONE)), 4),
            _ => Found::Whole(None, 4),
        };
    }
    let body_ends = bytes.iter().skip(2).position(|byte| !(0x20..=0x3f).contains(byte)).map(|at| at + 2);
    let length = match body_ends.and_then(|end| bytes.get(end).map(|last| (end, last))) {
        Some((end, 0x40..=0x7e)) => end + 1,
        // Anything else cannot be within: what came before it was noise.
        Some((end, _)) => return Found::Whole(None, end),
        None if bytes.len() > LONGEST => return Found::Whole(None, bytes.len()),
        None => return Found::Part,
    };
    let (Some(body), Some(&last)) = (bytes.get(2..length - 1), bytes.get(length - 1)) else { return Found::Part };
    if bytes.starts_with(PASTE_BEGINS) {
        return Found::PasteBegins;
    }
    let event = match (body, last) {
        ([b'<', report @ ..], b'M' | b'm') => mouse(&numbers(report), last),
        ([], b'I') => Some(Event::FocusGained),
        ([], b'O') => Some(Event::FocusLost),
        ([], b'Z') => Some(key(KeyCode::BackTab, KeyModifiers::SHIFT)),
        // An unasked answer or a private sequence.
        ([b'?' | b'>' | b'=', ..], _) => None,
        (_, b'~') => numbered(&numbers(body)),
        (_, b'u') => unicode(&numbers(body)),
        (_, last) => letter(last).map(|code| key(code, modifiers(numbers(body).get(1).copied()))),
    };
    Found::Whole(event, length)
}

/// Parameters; sub-parameters after a colon are left out.
fn numbers(body: &[u8]) -> Vec<u32> {
    let number = |part: &[u8]| {
        let digits = part.split(|&byte| byte == b':').next().unwrap_or_default();
        std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or_default()
    };
    body.split(|&byte| byte == b';').map(number).collect()
}

/// xterm's parameter: one more than the sum of shift 1, alt 2, control 4.
fn modifiers(parameter: Option<u32>) -> KeyModifiers {
    let bits = parameter.unwrap_or_default().saturating_sub(1);
    [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .fold(KeyModifiers::NONE, |all, (_, one)| all | one)
}

/// `CSI number ; modifiers ~`, and xterm's `CSI 27 ; modifiers ; character ~`.
fn numbered(numbers: &[u32]) -> Option<Event> {
    let code = match numbers {
        &[27, mask, char, ..] => return unicode(&[char, mask]),
        [number, ..] => match number {
            1 | 7 => KeyCode::Home,
            2 => KeyCode::Insert,
            3 => KeyCode::Delete,
            4 | 8 => KeyCode::End,
            5 => KeyCode::PageUp,
            6 => KeyCode::PageDown,
            11..=15 => KeyCode::F(u8::try_from(number - 10).ok()?),
            17..=21 => KeyCode::F(u8::try_from(number - 11).ok()?),
            23..=24 => KeyCode::F(u8::try_from(number - 12).ok()?),
            _ => return None,
        },
        [] => return None,
    };
    Some(key(code, modifiers(numbers.get(1).copied())))
}

/// `CSI character ; modifiers u`, which some terminals and tmux send for keys that have no byte of their own.
fn unicode(numbers: &[u32]) -> Option<Event> {
    let modifiers = modifiers(numbers.get(1).copied());
    let code = match char::from_u32(*numbers.first()?)? {
        '\x1b' => KeyCode::Esc,
        '\r' => KeyCode::Enter,
        '\t' if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        '\t' => KeyCode::Tab,
        '\x7f' | '\x08' => KeyCode::Backspace,
        char if char.is_control() => return None,
        char => KeyCode::Char(char),
    };
    Some(key(code, modifiers))
}

/// `CSI < button ; column ; row M`, or `m` when the button was let go.
fn mouse(numbers: &[u32], last: u8) -> Option<Event> {
    let &[report, column, row] = numbers else { return None };
    let button = match report & 3 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (report & 0b1110_0000, report & 3, last) {
        (64, 0, _) => MouseEventKind::ScrollUp,
        (64, 1, _) => MouseEventKind::ScrollDown,
        (64, 2, _) => MouseEventKind::ScrollLeft,
        (64, _, _) => MouseEventKind::ScrollRight,
        (32, 3, _) => MouseEventKind::Moved,
        (32, _, _) => MouseEventKind::Drag(button),
        (0, 3, _) | (0, _, b'm') => MouseEventKind::Up(button),
        (0, _, _) => MouseEventKind::Down(button),
        _ => return None,
    };
    Some(Event::Mouse(MouseEvent {
        kind,
        column: u16::try_from(column).ok()?.checked_sub(1)?,
        row: u16::try_from(row).ok()?.checked_sub(1)?,
        // The same bits as for keys, two places higher.
        modifiers: modifiers(Some((report >> 2 & 7) + 1)),
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(bytes: &[u8]) -> Vec<Event> {
        let mut decoder = Decoder::default();
        decoder.feed(bytes);
        decoder.settle();
        decoder.collect()
    }

    fn names(bytes: &[u8]) -> Vec<String> {
        decoded(bytes)
            .into_iter()
            .map(|event| match event {
                Event::Key(KeyEvent { code, modifiers, .. }) if modifiers.is_empty() => format!("{code:?}"),
                Event::Key(KeyEvent { code, modifiers, .. }) => format!("{modifiers:?} {code:?}"),
                Event::Mouse(MouseEvent { kind, column, row, modifiers }) => {
                    format!("{kind:?} {column},{row} {modifiers:?}")
                }
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn keys_of_a_plain_terminal_are_known() {
        assert_eq!(names(b"jG:"), ["Char('j')", "KeyModifiers(SHIFT) Char('G')", "Char(':')"]);
        assert_eq!(names("é東😀".as_bytes()), ["Char('é')", "Char('東')", "Char('😀')"]);
        assert_eq!(names(b"\r\t\x7f"), ["Enter", "Tab", "Backspace"]);
        assert_eq!(
            names(b"\x03\x04\x0a\x1a\0"),
            ["c", "d", "j", "z", " "].map(|key| format!("KeyModifiers(CONTROL) Char('{key}')"))
        );
        assert_eq!(
            names(b"\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~"),
            ["Up", "Down", "PageUp", "PageDown", "Home", "End"]
        );
        assert_eq!(
            names(b"\x1b[Z\x1b[1;5C\x1b[3;2~"),
            ["KeyModifiers(SHIFT) BackTab", "KeyModifiers(CONTROL) Right", "KeyModifiers(SHIFT) Delete"]
        );
        assert_eq!(names(b"\x1bOP\x1b[15~\x1b[[A"), ["F(1)", "F(5)", "F(1)"]);
        assert_eq!(names(b"\x1b[115;5u\x1b[27;5;115~"), ["KeyModifiers(CONTROL) Char('s')"; 2]);
        assert_eq!(names(b"\x1bx"), ["KeyModifiers(ALT) Char('x')"]);
    }

    #[test]
    fn escape_is_a_key_when_nothing_follows() {
        let mut decoder = Decoder::default();
        decoder.feed(b"\x1b");
        assert!(decoder.next().is_none() && decoder.is_undecided());
        decoder.settle();
        assert_eq!(decoder.next(), Some(key(KeyCode::Esc, KeyModifiers::NONE)));
        assert!(!decoder.is_undecided());
        assert_eq!(names(b"\x1b\x1b"), ["Esc", "Esc"]);
        assert_eq!(names(b"\x1b\x1b[A"), ["Esc", "Up"]);
    }

    #[test]
    fn a_paste_is_one_event_with_its_line_ends() {
        assert_eq!(
            decoded(b"\x1b[200~a\r\nb\rc\x1b[Aq\x1b[201~j"),
            [Event::Paste("a\nb\nc\x1b[Aq".into()), key(KeyCode::Char('j'), KeyModifiers::NONE)]
        );
    }

    #[test]
    fn an_endless_paste_fills_no_memory() {
        let mut decoder = Decoder::default();
        decoder.feed(PASTE_BEGINS);
        (0..80).for_each(|_| decoder.feed(&vec![b'x'; 1 << 16]));
        decoder.feed(PASTE_ENDS);
        assert!(matches!(decoder.next(), Some(Event::Paste(text)) if text.len() == LONGEST_PASTE));
    }

    #[test]
    fn the_mouse_is_understood() {
        assert_eq!(
            names(b"\x1b[<0;5;3M\x1b[<0;5;3m\x1b[<65;1;1M\x1b[<16;2;2M"),
            [
                "Down(Left) 4,2 KeyModifiers(0x0)",
                "Up(Left) 4,2 KeyModifiers(0x0)",
                "ScrollDown 0,0 KeyModifiers(0x0)",
                "Down(Left) 1,1 KeyModifiers(CONTROL)"
            ]
        );
    }

    #[test]
    fn answers_and_noise_are_no_keys() {
        assert_eq!(names(b"\x1b[?62;c\x1b[>0;95;0c\x1b[999~\xff\xfej"), ["Char('j')"]);
        assert_eq!(names(b"\x1b[12\x03j"), ["KeyModifiers(CONTROL) Char('c')", "Char('j')"]);
    }

    proptest! {
        #[test]
        fn the_pieces_do_not_matter(
            parts in prop::collection::vec(prop_oneof![
                Just(&b"j"[..]), Just(&b"\x1b[A"[..]), Just(&b"\x1b[1;5C"[..]), Just("東".as_bytes()), Just(&b"\x1b[200~p\rq\x1b[201~"[..]),
                Just(&b"\x1bOB"[..]), Just(&b"\x1b[<0;5;3M"[..]), Just(&b"\xff"[..])
            ], 0..20),
            size in 1..7usize,
        ) {
            let bytes = parts.concat();
            let mut decoder = Decoder::default();
            bytes.chunks(size).for_each(|piece| decoder.feed(piece));
            prop_assert_eq!(decoder.collect::<Vec<_>>(), decoded(&bytes));
        }

        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(prop_oneof![Just(0x1b), Just(b'['), Just(b';'), any::<u8>()], 0..300)) {
            let mut decoder = Decoder::default();
            decoder.feed(&bytes);
            decoder.settle();
            prop_assert!(decoder.pending.len() < LONGEST + 4 || decoder.paste.is_some());
        }
    }
}
