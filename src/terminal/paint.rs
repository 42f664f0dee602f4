//! From what the terminal shows and what it is to show, to the fewest bytes between them. Pure.
//!
//! Rows that moved are scrolled by the terminal itself (a scrolling region with line feeds or reverse line
//! feeds, which every terminal since the VT100 has); the rest is written cell by cell with the cheapest moves.

use std::hash::{Hash, Hasher};
use std::io::Write as _;

use ratatui::buffer::{Buffer, Cell};
use unicode_width::UnicodeWidthStr as _;

use super::cursor::{Cursor, Looks};
use super::depth::{Depth, Ink};
use super::scroll;

/// Unchanged cells that are written again rather than jumped over.
const BRIDGED: u16 = 4;

/// A cell as the terminal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph {
    /// What is written; empty for the second half of a wide character.
    symbol: String,
    looks: Looks,
}

impl Hash for Glyph {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.symbol.hash(state);
        self.looks.foreground.bits().hash(state);
        self.looks.background.bits().hash(state);
        self.looks.modifier.bits().hash(state);
    }
}

impl Glyph {
    fn blank() -> Self {
        Self { symbol: " ".to_owned(), looks: Looks::PLAIN }
    }

    fn is_blank(&self) -> bool {
        self.symbol == " " && self.looks == Looks::PLAIN
    }

    fn width(&self) -> u16 {
        u16::try_from(self.symbol.width()).unwrap_or(1)
    }
}

/// A screen full of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    width: u16,
    cells: Vec<Glyph>,
}

impl Grid {
    /// What a painted buffer looks like on a terminal of this depth.
    #[must_use]
    pub fn of(buffer: &Buffer, depth: Depth) -> Self {
        let width = buffer.area.width;
        let mut cells: Vec<Glyph> = buffer.content.iter().map(|cell| glyph(cell, depth)).collect();
        // The cell behind a wide character is part of it.
        for row in cells.chunks_mut(usize::from(width).max(1)) {
            let mut covered = 0;
            for glyph in row.iter_mut() {
                if covered > 0 {
                    glyph.symbol.clear();
                    covered -= 1;
                } else {
                    covered = glyph.width().saturating_sub(1);
                }
            }
            // A wide character that would stick out of the row cannot be shown.
            if covered > 0
                && let Some(last) = row.last_mut()
            {
                " ".clone_into(&mut last.symbol);
            }
        }
        Self { width, cells }
    }

    /// A screen of which nothing is known.
    #[must_use]
    pub fn unknown(width: u16, height: u16) -> Self {
        let glyph = Glyph { symbol: "\u{0}".to_owned(), looks: Looks::PLAIN };
        Self { width, cells: vec![glyph; usize::from(width) * usize::from(height)] }
    }

    /// Columns.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> u16 {
        self.cells.len().checked_div(usize::from(self.width)).map_or(0, |rows| u16::try_from(rows).unwrap_or(u16::MAX))
    }

    /// The cells of a row.
    #[must_use]
    pub fn row(&self, y: u16) -> &[Glyph] {
        let width = usize::from(self.width);
        let from = usize::from(y) * width;
        self.cells.get(from..from + width).unwrap_or_default()
    }

    /// Whether a row shows nothing.
    #[must_use]
    pub fn is_blank(&self, y: u16) -> bool {
        self.row(y).iter().all(Glyph::is_blank)
    }

    /// How many cells differ between a row of one screen and a row of another.
    #[must_use]
    pub fn differing(one: &Self, y: u16, other: &Self, other_y: u16) -> usize {
        one.row(y).iter().zip(other.row(other_y)).filter(|(left, right)| left != right).count()
    }

    fn shifted(&self, shift: scroll::Shift) -> Self {
        let mut moved = self.clone();
        let width = usize::from(self.width);
        for y in shift.top..=shift.bottom {
            let from = i32::from(y) + shift.by;
            let inside = from >= i32::from(shift.top) && from <= i32::from(shift.bottom);
            let source: Vec<Glyph> = match u16::try_from(from) {
                Ok(from) if inside => self.row(from).to_vec(),
                Ok(_) | Err(_) => vec![Glyph::blank(); width],
            };
            let start = usize::from(y) * width;
            if let Some(target) = moved.cells.get_mut(start..start + width) {
                target.clone_from_slice(&source);
            }
        }
        moved
    }
}

