//! A drawn screen for a terminal that may be sent nothing but ASCII: our own signs become ASCII signs, and every other
//! character its number, `<6771>`. What that takes in cells is taken from the blank behind the text; where there is too
//! little, the text is cut with `~`.

use ratatui::Frame;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr as _;

use crate::view::theme::{Characters, Theme};

/// Our own signs, each one cell wide.
const SIGNS: &[(&str, char)] = &[
    ("│", '|'),
    ("┃", '|'),
    ("─", '-'),
    ("━", '-'),
    ("┌", '+'),
    ("┐", '+'),
    ("└", '+'),
    ("┘", '+'),
    ("├", '+'),
    ("┤", '+'),
    ("┬", '+'),
    ("┴", '+'),
    ("┼", '+'),
    ("╭", '+'),
    ("╮", '+'),
    ("╰", '+'),
    ("╯", '+'),
    ("▲", '^'),
    ("▼", 'v'),
    ("█", '#'),
    ("░", '.'),
    ("●", '+'),
    ("○", '-'),
    ("✓", 'v'),
    ("✗", 'x'),
    ("✎", 'e'),
];

/// Ends a frame: with the characters that the terminal has, and the cursor where something is typed.
pub(super) fn finish(theme: &Theme, frame: &mut Frame<'_>, cursor: Option<Position>) {
    let cursor = match theme.characters {
        Characters::Unicode => cursor,
        Characters::Ascii => convert(frame.area(), frame.buffer_mut(), cursor),
    };
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// Replaces all that is not ASCII. Returns where the cursor is then.
fn convert(area: Rect, buffer: &mut Buffer, cursor: Option<Position>) -> Option<Position> {
    let mut moved = cursor;
    for y in area.top()..area.bottom() {
        let row: Vec<Cell> = (area.left()..area.right()).filter_map(|x| buffer.cell((x, y)).cloned()).collect();
        if row.iter().all(|cell| cell.symbol().is_ascii()) {
            continue;
        }
        let (cells, places) = Row::default().take(&row);
        for (x, cell) in (area.left()..area.right()).zip(cells) {
            if let Some(place) = buffer.cell_mut((x, y)) {
                *place = cell;
            }
        }
        if let Some(at) = cursor.filter(|at| at.y == y) {
            let place = places.get(usize::from(at.x.saturating_sub(area.left()))).copied().unwrap_or_default();
            let x = area.left().saturating_add(u16::try_from(place).unwrap_or_default());
            moved = Some(Position { x: x.min(area.right().saturating_sub(1)), y });
        }
    }
    moved
}

/// A row as it is converted.
#[derive(Default)]
struct Row {
    cells: Vec<Cell>,
    /// Where each cell of the row came to be.
    places: Vec<usize>,
    /// Cells that the text took too many so far.
    debt: usize,
    /// Where the text began that they can be taken from.
    begins: usize,
}

impl Row {
    fn take(mut self, row: &[Cell]) -> (Vec<Cell>, Vec<usize>) {
        let mut x = 0;
        while let Some(cell) = row.get(x) {
            let symbol = cell.symbol();
            if symbol == " " {
                let blanks = row.iter().skip(x).take_while(|cell| cell.symbol() == " ").count();
                self.blanks(row.get(x..x + blanks).unwrap_or_default(), x + blanks == row.len());
                x += blanks;
                continue;
            }
            let wide = symbol.width().max(1);
            if let Some((_, sign)) = SIGNS.iter().find(|(known, _)| *known == symbol) {
                // A border: what is before it must end here.
                self.cut_last();
                self.push(cell, *sign);
                self.begins = self.cells.len();
            } else if symbol == "…" {
                self.push(cell, '.');
                let blanks = row.iter().skip(x + 1).take(2).take_while(|cell| cell.symbol() == " ").count();
                if blanks == 2 {
                    (0..2).for_each(|_| self.push(cell, '.'));
                    x += 2;
                }
            } else if symbol.is_ascii() {
                self.places.push(self.cells.len());
                self.cells.push(cell.clone());
                x += 1;
                continue;
            } else {
                let text = crate::domain::text::in_ascii(symbol);
                let place = self.cells.len();
                for char in text.chars() {
                    let mut part = cell.clone();
                    part.set_char(char);
                    self.cells.push(part);
                }
                (0..wide).for_each(|_| self.places.push(place));
                self.debt += text.len().saturating_sub(wide);
                x += wide;
                continue;
            }
            x += 1;
        }
        self.cut_last();
        self.cells.truncate(row.len());
        (self.cells, self.places)
    }

    fn push(&mut self, cell: &Cell, char: char) {
        let mut sign = cell.clone();
        sign.set_char(char);
        self.places.push(self.cells.len());
        self.cells.push(sign);
    }

    /// Blank cells pay for what the text before them took; one stays, unless the row ends here.
    fn blanks(&mut self, blanks: &[Cell], at_end: bool) {
        let spare = if at_end { blanks.len() } else { blanks.len().saturating_sub(1) };
        let paid = self.debt.min(spare);
        self.debt -= paid;
        if blanks.len() > 1 {
            self.cut_last();
        }
        for (number, cell) in blanks.iter().enumerate() {
            self.places.push(self.cells.len());
            if number >= paid {
                self.cells.push(cell.clone());
            }
        }
        if blanks.len() > 1 {
            self.begins = self.cells.len();
        }
    }

    /// Cuts the text as far as it still takes too many cells.
    fn cut_last(&mut self) {
        if self.debt == 0 {
            return;
        }
        let keep = self.cells.len().saturating_sub(self.debt).max(self.begins);
        self.debt = 0;
        self.cells.truncate(keep);
        if let Some(last) = self.cells.last_mut() {
            last.set_char('~');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(text: &str, width: u16, cursor: Option<u16>) -> (String, Option<u16>) {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        buffer.set_string(0, 0, text, ratatui::style::Style::new());
        let cursor = convert(area, &mut buffer, cursor.map(|x| Position { x, y: 0 }));
        let row: String = buffer.content().iter().map(Cell::symbol).collect();
        (row, cursor.map(|at| at.x))
    }

    #[test]
    fn a_character_becomes_its_number_and_what_stands_beside_it_stays_where_it_is() {
        assert_eq!(converted("東       UDP", 12, None).0, "<6771>   UDP");
        assert_eq!(converted("aÄb           │x", 16, None).0, "a<c4>b        |x");
        assert_eq!(converted("plain", 7, None).0, "plain  ");
    }

    #[test]
    fn a_text_without_room_behind_it_is_cut() {
        let (row, _) = converted("東京東京│x", 10, None);
        assert_eq!((row.len(), row.get(7..)), (10, Some("~|x")));
        assert_eq!(converted("ӛ2J", 3, None).0, "<4~");
    }

    #[test]
    fn the_cursor_stays_behind_its_character() {
        assert_eq!(converted("aé        ", 12, Some(2)).1, Some(5));
    }

    proptest::proptest! {
        #[test]
        fn nothing_but_ascii_is_left_and_no_row_grows(text in "[ -~éÄӛ東京│…\u{301}]{0,60}", width in 1_u16..60) {
            let (row, _) = converted(&text, width, None);
            proptest::prop_assert!(row.is_ascii(), "{:?}", row);
            proptest::prop_assert_eq!(row.len(), usize::from(width));
        }
    }
}
