//! The cheapest bytes that bring the terminal's cursor and pen to where the next character is to be written.

use std::io::Write as _;

use ratatui::style::Modifier;

use super::depth::{Ink, Tint};

/// Looks of a cell, as far as the terminal can show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looks {
    pub(super) foreground: Ink,
    pub(super) background: Ink,
    pub(super) modifier: Modifier,
}

impl Looks {
    /// The terminal's own.
    pub(super) const PLAIN: Self = Self { foreground: Ink::NONE, background: Ink::NONE, modifier: Modifier::empty() };
}

const CODES: [(Modifier, u8); 6] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
    (Modifier::CROSSED_OUT, 9),
];

/// What is known of the terminal's cursor and pen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Column and row; `None` where unknown, as after writing the last column.
    at: Option<(u16, u16)>,
    pen: Option<Looks>,
}

impl Cursor {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { at: None, pen: None };

    /// Moves to a cell.
    pub fn go(&mut self, out: &mut Vec<u8>, (x, y): (u16, u16)) {
        if self.at == Some((x, y)) {
            return;
        }
        let mut best = absolute(x, y);
        if let Some(from) = self.at {
            for way in relative(from, (x, y)) {
                if way.len() < best.len() {
                    best = way;
                }
            }
        }
        out.extend(best);
        self.at = Some((x, y));
    }

    /// Where it is, if known.
    pub const fn at(&self) -> Option<(u16, u16)> {
        self.at
    }

    /// Whether the pen already has these looks.
    pub(super) fn has(&self, looks: Looks) -> bool {
        self.pen == Some(looks)
    }

    /// Takes up a pen of these looks.
    pub(super) fn take(&mut self, out: &mut Vec<u8>, looks: Looks) {
        if self.pen == Some(looks) {
            return;
        }
        let from_plain = codes(Looks::PLAIN, looks);
        let fresh = if from_plain.is_empty() { "\x1b[m".to_owned() } else { format!("\x1b[0;{from_plain}m") };
        let best = match self.pen {
            Some(pen) if pen == Looks::PLAIN => format!("\x1b[{from_plain}m"),
            Some(pen) if looks.modifier.contains(pen.modifier) => {
                let added = format!("\x1b[{}m", codes(pen, looks));
                if added.len() <= fresh.len() { added } else { fresh }
            }
            Some(_) | None => fresh,
        };
        out.extend(best.bytes());
        self.pen = Some(looks);
    }

    /// A symbol of so many cells was written in a row of `width` cells.
    pub fn wrote(&mut self, cells: u16, width: u16) {
        self.at = match self.at {
            // Beyond the last column terminals disagree where the cursor is.
            Some((x, y)) if x + cells < width => Some((x + cells, y)),
            Some(_) | None => None,
        };
    }

    /// A sequence of another purpose moved the cursor. Terminals disagree where setting a scrolling region
    /// leaves it.
    pub const fn lost(&mut self) {
        self.at = None;
    }
}

fn absolute(x: u16, y: u16) -> Vec<u8> {
    match (x, y) {
        (0, 0) => b"\x1b[H".to_vec(),
        (0, y) => format!("\x1b[{}H", y + 1).into_bytes(),
        (x, y) => format!("\x1b[{};{}H", y + 1, x + 1).into_bytes(),
    }
}

fn relative((from_x, from_y): (u16, u16), (x, y): (u16, u16)) -> Vec<Vec<u8>> {
    let mut ways = Vec::new();
    // Down or up first, in the same column, or down by a line feed after a carriage return.
    let mut vertical: Vec<u8> = Vec::new();
    if y > from_y {
        let count = y - from_y;
        if count <= 4 {
            vertical.extend(std::iter::repeat_n(b'\n', usize::from(count)));
        } else {
            csi(&mut vertical, count, b'B');
        }
    } else if y < from_y {
        csi(&mut vertical, from_y - y, b'A');
    }
    let mut kept = vertical.clone();
    if x > from_x {
        csi(&mut kept, x - from_x, b'C');
    } else if x < from_x {
        if from_x - x <= 3 {
            kept.extend(std::iter::repeat_n(b'\x08', usize::from(from_x - x)));
        } else {
            csi(&mut kept, from_x - x, b'D');
        }
    }
    ways.push(kept);
    let mut returned = vec![b'\r'];
    returned.extend(vertical);
    if x > 0 {
        csi(&mut returned, x, b'C');
    }
    ways.push(returned);
    ways
}

fn csi(out: &mut Vec<u8>, count: u16, end: u8) {
    out.extend(b"\x1b[");
    if count > 1 {
        // Writing to a vector cannot fail.
        let _ = write!(out, "{count}");
    }
    out.push(end);
}

/// The SGR codes that make `to` of `from`, where `to` only adds.
fn codes(from: Looks, to: Looks) -> String {
    let mut codes: Vec<String> = CODES
        .iter()
        .filter(|(modifier, _)| to.modifier.contains(*modifier) && !from.modifier.contains(*modifier))
        .map(|(_, code)| code.to_string())
        .collect();
    if from.foreground != to.foreground {
        codes.push(colour(to.foreground, 30));
    }
    if from.background != to.background {
        codes.push(colour(to.background, 40));
    }
    codes.join(";")
}

fn colour(ink: Ink, base: u16) -> String {
    match ink.tint() {
        Tint::Default => (base + 9).to_string(),
        Tint::Palette(index) if index < 8 => (base + u16::from(index)).to_string(),
        Tint::Palette(index) if index < 16 => (base + 52 + u16::from(index)).to_string(),
        Tint::Palette(index) => format!("{};5;{index}", base + 8),
        Tint::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}
