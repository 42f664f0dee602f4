//! Where the decoder is in a sequence, what the next byte does there, and how long it waits for it.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};

use super::state::{Alt, DecoderState, Escape, LATE, PartialReport, SILENCE};
use super::{Decoder, Event, LONGEST_PASTE, csi};

const ESC: u8 = 0x1b;
/// Bytes that end any sequence without effect.
const CANCEL: u8 = 0x18;
const SUBSTITUTE: u8 = 0x1a;
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Longest time and most bytes that a string takes; what comes after that is dropped up to a silence.
const LONGEST_TIME: Duration = Duration::from_secs(5);
const LONGEST_STRING: usize = 1 << 20;

/// Bytes of a control sequence that are kept, and the most that are waited for.
const KEPT: usize = 64;
const LONGEST: usize = 4096;

impl Decoder {
    pub(super) fn take(&mut self, now: Duration, byte: u8) {
        let finished = self.finished.take().filter(|at| now.saturating_sub(*at) <= LATE);
        match std::mem::replace(&mut self.state, DecoderState::Ground) {
            DecoderState::Ground => match (byte, finished) {
                (ESC, _) => self.state = DecoderState::Escape(Alt::Off),
                (b'[', Some(at)) => self.state = control(Alt::Off, Escape::Reported(at)),
                (b'O', Some(at)) => self.state = DecoderState::Third(Alt::Off, Escape::Reported(at)),
                (b']' | b'P' | b'_' | b'^', Some(_)) => self.state = DecoderState::LateString(byte),
                _ => self.plain(now, byte, Alt::Off),
            },
            DecoderState::Character(partial) => self.character(now, partial, byte),
            DecoderState::Escape(alt) => self.behind_escape(now, byte, alt),
            DecoderState::Third(alt, escape) => self.third(now, byte, alt, escape),
            DecoderState::Control { bytes, count, alt, escape } => self.control(now, byte, bytes, count, alt, escape),
            DecoderState::LateString(first) => {
                let is_string = match first {
                    b']' => byte.is_ascii_digit() || matches!(byte, b'l' | b'L'),
                    b'^' => (0x20..=0x7e).contains(&byte),
                    b'P' => byte.is_ascii_digit() || matches!(byte, b'>' | b'!' | b'='),
                    _ => byte == b'G',
                };
                if is_string {
                    self.state = DecoderState::String { first, since: now, count: 1, escaped: false };
                } else {
                    self.plain(now, first, Alt::Off);
                    self.take(now, byte);
                }
            }
            DecoderState::String { first, since, count, escaped } => {
                self.string(now, byte, first, since, count, escaped);
            }
            DecoderState::Drain => self.state = DecoderState::Drain,
            DecoderState::Report(partial) => self.report(partial, byte),
            DecoderState::Paste { text, tail } => self.paste(text, tail, byte),
        }
    }

    /// The byte behind one escape, or behind two.
    pub(super) fn behind_escape(&mut self, now: Duration, byte: u8, alt: Alt) {
        match byte {
            ESC => {
                if alt == Alt::On {
                    self.escape_key();
                }
                self.state = DecoderState::Escape(Alt::On);
            }
            b'[' => self.state = control(alt, Escape::Kept),
            b'O' => self.state = DecoderState::Third(alt, Escape::Kept),
            b']' | b'P' | b'_' | b'^' | b'X' => {
                if alt == Alt::On {
                    self.escape_key();
                }
                self.state = DecoderState::String { first: byte, since: now, count: 0, escaped: false };
            }
            _ => {
                if alt == Alt::On {
                    self.escape_key();
                }
                self.plain(now, byte, Alt::On);
            }
        }
    }

    /// The byte behind `ESC O`.
    fn third(&mut self, now: Duration, byte: u8, alt: Alt, escape: Escape) {
        match (csi::third(byte), escape) {
            (Some(KeyCode::Char(_)), Escape::Reported(_)) => self.unknown(&[ESC, b'O', byte]),
            (Some(code), _) => self.press(code, with(alt)),
            (None, Escape::Reported(_)) => {
                self.plain(now, b'O', Alt::Off);
                self.take(now, byte);
            }
            (None, Escape::Kept) if (0x20..=0x7e).contains(&byte) => self.unknown(&[ESC, b'O', byte]),
            (None, Escape::Kept) => {
                self.unknown(&[ESC, b'O']);
                self.take(now, byte);
            }
        }
    }

    fn control(&mut self, now: Duration, byte: u8, mut bytes: Vec<u8>, count: usize, alt: Alt, escape: Escape) {
        // Function keys of the console of Linux: `ESC [ [ A`.
        if bytes == b"[" && (0x20..=0x7e).contains(&byte) {
            return self.ended(&bytes, byte, alt);
        }
        match byte {
            b'[' if count == 0 => {
                bytes.push(byte);
                self.state = DecoderState::Control { bytes, count: 1, alt, escape };
            }
            0x20..=0x3f => {
                if count >= LONGEST {
                    self.state = DecoderState::Drain;
                    return;
                }
                if bytes.len() < KEPT {
                    bytes.push(byte);
                }
                self.state = DecoderState::Control { bytes, count: count + 1, alt, escape };
            }
            0x40..=0x7e if count <= KEPT => self.ended(&bytes, byte, alt),
            0x40..=0x7e => self.unknown(&[&[ESC, b'['], bytes.as_slice()].concat()),
            CANCEL | SUBSTITUTE => {}
            other => {
                // It cannot be within: what came before it was noise.
                self.unknown(&[&[ESC, b'['], bytes.as_slice()].concat());
                self.take(now, other);
            }
        }
    }

