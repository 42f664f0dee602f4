//! What the bytes are that a program sends to its terminal.

use std::fmt;
use std::ops::AddAssign;

/// Bytes by what they do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Characters that are seen.
    pub text: usize,
    /// Moves of the cursor.
    pub moves: usize,
    /// Colours, bold, reverse.
    pub pen: usize,
    /// Margins and scrolling.
    pub scroll: usize,
    /// Erasing.
    pub erase: usize,
    /// Modes, titles and whatever else.
    pub other: usize,
}

impl Kinds {
    /// Sorts the bytes of a stream that begins and ends between two sequences.
    pub fn of(bytes: &[u8]) -> Self {
        let mut kinds = Self::default();
        let mut rest = bytes;
        // Line feeds behind a set margin scroll; elsewhere they move.
        let mut margins = false;
        while let Some((&first, behind)) = rest.split_first() {
            let length = match (first, behind.first()) {
                (0x1b, Some(b'[')) => {
                    let length = 3 + behind.iter().skip(1).take_while(|byte| !(0x40..=0x7e).contains(*byte)).count();
                    let last = rest.get(length - 1).copied().unwrap_or_default();
                    let private = behind.get(1) == Some(&b'?');
                    *kinds.slot(last, private) += length;
                    if last == b'r' {
                        margins = length > 3;
                    }
                    length
                }
                (0x1b, Some(b']')) => {
                    let length = 1 + behind.iter().take_while(|byte| **byte != 7).count() + 1;
                    kinds.other += length;
                    length
                }
                (0x1b, Some(b'M')) => {
                    if margins {
                        kinds.scroll += 2;
                    } else {
                        kinds.moves += 2;
                    }
                    2
                }
                (0x1b, Some(b'(' | b')')) => {
                    kinds.other += 3;
                    3
                }
                (0x1b, _) => {
                    kinds.other += 2;
                    2
                }
                (b'\n', _) if margins => {
                    kinds.scroll += 1;
                    1
                }
                (b'\n' | b'\r' | 8, _) => {
                    kinds.moves += 1;
                    1
                }
                (0..=0x1f, _) => {
                    kinds.other += 1;
                    1
                }
                _ => {
                    kinds.text += 1;
                    1
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        kinds
    }

    fn slot(&mut self, last: u8, private: bool) -> &mut usize {
        match last {
            b'A'..=b'H' | b'd' | b'f' | b'`' if !private => &mut self.moves,
            b'm' if !private => &mut self.pen,
            b'r' | b'S' | b'T' | b'L' | b'M' if !private => &mut self.scroll,
            b'J' | b'K' | b'X' | b'P' if !private => &mut self.erase,
            _ => &mut self.other,
        }
    }
}

impl AddAssign for Kinds {
    fn add_assign(&mut self, more: Self) {
        self.text += more.text;
        self.moves += more.moves;
        self.pen += more.pen;
        self.scroll += more.scroll;
        self.erase += more.erase;
        self.other += more.other;
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, moves, pen, scroll, erase, other } = self;
        write!(out, "text {text}, moves {moves}, pen {pen}, scroll {scroll}, erase {erase}, other {other}")
    }
}