fn glyph(cell: &Cell, depth: Depth) -> Glyph {
    let symbol = cell.symbol();
    // A cell of width zero would shift all that follows.
    let symbol = if symbol.is_empty() || symbol.width() == 0 { " " } else { symbol };
    let looks =
        Looks { foreground: Ink::of(cell.fg, depth), background: Ink::of(cell.bg, depth), modifier: cell.modifier };
    Glyph { symbol: symbol.to_owned(), looks }
}

/// The bytes that make `next` of `shown`; none where nothing differs.
#[must_use]
pub fn difference(shown: &Grid, next: &Grid, cursor: &mut Cursor) -> Vec<u8> {
    if shown == next {
        return Vec::new();
    }
    let mut plain_cursor = *cursor;
    let mut plain = Vec::new();
    write_cells(shown, next, &mut plain_cursor, &mut plain);
    if let Some(shift) = scroll::find(shown, next) {
        let mut scrolled_cursor = *cursor;
        let mut scrolled = Vec::new();
        emit(shift, &mut scrolled_cursor, &mut scrolled);
        write_cells(&shown.shifted(shift), next, &mut scrolled_cursor, &mut scrolled);
        if scrolled.len() < plain.len() {
            *cursor = scrolled_cursor;
            return scrolled;
        }
    }
    *cursor = plain_cursor;
    plain
}

/// Scrolls a band of rows. Rows that come in take the pen's background, so the pen is put away first.
fn emit(shift: scroll::Shift, cursor: &mut Cursor, out: &mut Vec<u8>) {
    cursor.take(out, Looks::PLAIN);
    // Writing to a vector cannot fail.
    let _ = write!(out, "\x1b[{};{}r", shift.top + 1, shift.bottom + 1);
    cursor.lost();
    let count = usize::try_from(shift.by.unsigned_abs()).unwrap_or(0);
    if shift.by > 0 {
        cursor.go(out, (0, shift.bottom));
        out.extend(std::iter::repeat_n(b'\n', count));
    } else {
        cursor.go(out, (0, shift.top));
        out.extend(b"\x1bM".repeat(count));
    }
    out.extend(b"\x1b[r");
    cursor.lost();
}

fn write_cells(shown: &Grid, next: &Grid, cursor: &mut Cursor, out: &mut Vec<u8>) {
    for y in 0..next.height() {
        let (old, new) = (shown.row(y), next.row(y));
        if old != new {
            write_row(y, old, new, cursor, out);
        }
    }
}

fn write_row(y: u16, old: &[Glyph], new: &[Glyph], cursor: &mut Cursor, out: &mut Vec<u8>) {
    let width = u16::try_from(new.len()).unwrap_or(u16::MAX);
    // From here on the row is to be blank: one sequence erases what stood there.
    let blank_from = new.iter().rposition(|glyph| !glyph.is_blank()).map_or(0, |last| last + 1);
    let to_erase = old.iter().skip(blank_from).filter(|glyph| !glyph.is_blank()).count();
    let erase = to_erase > 3;
    let until = if erase { blank_from } else { new.len() };
    let mut x = 0;
    while x < until {
        let (Some(before), Some(glyph)) = (old.get(x), new.get(x)) else { break };
        // Both halves of a wide character are written together, whichever half changed.
        let cells = usize::from(glyph.width()).max(1);
        let changed = before != glyph || old.get(x..x + cells) != new.get(x..x + cells);
        if changed && !glyph.symbol.is_empty() {
            bridge(new, x, y, width, cursor, out);
            let column = u16::try_from(x).unwrap_or(u16::MAX);
            cursor.go(out, (column, y));
            put(glyph, width, cursor, out);
        }
        x += cells;
    }
    if erase {
        cursor.take(out, Looks::PLAIN);
        cursor.go(out, (u16::try_from(blank_from).unwrap_or(u16::MAX), y));
        out.extend(b"\x1b[K");
    }
}

