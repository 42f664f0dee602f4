//! Writing text into a frame: made visible, measured in cells, never past its place.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget as _};
use unicode_width::UnicodeWidthChar as _;

use crate::domain::record::Align;
use crate::domain::text::{fit_with, width};

/// Writes a text at the left of a row, cut to its width. Returns the cells used.
pub fn put(buffer: &mut Buffer, row: Rect, text: &str, style: Style) -> u16 {
    put_at(buffer, row, 0, text, style)
}

/// Writes a text `skip` cells into a row. Returns the cells used.
pub fn put_at(buffer: &mut Buffer, row: Rect, skip: u16, text: &str, style: Style) -> u16 {
    let room = row.width.saturating_sub(skip);
    if room == 0 || row.height == 0 {
        return 0;
    }
    let fitted = fit_with(text, usize::from(room), '…');
    let mut x = row.x + skip;
    let mut last: Option<u16> = None;
    for c in fitted.chars() {
        let wide = u16::try_from(c.width().unwrap_or(0)).unwrap_or(0);
        if wide == 0 {
            // A mark belongs to the cell of the letter before it.
            if let Some(cell) = last.and_then(|x| buffer.cell_mut((x, row.y))) {
                let mut symbol = cell.symbol().to_owned();
                symbol.push(c);
                cell.set_symbol(&symbol);
            }
            continue;
        }
        if let Some(cell) = buffer.cell_mut((x, row.y)) {
            cell.set_char(c).set_style(style);
        }
        if wide == 2
            && let Some(cell) = buffer.cell_mut((x + 1, row.y))
        {
            cell.set_symbol(" ").set_style(style);
        }
        last = Some(x);
        x += wide;
    }
    x - row.x - skip
}

/// Writes a text into a place of `cells` cells, to its left or right.
pub fn put_aligned(buffer: &mut Buffer, row: Rect, skip: u16, cells: u16, text: &str, align: Align, style: Style) {
    let place = Rect { width: row.width.min(skip.saturating_add(cells)), ..row };
    let free = match align {
        Align::Left => 0,
        Align::Right => cells.saturating_sub(u16::try_from(width(text)).unwrap_or(u16::MAX)),
    };
    put_at(buffer, place, skip + free, text, style);
}

/// Empties a place. A wide letter that reaches into it from the left goes as a whole: half of it cannot be shown.
pub fn clear(place: Rect, buffer: &mut Buffer) {
    Clear.render(place, buffer);
    for y in place.top()..place.bottom() {
        let before = place.x.checked_sub(1).and_then(|x| buffer.cell_mut((x, y)));
        if let Some(cell) = before.filter(|cell| width(cell.symbol()) > 1) {
            cell.set_symbol(" ");
        }
    }
}

/// Writes lines one below the other, the first on the row `from` of an area.
pub fn put_lines<T: AsRef<str>>(
    buffer: &mut Buffer,
    area: Rect,
    from: usize,
    lines: impl IntoIterator<Item = T>,
    style: Style,
) {
    for (index, line) in lines.into_iter().enumerate() {
        put(buffer, row(area, from + index), line.as_ref(), style);
    }
}

/// The `index`th row of an area, empty where there is none.
pub fn row(area: Rect, index: usize) -> Rect {
    match u16::try_from(index) {
        Ok(index) if index < area.height => Rect { y: area.y + index, height: 1, ..area },
        _ => Rect { x: area.x, y: area.y, width: 0, height: 0 },
    }
}
