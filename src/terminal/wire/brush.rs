//! Moving over the screen and changing rows, with as few bytes as the oldest terminals allow.
//!
//! It knows where the cursor is and what the pen is because it put them there. It must not know what the rows mean,
//! nor whether its bytes are sent: the wire has several brushes paint the same frame and sends the shortest.
//!
//! Only sequences that a VT100 knows are used (CUP, CUU, CUD, CUF, CUB, EL, SGR, DECSTBM, IND, RI, CR, LF, BS), so no
//! database of terminals is needed. The console of Linux, for one, has no SU and SD.

use super::glyph::{Clusters, Glyph, Pen};
use super::sgr;

/// What is known about the terminal between two frames. `None`: unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hand {
    /// Column of the cursor. Unknown after the last column was written, where terminals disagree, and after a
    /// character whose width they disagree on.
    x: Option<u16>,
    y: Option<u16>,
    pen: Option<Pen>,
}

/// A band of rows and by how much it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scroll {
    /// First row of the band.
    pub(super) top: u16,
    /// Last row of the band.
    pub(super) bottom: u16,
    /// Rows upwards; negative: downwards. Never more than the band is high.
    pub(super) up: i32,
}

/// Appends to `out` what turns one screen into another.
pub(super) struct Brush<'a> {
    hand: Hand,
    width: u16,
    height: u16,
    clusters: &'a Clusters,
    out: Vec<u8>,
}

impl<'a> Brush<'a> {
    pub(super) fn new(hand: Hand, width: u16, height: u16, clusters: &'a Clusters) -> Self {
        Self { hand, width, height, clusters, out: Vec::new() }
    }

    /// The bytes, and where the cursor and the pen are after them.
    pub(super) fn finish(self) -> (Vec<u8>, Hand) {
        (self.out, self.hand)
    }

    /// Bytes so far.
    pub(super) fn sent(&self) -> usize {
        self.out.len()
    }

    /// Puts character set, shift and margins to what everything else here takes for granted.
    pub(super) fn reset_modes(&mut self) {
        self.out.extend_from_slice(b"\x0f\x1b(B\x1b[r");
        self.hand = Hand::default();
    }

    /// Moves a band of rows, on the terminal and in `shown`. What comes in is blank.
    pub(super) fn scroll(&mut self, scroll: Scroll, shown: &mut [Glyph]) {
        let Scroll { top, bottom, up } = scroll;
        let width = usize::from(self.width);
        let count = usize::try_from(up.unsigned_abs()).unwrap_or(usize::MAX);
        let Some(band) = shown.get_mut(usize::from(top) * width..(usize::from(bottom) + 1) * width) else { return };
        let moved = count.saturating_mul(width).min(band.len());
        // Terminals with background colour erase fill what comes in with the current background.
        self.hand.pen = Some(sgr::take_up(self.hand.pen, Glyph::BLANK, &mut self.out));
        let whole = top == 0 && bottom + 1 == self.height;
        if !whole {
            self.csi(&[top + 1, bottom + 1], b'r');
            // A VT100 goes home now; some terminals stay where they are.
            (self.hand.x, self.hand.y) = (None, None);
        }
        if up > 0 {
            band.rotate_left(moved);
            let kept = band.len() - moved;
            band.iter_mut().skip(kept).for_each(|glyph| *glyph = Glyph::BLANK);
            self.jump(0, bottom);
            self.out.extend(std::iter::repeat_n(b'\n', count));
        } else {
            band.rotate_right(moved);
            band.iter_mut().take(moved).for_each(|glyph| *glyph = Glyph::BLANK);
            self.jump(0, top);
            self.out.extend(b"\x1bM".repeat(count));
        }
        if !whole {
            self.out.extend_from_slice(b"\x1b[r");
            (self.hand.x, self.hand.y) = (None, None);
        }
    }

    /// Changes a row from what it shows to what it should show.
    pub(super) fn row(&mut self, y: u16, shown: &mut [Glyph], wanted: &[Glyph]) {
        let end = wanted.iter().rposition(|&glyph| glyph != Glyph::BLANK).map_or(0, |last| last + 1);
        let clear = self.clearing(end, shown);
        let until = clear.unwrap_or(wanted.len());
        let mut x = 0;
        while let Some(&glyph) = wanted.get(x).filter(|_| x < until) {
            let tails = wanted.iter().skip(x + 1).take_while(|glyph| glyph.is_tail()).count();
            let next = x + 1 + tails;
            if shown.get(x..next) != wanted.get(x..next) {
                self.glyph(column(x), y, glyph, column(next - x), shown);
                if let (Some(old), Some(new)) = (shown.get_mut(x..next), wanted.get(x..next)) {
                    old.copy_from_slice(new);
                }
            }
            x = next;
        }
        if let Some(from) = clear {
            self.reach(column(from), y, shown);
            self.hand.pen = Some(sgr::take_up(self.hand.pen, Glyph::BLANK, &mut self.out));
            self.out.extend_from_slice(b"\x1b[K");
            shown.iter_mut().skip(from).for_each(|glyph| *glyph = Glyph::BLANK);
        }
    }