/// Writes a few unchanged cells again where that is shorter than jumping over them.
fn bridge(new: &[Glyph], x: usize, y: u16, width: u16, cursor: &mut Cursor, out: &mut Vec<u8>) {
    let Some((at, row)) = cursor.at() else { return };
    let from = usize::from(at);
    if row != y || from >= x || x - from > usize::from(BRIDGED) {
        return;
    }
    let gap = new.get(from..x).unwrap_or_default();
    let cheap = gap.iter().all(|glyph| glyph.symbol.len() == 1 && cursor.has(glyph.looks));
    if cheap {
        for glyph in gap {
            put(glyph, width, cursor, out);
        }
    }
}

fn put(glyph: &Glyph, width: u16, cursor: &mut Cursor, out: &mut Vec<u8>) {
    cursor.take(out, glyph.looks);
    out.extend(glyph.symbol.bytes());
    cursor.wrote(glyph.width().max(1), width);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    use super::*;

    /// A terminal beside what is believed of it.
    struct Bench {
        parser: vt100::Parser,
        shown: Grid,
        cursor: Cursor,
    }

    impl Bench {
        fn new(width: u16, height: u16) -> Self {
            Self {
                parser: vt100::Parser::new(height, width, 0),
                shown: Grid::unknown(width, height),
                cursor: Cursor::UNKNOWN,
            }
        }

        /// Draws a frame; returns the bytes it took.
        fn draw(&mut self, buffer: &Buffer) -> usize {
            let next = Grid::of(buffer, Depth::Ansi256);
            let bytes = difference(&self.shown, &next, &mut self.cursor);
            self.parser.process(&bytes);
            self.shown = next;
            bytes.len()
        }

        fn agrees(&self) -> Result<(), String> {
            for y in 0..self.shown.height() {
                for (x, glyph) in (0_u16..).zip(self.shown.row(y)) {
                    let cell = self.parser.screen().cell(y, x).ok_or("no cell")?;
                    if glyph.symbol.is_empty() {
                        continue;
                    }
                    let contents = if cell.contents().is_empty() { " " } else { cell.contents() };
                    let looks = (cell.bold(), cell.inverse(), cell.underline());
                    let wanted = (
                        glyph.looks.modifier.contains(Modifier::BOLD),
                        glyph.looks.modifier.contains(Modifier::REVERSED),
                        glyph.looks.modifier.contains(Modifier::UNDERLINED),
                    );
                    let ink = |colour| match colour {
                        vt100::Color::Default | vt100::Color::Rgb(..) => Ink::NONE,
                        vt100::Color::Idx(index) => Ink::of(Color::Indexed(index), Depth::Ansi256),
                    };
                    let inks = (ink(cell.fgcolor()), ink(cell.bgcolor()));
                    if contents != glyph.symbol
                        || looks != wanted
                        || inks != (glyph.looks.foreground, glyph.looks.background)
                    {
                        return Err(format!("at {x},{y}: {contents:?} {looks:?} {inks:?} for {glyph:?}"));
                    }
                }
            }
            Ok(())
        }
    }

    fn any_style() -> impl Strategy<Value = Style> {
        let colour = prop_oneof![
            Just(Color::Reset),
            (0_u8..16).prop_map(Color::Indexed),
            (16_u8..=255).prop_map(Color::Indexed)
        ];
        (colour.clone(), colour, any::<[bool; 3]>()).prop_map(|(fg, bg, [bold, reversed, underlined])| {
            let mut style = Style::new().fg(fg).bg(bg);
            for (set, modifier) in
                [(bold, Modifier::BOLD), (reversed, Modifier::REVERSED), (underlined, Modifier::UNDERLINED)]
            {
                if set {
                    style = style.add_modifier(modifier);
                }
            }
            style
        })
    }

    /// What happens from one frame to the next.
    #[derive(Debug, Clone)]
    enum Change {
        Text(u16, u16, String, Style),
        Scroll(u16, u16, i8),
        Blank(u16),
    }

    fn any_change() -> impl Strategy<Value = Change> {
        prop_oneof![
            3 => (0_u16..100, 0_u16..100, "[a-c 東e\u{301}]{1,30}", any_style())
                .prop_map(|(x, y, text, style)| Change::Text(x, y, text, style)),
            2 => (0_u16..100, 0_u16..100, -4_i8..5).prop_map(|(top, bottom, by)| Change::Scroll(top, bottom, by)),
            1 => (0_u16..100).prop_map(Change::Blank),
        ]
    }

    fn apply(buffer: &mut Buffer, change: &Change) {
        let area = buffer.area;
        match change {
            Change::Text(x, y, text, style) => {
                buffer.set_string(x % area.width, y % area.height, text, *style);
            }
            Change::Scroll(top, bottom, by) => {
                let (top, bottom) = (top % area.height, bottom % area.height);
                let before = buffer.clone();
                for y in top..=bottom.max(top) {
                    for x in 0..area.width {
                        let from = i32::from(y) + i32::from(*by);
                        let cell = match u16::try_from(from) {
                            Ok(from) if from >= top && from <= bottom => before[(x, from)].clone(),
                            _ => Cell::default(),
                        };
                        buffer[(x, y)] = cell;
                    }
                }
            }
            Change::Blank(y) => {
                for x in 0..area.width {
                    buffer[(x, y % area.height)].reset();
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn the_terminal_shows_what_was_painted(
            width in 1_u16..90,
            height in 1_u16..40,
            frames in proptest::collection::vec(proptest::collection::vec(any_change(), 1..12), 1..12),
        ) {
            let mut bench = Bench::new(width, height);
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            for frame in &frames {
                for change in frame {
                    apply(&mut buffer, change);
                }
                bench.draw(&buffer);
                prop_assert_eq!(bench.agrees(), Ok(()));
                prop_assert_eq!(bench.draw(&buffer), 0, "nothing changed, nothing is sent");
            }
        }
    }

    /// A list as the console draws it: two rows above it, three below, a marker in the first column.
    fn list(width: u16, height: u16, top: usize, cursor: usize) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        buffer.set_string(0, 0, "[demo rw] admin  synced <1m", Style::new().add_modifier(Modifier::REVERSED));
        buffer.set_string(0, 1, format!("Registrations  120   {}/120", top + cursor + 1), Style::new());
        for row in 3..height - 3 {
            let id = top + usize::from(row) - 3;
            let marker = if usize::from(row) - 3 == cursor { ">" } else { " " };
            let name =
                format!("{marker} + {id:>5} carrier-{:<12} user{id}@sip{}.example.net", id * 7919 % 997, id % 13);
            buffer.set_string(0, row, &name, Style::new());
            let tail = format!("fra-n{} FRA UDP sip:user{id}@192.0.2.{}", id % 4, id % 250);
            buffer.set_string(60, row, tail, Style::new());
        }
        let id = top + cursor;
        buffer.set_string(0, height - 3, format!("  {id} carrier: fra-n{}", id % 4), Style::new());
        buffer.set_string(0, height - 1, "Enter open  ? help", Style::new());
        buffer
    }

    #[test]
    fn a_row_down_takes_few_bytes() {
        for (width, height) in [(80, 24), (160, 48)] {
            let mut bench = Bench::new(width, height);
            bench.draw(&list(width, height, 0, 3));
            let bytes = bench.draw(&list(width, height, 0, 4));
            assert!(bytes <= 100, "{bytes} at {width}x{height}");
            assert_eq!(bench.agrees(), Ok(()));
        }
    }

    #[test]
    fn scrolling_by_a_row_sends_little_more_than_the_new_row() {
        for (width, height, most) in [(80, 24, 300), (160, 48, 500)] {
            let last = usize::from(height) - 7;
            let mut bench = Bench::new(width, height);
            bench.draw(&list(width, height, 0, last));
            let down = bench.draw(&list(width, height, 1, last));
            assert!(down <= most, "{down} at {width}x{height}");
            assert_eq!(bench.agrees(), Ok(()));
            bench.draw(&list(width, height, 1, 0));
            let up = bench.draw(&list(width, height, 0, 0));
            assert!(up <= most, "{up} at {width}x{height}");
            assert_eq!(bench.agrees(), Ok(()));
        }
    }
}
