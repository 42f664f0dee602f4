//! The shortest change from one pen to another (SGR).
//!
//! It must not know where the cursor is.

use std::fmt::Write as _;

use ratatui::style::Modifier;

use super::glyph::{Glyph, ON_BLANK, Pen};
use crate::terminal::depth::{Ink, Tint};

/// Modifier, the parameter that sets it, the one that ends it.
const MARKS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Appends what makes the terminal's pen, `now`, fit for the glyph, and says what the pen is afterwards.
/// An unknown pen is always reset.
pub(super) fn take_up(now: Option<Pen>, glyph: Glyph, out: &mut Vec<u8>) -> Pen {
    let Some(now) = now else { return change(None, glyph.pen, out) };
    if now.suits(glyph) {
        return now;
    }
    // A space does not show everything of a pen: keep what it does not show, if that is shorter.
    let lazy = Pen { fg: now.fg, bg: glyph.pen.bg, marks: now.marks.difference(ON_BLANK) };
    if lazy.suits(glyph) && parameters(now, lazy).len() < parameters(now, glyph.pen).len() {
        return change(Some(now), lazy, out);
    }
    change(Some(now), glyph.pen, out)
}

/// Appends the change to exactly this pen.
pub(super) fn change(now: Option<Pen>, wanted: Pen, out: &mut Vec<u8>) -> Pen {
    if now != Some(wanted) {
        out.extend_from_slice(b"\x1b[");
        let parameters = now.map_or_else(|| afresh(wanted), |now| parameters(now, wanted));
        out.extend_from_slice(parameters.as_bytes());
        out.push(b'm');
    }
    wanted
}

/// The shorter of the change and a new start.
fn parameters(now: Pen, wanted: Pen) -> String {
    let change = changes(now, wanted);
    let afresh = afresh(wanted);
    if afresh.len() <= change.len() { afresh } else { change }
}

/// Everything off, then what is wanted. Everything off alone is the empty parameter.
fn afresh(wanted: Pen) -> String {
    if wanted == Pen::default() { String::new() } else { format!("0;{}", changes(Pen::default(), wanted)) }
}

fn changes(now: Pen, wanted: Pen) -> String {
    let mut text = String::new();
    let mut marks = now.marks;
    let mut ended = None;
    for (mark, _, end) in MARKS {
        if marks.difference(wanted.marks).contains(mark) && ended != Some(end) {
            parameter(&mut text, end);
            ended = Some(end);
            for (other, _, its_end) in MARKS {
                if its_end == end {
                    marks.remove(other);
                }
            }
        }
    }
    for (mark, begin, _) in MARKS {
        if wanted.marks.difference(marks).contains(mark) {
            parameter(&mut text, begin);
        }
    }
    if now.fg != wanted.fg {
        ink(&mut text, wanted.fg, 30);
    }
    if now.bg != wanted.bg {
        ink(&mut text, wanted.bg, 40);
    }
    text
}

fn parameter(text: &mut String, number: u8) {
    if !text.is_empty() {
        text.push(';');
    }
    // Writing to a String cannot fail.
    let _ = write!(text, "{number}");
}

/// `base` is 30 for the foreground, 40 for the background.
fn ink(text: &mut String, ink: Ink, base: u8) {
    let numbers: &[u8] = match ink.tint() {
        Tint::Default => &[base + 9],
        Tint::Palette(index @ 0..8) => &[base + index],
        Tint::Palette(index @ 8..16) => &[base + 60 + (index - 8)],
        Tint::Palette(index) => &[base + 8, 5, index],
        Tint::Rgb(red, green, blue) => &[base + 8, 2, red, green, blue],
    };
    for &number in numbers {
        parameter(text, number);
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;
    use crate::terminal::depth::Depth;

    fn pen(fg: Color, marks: Modifier) -> Pen {
        Pen { fg: Ink::of(fg, Depth::TrueColor), bg: Ink::default(), marks }
    }

    fn sent(now: Pen, wanted: Pen) -> String {
        let mut out = Vec::new();
        change(Some(now), wanted, &mut out);
        String::from_utf8(out).unwrap().replace('\x1b', "ESC")
    }

    #[test]
    fn only_what_differs_is_sent() {
        let plain = Pen::default();
        let red = pen(Color::Red, Modifier::empty());
        assert_eq!(sent(plain, plain), "");
        assert_eq!(sent(plain, red), "ESC[31m");
        assert_eq!(sent(red, pen(Color::LightBlue, Modifier::BOLD)), "ESC[1;94m");
        assert_eq!(sent(pen(Color::Red, Modifier::REVERSED), red), "ESC[27m");
        assert_eq!(sent(pen(Color::Red, Modifier::REVERSED), plain), "ESC[m");
        assert_eq!(sent(pen(Color::Reset, Modifier::BOLD), pen(Color::Reset, Modifier::DIM)), "ESC[0;2m");
        assert_eq!(
            sent(pen(Color::Rgb(1, 2, 3), Modifier::BOLD | Modifier::DIM), pen(Color::Rgb(1, 2, 3), Modifier::DIM)),
            "ESC[22;2m"
        );
        assert_eq!(sent(plain, pen(Color::Indexed(200), Modifier::empty())), "ESC[38;5;200m");
    }
}