    /// Where to erase to the end of the row, if from `end` on all should be blank and that is shorter than spaces.
    fn clearing(&self, end: usize, shown: &[Glyph]) -> Option<usize> {
        let rest = shown.get(end..)?;
        let first = rest.iter().position(|&glyph| glyph != Glyph::BLANK)?;
        let last = rest.iter().rposition(|&glyph| glyph != Glyph::BLANK)?;
        let cost = if self.hand.pen.is_some_and(|pen| pen.suits(Glyph::BLANK)) { 3 } else { 6 };
        (last + 1 - first > cost).then_some(end + first)
    }

    /// Writes one glyph.
    fn glyph(&mut self, x: u16, y: u16, glyph: Glyph, cells: u16, shown: &[Glyph]) {
        self.reach(x, y, shown);
        self.hand.pen = Some(sgr::take_up(self.hand.pen, glyph, &mut self.out));
        if !glyph.is_certain() && cells > 1 {
            // A terminal that draws it narrower must not leave the old cell beside it.
            self.out.extend(std::iter::repeat_n(b' ', usize::from(cells)));
            self.advance(cells, true);
            self.reach(x, y, &[]);
        }
        self.clusters.write(glyph, &mut self.out);
        self.advance(cells, glyph.is_certain());
    }

    fn advance(&mut self, cells: u16, certain: bool) {
        self.hand.x = self.hand.x.map(|x| x + cells).filter(|&x| certain && x < self.width);
    }

    /// Moves the cursor. `row` is what the row of the target shows; a gap is bridged by writing it again where that
    /// is shorter. Nothing needs to be known about the row.
    pub(super) fn reach(&mut self, x: u16, y: u16, row: &[Glyph]) {
        if (self.hand.x, self.hand.y) == (Some(x), Some(y)) {
            return;
        }
        let mut best = absolute(x, y);
        if let Some(from) = self.hand.y {
            let down = vertical(from, y);
            let return_first = [&down[..], b"\r", &self.rightwards(0, x, row)].concat();
            if return_first.len() < best.len() {
                best = return_first;
            }
            if let Some(from) = self.hand.x {
                let along = if from <= x { self.rightwards(from, x, row) } else { leftwards(from, x) };
                let relative = [down, along].concat();
                if relative.len() < best.len() {
                    best = relative;
                }
            }
        }
        self.out.extend_from_slice(&best);
        (self.hand.x, self.hand.y) = (Some(x), Some(y));
    }

    fn jump(&mut self, x: u16, y: u16) {
        if (self.hand.x, self.hand.y) != (Some(x), Some(y)) {
            self.out.extend_from_slice(&absolute(x, y));
            (self.hand.x, self.hand.y) = (Some(x), Some(y));
        }
    }

    /// Over cells of one row to the right: CUF, or the cells themselves.
    fn rightwards(&self, from: u16, to: u16, row: &[Glyph]) -> Vec<u8> {
        if from == to {
            return Vec::new();
        }
        let forward = sequence(&[to - from], b'C');
        let mut again = Vec::new();
        for x in usize::from(from)..usize::from(to) {
            let Some(&glyph) = row.get(x) else { return forward };
            let wide = row.get(x + 1).is_some_and(|next| next.is_tail());
            if wide || !glyph.is_certain() || !self.hand.pen.is_some_and(|pen| pen.suits(glyph)) {
                return forward;
            }
            self.clusters.write(glyph, &mut again);
            if again.len() > forward.len() {
                return forward;
            }
        }
        again
    }

    fn csi(&mut self, parameters: &[u16], last: u8) {
        self.out.extend_from_slice(&sequence(parameters, last));
    }
}

/// A column as the terminal counts: buffers are never wider than `u16` can say.
fn column(x: usize) -> u16 {
    u16::try_from(x).unwrap_or(u16::MAX)
}

/// CUP. Ones may be left out.
fn absolute(x: u16, y: u16) -> Vec<u8> {
    match (x, y) {
        (0, 0) => b"\x1b[H".to_vec(),
        (0, y) => sequence(&[y + 1], b'H'),
        (x, 0) => format!("\x1b[;{}H", x + 1).into_bytes(),
        (x, y) => sequence(&[y + 1, x + 1], b'H'),
    }
}

fn vertical(from: u16, to: u16) -> Vec<u8> {
    match (from.abs_diff(to), from < to) {
        (0, _) => Vec::new(),
        // No margins are set while this is used, and the target is a row of the screen: neither LF nor RI scrolls.
        (rows @ 1..=4, true) => b"\n".repeat(usize::from(rows)),
        (rows, true) => sequence(&[rows], b'B'),
        (1, false) => b"\x1bM".to_vec(),
        (rows, false) => sequence(&[rows], b'A'),
    }
}

fn leftwards(from: u16, to: u16) -> Vec<u8> {
    match from - to {
        cells @ 0..=4 => b"\x08".repeat(usize::from(cells)),
        cells => sequence(&[cells], b'D'),
    }
}

/// A control sequence. A single parameter of one is left out: it is the default of all that are used here.
fn sequence(parameters: &[u16], last: u8) -> Vec<u8> {
    let mut bytes = b"\x1b[".to_vec();
    if parameters != [1] {
        for (index, parameter) in parameters.iter().enumerate() {
            if index > 0 {
                bytes.push(b';');
            }
            bytes.extend_from_slice(parameter.to_string().as_bytes());
        }
    }
    bytes.push(last);
    bytes
}