    /// A complete control sequence.
    fn ended(&mut self, body: &[u8], last: u8, alt: Alt) {
        match (body, last) {
            (b"200", b'~') => self.state = DecoderState::Paste { text: Vec::new(), tail: Vec::new() },
            (b"", b'M') => self.state = DecoderState::Report(PartialReport::click()),
            (b"", b'T') => self.state = DecoderState::Report(PartialReport::ignored(6)),
            (b"", b't') => self.state = DecoderState::Report(PartialReport::ignored(2)),
            _ => match csi::meaning(body, last) {
                csi::SequenceMeaning::Key(mut event) => {
                    if alt == Alt::On {
                        event.modifiers |= KeyModifiers::ALT;
                    }
                    if let (KeyCode::Char(char), KeyModifiers::NONE | KeyModifiers::SHIFT) =
                        (event.code, event.modifiers)
                    {
                        self.printed += char.len_utf8();
                    }
                    self.events.push_back(Event::Key(event));
                }
                csi::SequenceMeaning::Mouse(event) => self.events.push_back(Event::Mouse(event)),
                csi::SequenceMeaning::Nothing => {}
                csi::SequenceMeaning::Unknown => self.unknown(&[&[ESC, b'['], body, &[last]].concat()),
            },
        }
    }

    fn string(&mut self, now: Duration, byte: u8, first: u8, since: Duration, count: usize, escaped: bool) {
        match byte {
            b'\\' if escaped => {}
            // Doubled where a multiplexer passes a string through another.
            ESC => self.state = DecoderState::String { first, since, count: count + 1, escaped: true },
            0x07 | CANCEL | SUBSTITUTE => {}
            0x9c if self.encoding == super::InputEncoding::EightBit => {}
            // An escape that ends no string begins something else.
            other if escaped => self.behind_escape(now, other, Alt::Off),
            _ if count >= LONGEST_STRING || now.saturating_sub(since) > LONGEST_TIME => {
                self.unknown(&[ESC, first]);
                self.state = DecoderState::Drain;
            }
            _ => self.state = DecoderState::String { first, since, count: count + 1, escaped: false },
        }
    }

    fn paste(&mut self, mut text: Vec<u8>, mut tail: Vec<u8>, byte: u8) {
        tail.push(byte);
        if tail == PASTE_ENDS {
            return self.pasted(&text);
        }
        while !PASTE_ENDS.starts_with(&tail) {
            let first = tail.remove(0);
            if text.len() < LONGEST_PASTE {
                text.push(first);
            }
        }
        self.state = DecoderState::Paste { text, tail };
    }

    fn pasted(&mut self, text: &[u8]) {
        self.state = DecoderState::Ground;
        // Terminals send the line ends of a paste as the Enter key would.
        let text = String::from_utf8_lossy(text).replace("\r\n", "\n").replace('\r', "\n");
        self.events.push_back(Event::Paste(text));
    }

    /// The time of what is waited for is over.
    pub(super) fn give_up(&mut self, now: Duration) {
        self.printed = 0;
        match std::mem::replace(&mut self.state, DecoderState::Ground) {
            DecoderState::Ground | DecoderState::Drain | DecoderState::Character(_) => {}
            DecoderState::Escape(alt) => {
                if alt == Alt::On {
                    self.escape_key();
                }
                self.escape_key();
                self.finished = Some(now);
            }
            DecoderState::Third(_, Escape::Kept) => self.press(KeyCode::Char('O'), KeyModifiers::ALT),
            DecoderState::Third(_, Escape::Reported(_)) => self.plain(now, b'O', Alt::Off),
            DecoderState::Control { count: 0, escape: Escape::Reported(_), .. } => self.plain(now, b'[', Alt::Off),
            DecoderState::Control { count: 0, .. } => self.press(KeyCode::Char('['), KeyModifiers::ALT),
            DecoderState::Control { bytes, .. } => self.unknown(&[&[ESC, b'['], bytes.as_slice()].concat()),
            DecoderState::LateString(first) => self.plain(now, first, Alt::Off),
            DecoderState::String { first, count: 0, .. } => {
                self.press(KeyCode::Char(char::from(first)), KeyModifiers::ALT);
            }
            DecoderState::String { first, .. } => self.unknown(&[ESC, first]),
            DecoderState::Report(partial) => self.unknown(partial.head()),
            DecoderState::Paste { mut text, tail } => {
                text.extend(tail);
                self.pasted(&text);
            }
        }
    }

    /// What is dropped ends with a silence, also when the next bytes are seen before the time is.
    pub(super) fn end_drain(&mut self, now: Duration) {
        if matches!(self.state, DecoderState::Drain) && now.saturating_sub(self.touched) >= SILENCE {
            self.state = DecoderState::Ground;
        }
    }
}

const fn control(alt: Alt, escape: Escape) -> DecoderState {
    DecoderState::Control { bytes: Vec::new(), count: 0, alt, escape }
}

const fn with(alt: Alt) -> KeyModifiers {
    match alt {
        Alt::Off => KeyModifiers::NONE,
        Alt::On => KeyModifiers::ALT,
    }
}
