//! Mouse reports in every form: SGR, urxvt's, and the bytes behind a legacy head.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::state::{DecoderState, PartialReport};
use super::{Decoder, Event};

impl Decoder {
    pub(super) fn report(&mut self, mut partial: PartialReport, byte: u8) {
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
            self.state = DecoderState::Report(partial);
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
