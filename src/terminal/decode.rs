//! What the terminal sends, as keys, pastes and mouse reports: a pure state machine over bytes and time. It must not
//! know what a key does, and it reads no clock: the caller says when bytes came and asks when to call again.
//!
//! Only a complete, known sequence of a key becomes a key. Everything else that begins like a sequence is swallowed
//! whole (answers of the terminal, reports, keys no one knows), however it is cut into pieces, and every wait for more
//! is bounded in time and in bytes.
//!
//! Crossterm's reader is not used: it spins at 100 % once the terminal is gone (crossterm issue #793, open). The parser
//! of `termina` 0.4 was tried on the tests below and fails them: it types out APC, PM and SOS strings, waits for the
//! end of an unfinished string for ever, and knows no sequence whose rest comes after the Esc key was sent.

mod csi;
mod ground;
mod names;
mod report;
mod sequence;
mod state;

use std::collections::VecDeque;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};

use state::DecoderState;

/// The least time that a lone escape waits for the rest of a key.
pub const ESCAPE_DELAY: Duration = Duration::from_millis(50);

/// The same where the keys come over SSH.
pub const ESCAPE_DELAY_SSH: Duration = Duration::from_millis(150);

/// Printable bytes in one read from which on it may be a paste.
const BURST: usize = 4;

/// Longest paste that is kept, in bytes; the rest of a longer one is dropped.
const LONGEST_PASTE: usize = 4 << 20;

/// Something that the terminal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed, or is held.
    Key(KeyEvent),
    /// A bracketed paste, its line ends as line feeds.
    Paste(String),
    /// A mouse report.
    Mouse(MouseEvent),
    /// A complete sequence, or the beginning of one, that is no known key; as people write it. It does nothing.
    Unknown(String),
    /// The keys from here to [`Event::BurstEnds`] came at once, and may be a paste that is not bracketed.
    BurstBegins,
    /// The end of such.
    BurstEnds,
}

/// How the terminal sends what is not ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputEncoding {
    /// UTF-8: bytes from 0x80 to 0x9f are parts of characters, or noise.
    #[default]
    Utf8,
    /// Something else: those bytes are the 8-bit forms of control sequences where they are no part of UTF-8.
    EightBit,
}

/// Turns the bytes of a terminal into events, whatever the pieces in which they arrive.
#[derive(Debug)]
pub struct Decoder {
    state: DecoderState,
    escape_delay: Duration,
    encoding: InputEncoding,
    /// When the last byte came.
    touched: Duration,
    /// When an escape turned out to be the key, while the next byte may still make it a sequence.
    finished: Option<Duration>,
    events: VecDeque<Event>,
    /// Printable bytes of this read.
    printed: usize,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(ESCAPE_DELAY, InputEncoding::Utf8)
    }
}

impl Decoder {
    /// A decoder that waits this long, and at least [`ESCAPE_DELAY`], for what may follow an escape.
    pub fn new(escape_delay: Duration, encoding: InputEncoding) -> Self {
        Self {
            state: DecoderState::Ground,
            escape_delay: escape_delay.max(ESCAPE_DELAY),
            encoding,
            touched: Duration::ZERO,
            finished: None,
            events: VecDeque::new(),
            printed: 0,
        }
    }

    /// One like this before anything came.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self::new(self.escape_delay, self.encoding)
    }

    /// Takes in the bytes of one read, at this time of a clock that only goes forward. The events come out of the
    /// iterator.
    pub fn feed(&mut self, now: Duration, bytes: &[u8]) {
        self.end_drain(now);
        let before = self.events.len();
        self.printed = 0;
        for byte in bytes {
            self.take(now, *byte);
            self.touched = now;
        }
        if self.printed >= BURST {
            self.events.insert(before, Event::BurstBegins);
            self.events.push_back(Event::BurstEnds);
        }
    }

    /// When to call [`Decoder::elapse`] unless bytes come before; `None`: nothing is waited for.
    pub fn deadline(&self) -> Option<Duration> {
        self.state.deadline(self.touched, self.escape_delay)
    }

    /// Nothing came until now: what waited for longer than its time is decided.
    pub fn elapse(&mut self, now: Duration) {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.give_up(now);
        }
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        if let (KeyCode::Char(char), false) = (code, modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)) {
            self.printed += char.len_utf8();
        }
        self.events.push_back(Event::Key(KeyEvent::new(code, modifiers)));
    }

    fn escape_key(&mut self) {
        self.press(KeyCode::Esc, KeyModifiers::NONE);
    }

    /// Says that these bytes did nothing.
    fn unknown(&mut self, bytes: &[u8]) {
        self.events.push_back(Event::Unknown(names::written(bytes)));
    }
}

impl Iterator for Decoder {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
}

#[cfg(test)]
mod tests;
