//! Where the decoder stands between two bytes.

use std::time::Duration;

/// Longest wait for a `[` or `O` sequence behind an escape that was sent as the key.
pub(super) const LATE: Duration = Duration::from_secs(1);

/// Longest wait for the second byte of a string behind such an escape. The first may well be a key.
const LATE_STRING: Duration = Duration::from_millis(350);

/// Longest wait for the next byte of a control sequence that can be nothing else.
const NEXT_BYTE: Duration = Duration::from_secs(10);

/// Longest wait for the next byte of a string, of a mouse report or of a character.
const NEXT_OF_STRING: Duration = Duration::from_secs(1);

/// Longest wait for the next byte of a paste.
const NEXT_OF_PASTE: Duration = Duration::from_secs(2);

/// The silence that ends what is dropped.
pub(super) const SILENCE: Duration = Duration::from_millis(200);

/// Whether an escape stands before the sequence or the character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alt {
    Off,
    On,
}

/// Whether the escape of a sequence was sent as the Esc key already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Kept,
    /// It was, at this time.
    Reported(Duration),
}

/// What came since the last complete thing.
#[derive(Debug)]
pub(super) enum DecoderState {
    Ground,
    Character(PartialCharacter),
    /// One escape, or two.
    Escape(Alt),
    /// `ESC O`.
    Third(Alt, Escape),
    /// `ESC [`, and what came behind it. `count` may be more than is kept.
    Control {
        bytes: Vec<u8>,
        count: usize,
        alt: Alt,
        escape: Escape,
    },
    /// A byte that begins a string, behind an escape that was sent as a key.
    LateString(u8),
    /// OSC, DCS, APC, PM or SOS; `first` began it.
    String {
        first: u8,
        since: Duration,
        count: usize,
        escaped: bool,
    },
    /// A string without an end: everything is dropped up to a silence.
    Drain,
    /// The bytes of a mouse report behind its head.
    Report(PartialReport),
    /// The text of a bracketed paste. `tail` may be the beginning of its end.
    Paste {
        text: Vec<u8>,
        tail: Vec<u8>,
    },
}

impl DecoderState {
    pub(super) fn deadline(&self, touched: Duration, escape_delay: Duration) -> Option<Duration> {
        let wait = match self {
            Self::Ground => return None,
            Self::Escape(_) => escape_delay,
            Self::Third(_, Escape::Reported(at)) | Self::Control { escape: Escape::Reported(at), count: 0, .. } => {
                return Some((*at + LATE).max(touched + escape_delay));
            }
            Self::Control { escape: Escape::Reported(_), .. } => LATE,
            Self::Control { escape: Escape::Kept, .. } => NEXT_BYTE,
            Self::LateString(_) => LATE_STRING,
            Self::Third(..) | Self::String { .. } | Self::Report(_) | Self::Character(_) => NEXT_OF_STRING,
            Self::Drain => SILENCE,
            Self::Paste { .. } => NEXT_OF_PASTE,
        };
        Some(touched + wait)
    }
}

/// The bytes of a character as far as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PartialCharacter {
    pub(super) bytes: [u8; 4],
    pub(super) length: usize,
    /// Bytes of the whole character.
    pub(super) whole: usize,
    pub(super) alt: Alt,
}

/// The bytes behind `ESC [ M` and the like, as far as they came. Each is one byte, or two where the terminal sends
/// coordinates as UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PartialReport {
    pub(super) values: Vec<u32>,
    /// The first byte of two.
    pub(super) first: Option<u8>,
    pub(super) wanted: usize,
    pub(super) head: &'static [u8],
}

impl PartialReport {
    /// `ESC [ M` and three values.
    pub(super) const fn click() -> Self {
        Self { values: Vec::new(), first: None, wanted: 3, head: b"\x1b[M" }
    }

    /// A report of a selection, which no one asked for.
    pub(super) const fn ignored(wanted: usize) -> Self {
        Self { values: Vec::new(), first: None, wanted, head: b"\x1b[T" }
    }

    /// What it began with.
    pub(super) const fn head(&self) -> &'static [u8] {
        self.head
    }
}
