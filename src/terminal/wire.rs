//! One painted buffer in, one write out: the fewest bytes that turn what the terminal shows into what it should show.
//!
//! It keeps its own picture of the terminal and never asks. A list that scrolled is recognised and scrolled
//! there; the rest is drawn with the cheapest moves. It must not know what the buffer means.

mod brush;
mod glyph;
mod sgr;
mod shift;

#[cfg(test)]
mod cost_tests;

use std::io::{self, Write};

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use brush::{Brush, Hand, Scroll};
use glyph::{Clusters, Glyph};

use super::depth::Depth;

/// Frames of this many bytes and more are bracketed as a synchronized update (mode 2026), which costs 16 bytes. A
/// shorter one reaches a terminal in one packet and one read, so that there is nothing to tear.
const SYNCHRONIZED: usize = 256;

/// From this many bytes on it is worth looking for rows that moved: scrolling a band costs about 20.
const WORTH_SCROLLING: usize = 80;

/// A terminal that is written to, and what it shows.
#[derive(Debug)]
pub struct Wire<W> {
    pub(super) out: W,
    depth: Depth,
    width: u16,
    height: u16,
    /// What the terminal shows.
    shown: Vec<Glyph>,
    /// Kept for its memory: the frame being sent.
    wanted: Vec<Glyph>,
    clusters: Clusters,
    hand: Hand,
    caret: Option<Caret>,
    is_reset: bool,
}

/// Whether the cursor of the terminal is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caret {
    Hidden,
    Shown,
}

impl<W: Write> Wire<W> {
    /// Nothing is known about the terminal yet: the first frame draws every cell.
    pub fn new(out: W, depth: Depth, width: u16, height: u16) -> Self {
        let mut wire = Self {
            out,
            depth,
            width,
            height,
            shown: Vec::new(),
            wanted: Vec::new(),
            clusters: Clusters::default(),
            hand: Hand::default(),
            caret: None,
            is_reset: false,
        };
        wire.resize(width, height);
        wire
    }

    /// The terminal changed its size; what it shows now is unknown.
    pub fn resize(&mut self, width: u16, height: u16) {
        (self.width, self.height) = (width, height);
        self.forget();
    }

    /// Others wrote to the terminal: the next frame draws every cell, without clearing first.
    pub fn forget(&mut self) {
        self.shown.clear();
        self.shown.resize(usize::from(self.width) * usize::from(self.height), Glyph::UNKNOWN);
        self.clusters = Clusters::default();
        self.hand = Hand::default();
        self.caret = None;
        self.is_reset = false;
    }

    /// Where the bytes go.
    pub const fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// Shows the buffer, and the cursor at `cursor` or nowhere. Returns the number of bytes written: 0 when the
    /// terminal shows all that already, otherwise those of one single write.
    ///
    /// A buffer of another size than the terminal's is taken as the terminal's new size. Per-cell options of
    /// ratatui's diff (skip, forced width) and colours of underlines have no effect.
    ///
    /// # Errors
    /// That of the write. What reached the terminal is unknown then; the next frame draws every cell.
    pub fn present(&mut self, next: &Buffer, cursor: Option<Position>) -> io::Result<usize> {
        if (next.area.width, next.area.height) != (self.width, self.height) {
            self.resize(next.area.width, next.area.height);
        }
        if self.shown.is_empty() {
            return Ok(0);
        }
        if self.clusters.is_full() {
            self.forget();
        }
        let mut wanted = std::mem::take(&mut self.wanted);
        self.clusters.translate(next, self.depth, &mut wanted);
        let bytes = self.compose(&wanted, cursor);
        // Both buffers are needed again, one as what is shown from now on.
        std::mem::swap(&mut self.shown, &mut wanted);
        self.wanted = wanted;
        if bytes.is_empty() {
            return Ok(0);
        }
        self.send(&bytes)?;
        Ok(bytes.len())
    }

    /// Writes a sequence that neither moves the cursor nor changes a cell: a title, the clipboard.
    ///
    /// # Errors
    /// That of the write.
    pub fn aside(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(bytes)
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let sent = self.out.write_all(bytes).and_then(|()| self.out.flush());
        if sent.is_err() {
            self.forget();
        }
        sent
    }

    fn compose(&mut self, wanted: &[Glyph], cursor: Option<Position>) -> Vec<u8> {
        let (mut bytes, mut hand) = self.painted(wanted, None, usize::MAX).unwrap_or_default();
        if self.is_reset && bytes.len() >= WORTH_SCROLLING {
            for scroll in shift::proposals(&self.shown, wanted, usize::from(self.width)) {
                if let Some(shorter) = self.painted(wanted, Some(scroll), bytes.len()) {
                    (bytes, hand) = shorter;
                }
            }
        }
        self.is_reset = true;

        let mut last = Brush::new(hand, self.width, self.height, &self.clusters);
        let wanted_caret = match cursor {
            Some(Position { x, y }) => {
                let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
                let start = usize::from(y) * usize::from(self.width);
                last.reach(x, y, wanted.get(start..start + usize::from(self.width)).unwrap_or_default());
                Caret::Shown
            }
            None => Caret::Hidden,
        };
        let (moves, hand) = last.finish();
        self.hand = hand;
        bytes.extend_from_slice(&moves);
        if self.caret.replace(wanted_caret) != Some(wanted_caret) {
            bytes.extend_from_slice(match wanted_caret {
                Caret::Shown => b"\x1b[?25h",
                Caret::Hidden => b"\x1b[?25l",
            });
        }
        if bytes.len() >= SYNCHRONIZED {
            bytes = [b"\x1b[?2026h", bytes.as_slice(), b"\x1b[?2026l"].concat();
        }
        bytes
    }

    /// The bytes for all rows, perhaps after a scroll, and where they leave cursor and pen; `None` as soon as they are
    /// not fewer than `most`.
    fn painted(&self, wanted: &[Glyph], scroll: Option<Scroll>, most: usize) -> Option<(Vec<u8>, Hand)> {
        let width = usize::from(self.width);
        let mut shown = self.shown.clone();
        let mut brush = Brush::new(self.hand, self.width, self.height, &self.clusters);
        if !self.is_reset {
            brush.reset_modes();
        }
        if let Some(scroll) = scroll {
            brush.scroll(scroll, &mut shown);
        }
        for (y, (row, wanted)) in (0u16..).zip(shown.chunks_exact_mut(width).zip(wanted.chunks_exact(width))) {
            if row != wanted {
                brush.row(y, row, wanted);
                if brush.sent() >= most {
                    return None;
                }
            }
        }
        Some(brush.finish())
    }
}
