//! What one cell of the screen shows, small enough to compare and hash by the thousand.
//!
//! It decides what a ratatui cell becomes on this terminal: colours reduced, control characters made visible, the
//! covered half of a wide character marked. It must not know how cells are sent.

use std::collections::HashMap;

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::Modifier;

use crate::domain::text::mark;
use crate::terminal::depth::{Depth, Ink};

/// Colours and modifiers of a cell. The colour of an underline is left out: terminals that do not know it take its
/// parameters for other attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pen {
    pub(super) fg: Ink,
    pub(super) bg: Ink,
    pub(super) marks: Modifier,
}

/// The modifiers that show on a space.
pub(super) const ON_BLANK: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK);

impl Pen {
    /// Whether a cell written with this pen looks as the glyph wants to. A space shows no foreground and no bold.
    pub(super) fn suits(self, glyph: Glyph) -> bool {
        if glyph.code == Glyph::BLANK.code && !glyph.pen.marks.intersects(ON_BLANK) {
            self.bg == glyph.pen.bg && !self.marks.intersects(ON_BLANK)
        } else {
            self == glyph.pen
        }
    }
}

/// What one cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    code: u32,
    pub(super) pen: Pen,
}

const UNKNOWN: u32 = u32::MAX;
const TAIL: u32 = u32::MAX - 1;
const CLUSTER: u32 = 1 << 31;

impl Glyph {
    /// A space without colours.
    pub(super) const BLANK: Self = Self::plain(' ' as u32);
    /// A cell of which no one knows what it shows. Equal to nothing that is ever wanted.
    pub(super) const UNKNOWN: Self = Self::plain(UNKNOWN);

    const fn plain(code: u32) -> Self {
        Self { code, pen: Pen { fg: Ink::NONE, bg: Ink::NONE, marks: Modifier::empty() } }
    }

    /// Whether the cell is covered by the wide character to its left.
    pub(super) fn is_tail(self) -> bool {
        self.code == TAIL
    }

    /// The character, if it is a single one.
    pub(super) fn char(self) -> Option<char> {
        char::from_u32(self.code)
    }

    /// Whether every terminal moves its cursor by the same number of cells for it. Emoji, joined clusters and scripts
    /// that are shaped are drawn as wide as a terminal's tables and fonts have it.
    pub(super) fn is_certain(self) -> bool {
        self.char().is_some_and(|char| {
            matches!(char,
                ' '..='~' | '\u{a0}'..='\u{2ff}' | '\u{370}'..='\u{58f}' | '\u{1e00}'..='\u{1fff}'
                | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20bf}'
                | '\u{2190}'..='\u{2199}' | '\u{2200}'..='\u{22ff}' | '\u{2400}'..='\u{2426}'
                | '\u{2500}'..='\u{25a9}' | '\u{25b2}' | '\u{25cb}' | '\u{25cf}' | '\u{270e}' | '\u{2713}' | '\u{2717}' | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}'
                | '\u{30a0}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
                | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff60}')
        })
    }

    /// What distinguishes the text of a cell from that of others: how it is coloured does not count.
    pub(super) const fn text(self) -> u32 {
        self.code
    }
}

/// The clusters of more than one character (letters with combining marks, emoji sequences) seen so far, by number.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Clusters {
    /// More clusters than any honest estate has; past that, [`Clusters::is_full`] asks for a new start.
    const CAPACITY: usize = 1 << 14;

    /// Whether it should be replaced by an empty one, with every glyph forgotten, so that a stream of hostile text
    /// cannot fill the memory.
    pub(super) fn is_full(&self) -> bool {
        self.texts.len() >= Self::CAPACITY
    }

    /// Writes what the glyph shows: UTF-8, no control characters.
    pub(super) fn write(&self, glyph: Glyph, out: &mut Vec<u8>) {
        if let Some(char) = glyph.char() {
            out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
        } else if glyph.code & CLUSTER != 0
            && let Some(text) = usize::try_from(glyph.code ^ CLUSTER).ok().and_then(|number| self.texts.get(number))
        {
            out.extend_from_slice(text.as_bytes());
        }
    }

    /// Translates a painted buffer, row by row, into `out`.
    pub(super) fn translate(&mut self, buffer: &Buffer, depth: Depth, out: &mut Vec<Glyph>) {
        out.clear();
        for row in buffer.content.chunks_exact(usize::from(buffer.area.width).max(1)) {
            let mut room = row.len();
            let mut covered: Option<(usize, Pen)> = None;
            for cell in row {
                if let Some((cells @ 1.., pen)) = covered {
                    out.push(Glyph { code: TAIL, pen });
                    covered = Some((cells - 1, pen));
                } else {
                    let (glyph, width) = self.glyph(cell, depth, room);
                    out.push(glyph);
                    covered = Some((width - 1, glyph.pen));
                }
                room -= 1;
            }
        }
    }

    /// The glyph of a cell and the number of cells that it takes, at least one and at most `room`.
    fn glyph(&mut self, cell: &Cell, depth: Depth, room: usize) -> (Glyph, usize) {
        let symbol = cell.symbol();
        let (code, width) = match symbol.as_bytes() {
            [byte @ b' '..=b'~'] => (u32::from(*byte), 1),
            _ => self.code(symbol, room),
        };
        let mut pen = Pen { fg: Ink::of(cell.fg, depth), bg: Ink::of(cell.bg, depth), marks: cell.modifier };
        if code == Glyph::BLANK.code && !pen.marks.intersects(ON_BLANK) {
            pen = Pen { bg: pen.bg, ..Pen::default() };
        }
        (Glyph { code, pen }, width)
    }

    fn code(&mut self, symbol: &str, room: usize) -> (u32, usize) {
        let mut chars = symbol.chars();
        let blank = (Glyph::BLANK.code, 1);
        match (chars.next(), chars.next()) {
            (None, _) => blank,
            (Some(char), None) if mark(char) != char => (u32::from(mark(char)), 1),
            (Some(char), None) => match usize::from(symbol.cell_width()) {
                0 => blank,
                width if width > room => blank,
                width => (u32::from(char), width),
            },
            (Some(_), Some(_)) => {
                // The joiner U+200D and the like are kept: they are what makes a cluster one.
                let clean: String = symbol.chars().map(mark).collect();
                match usize::from(clean.as_str().cell_width()) {
                    0 => blank,
                    width if width > room => blank,
                    width => (self.number(&clean), width),
                }
            }
        }
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return CLUSTER | number;
        }
        let Ok(number) = u32::try_from(self.texts.len()) else { return Glyph::BLANK.code };
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        CLUSTER | number
    }
}
