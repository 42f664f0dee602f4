//! Bytes outside sequences: control characters and characters of text.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};

use super::state::{Alt, DecoderState, PartialCharacter};
use super::{Decoder, InputEncoding};

/// Bytes of the character that begins with this one, if one can.
const fn length(first: u8) -> Option<usize> {
    match first {
        0xc2..=0xdf => Some(2),
        0xe0..=0xef => Some(3),
        0xf0..=0xf4 => Some(4),
        _ => None,
    }
}

impl Decoder {
    /// A byte outside sequences, or the one behind an escape that is not the beginning of a sequence.
    pub(super) fn plain(&mut self, now: Duration, byte: u8, alt: Alt) {
        self.state = DecoderState::Ground;
        let modifier = match alt {
            Alt::Off => KeyModifiers::NONE,
            Alt::On => KeyModifiers::ALT,
        };
        let code = match byte {
            b'\r' => KeyCode::Enter,
            b'\t' => KeyCode::Tab,
            0x7f => KeyCode::Backspace,
            // With Alt, Backspace comes as either.
            0x08 if alt == Alt::On => KeyCode::Backspace,
            // Ctrl-c is never part of another key.
            0x03 => return self.press(KeyCode::Char('c'), KeyModifiers::CONTROL),
            0x00..=0x1f => {
                let char = match byte {
                    0 => ' ',
                    0x01..=0x1a => char::from(byte - 1 + b'a'),
                    other => char::from(other + 0x40),
                };
                return self.press(KeyCode::Char(char), KeyModifiers::CONTROL | modifier);
            }
            0x20..=0x7e => KeyCode::Char(char::from(byte)),
            0x80..=0xff => return self.beyond_ascii(now, byte, alt),
        };
        self.press(code, modifier);
    }

    fn beyond_ascii(&mut self, now: Duration, byte: u8, alt: Alt) {
        if let (0x80..=0x9f, InputEncoding::EightBit) = (byte, self.encoding) {
            return self.behind_escape(now, byte - 0x40, Alt::Off);
        }
        match length(byte) {
            Some(whole) => {
                self.state =
                    DecoderState::Character(PartialCharacter { bytes: [byte, 0, 0, 0], length: 1, whole, alt });
            }
            None => self.unknown(&[byte]),
        }
    }

    /// The next byte of a character.
    pub(super) fn character(&mut self, now: Duration, mut partial: PartialCharacter, byte: u8) {
        if !(0x80..=0xbf).contains(&byte) {
            self.unknown(partial.bytes.get(..partial.length).unwrap_or_default());
            self.state = DecoderState::Ground;
            return self.take(now, byte);
        }
        if let Some(next) = partial.bytes.get_mut(partial.length) {
            *next = byte;
        }
        partial.length += 1;
        if partial.length < partial.whole {
            self.state = DecoderState::Character(partial);
            return;
        }
        self.state = DecoderState::Ground;
        let bytes = partial.bytes.get(..partial.whole).unwrap_or_default();
        let text = std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next());
        if let Some(char) = text.filter(|char| !char.is_control()) {
            let shift = if char.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            let alt = if partial.alt == Alt::On { KeyModifiers::ALT } else { KeyModifiers::NONE };
            self.press(KeyCode::Char(char), shift | alt);
        } else {
            self.unknown(bytes);
        }
    }
}
