//! Mouse reports in every form: SGR, urxvt's, and the bytes behind a legacy head.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::sequence::State;
use super::{Decoder, Event};

/// The bytes behind `ESC [ M` and the like, as far as they came. Each is one byte, or two where the terminal sends
/// coordinates as UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Partial {
    values: Vec<u32>,
    /// The first byte of two.
    first: Option<u8>,
    wanted: usize,
    head: &'static [u8],
}

impl Partial {
    /// `ESC [ M` and three values.
    pub(super) const fn click() -> Self {
        Self { values: Vec::new(), first: None, wanted: 3, head: b"\x1b[M" }
    }

    /// A report of a selection, which nobody asked for.
    pub(super) const fn ignored(wanted: usize) -> Self {
        Self { values: Vec::new(), first: None, wanted, head: b"\x1b[T" }
    }

    /// What it began with.
    pub(super) const fn head(&self) -> &'static [u8] {
        self.head
    }
}

impl Decoder {
    pub(super) fn report(&mut self, mut partial: Partial, byte: u8) {
        match (partial.first.take(), byte) {
            (Some(first), 0x80..=0xbf) => {
                partial.values.push(u32::from(first & 0x1f) << 6 | u32::from(byte & 0x3f));
            }
            (Some(first), _) => partial.values.extend([u32::from(first), u32::from(byte)]),
            (None, 0xc2..=0xdf) => {
                partial.first = Some(byte);
            }
            (None, _) => partial.values.push(u32::from(byte)),
        }
        if partial.values.len() < partial.wanted {
            self.state = State::Report(partial);
            return;
        }
        if let (3, &[report, column, row]) = (partial.wanted, partial.values.as_slice()) {
            let less = |value: u32| value.saturating_sub(32);
            self.events.extend(legacy(less(report), less(column), less(row)).map(Event::Mouse));
        }
    }
}

/// A report in which letting go of a button does not say which.
pub(super) fn legacy(report: u32, column: u32, row: u32) -> Option<MouseEvent> {
    event(report, column, row, b'M')
}

/// `CSI < button ; column ; row M`, or `m` when the button was let go.
pub(super) fn event(report: u32, column: u32, row: u32, last: u8) -> Option<MouseEvent> {
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
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)] {
        if report & bit != 0 {
            modifiers |= modifier;
        }
    }
    Some(MouseEvent {
        kind,
        column: u16::try_from(column).ok()?.checked_sub(1)?,
        row: u16::try_from(row).ok()?.checked_sub(1)?,
        modifiers,
    })
}
