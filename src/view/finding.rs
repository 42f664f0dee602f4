//! The filter box and the sort picker.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::App;
use crate::app::filtering::Filtering;
use crate::app::sorting::{SortPicker, sign};
use crate::domain::column::Column;

use super::overlay::{draw_editor, open_box};
use super::pen::{paint, put, put_at, row};
use super::theme::Theme;

/// The filter stands on the line above the messages, its mistake under it.
pub fn draw_filter(app: &App, theme: &Theme, area: Rect, filtering: &Filtering, buffer: &mut Buffer) -> Position {
    let height = usize::from(area.height);
    let (line, below) = match height {
        0..4 => (row(area, height.saturating_sub(1)), row(area, height)),
        _ => (row(area, height - 3), row(area, height - 2)),
    };
    for place in [line, below] {
        clear(place, buffer);
    }
    let cursor = draw_editor(theme, line, "/ ", &filtering.line, false, buffer);
    match &filtering.mistake {
        Some(mistake) => {
            let used = put(buffer, below, "!! ", theme.bad);
            put_at(buffer, below, used, &mistake.message, theme.bad);
            underline(line, filtering, mistake.at.start, mistake.at.end, theme, buffer);
        }
        None => {
            let shown = app.list.len(&app.records);
            let text = format!("{shown} of {}   Enter keeps, Esc restores, Up earlier filters", app.records.len());
            put(buffer, below, &text, theme.faint);
        }
    }
    cursor
}

fn clear(place: Rect, buffer: &mut Buffer) {
    for x in place.left()..place.right() {
        if let Some(cell) = buffer.cell_mut((x, place.y)) {
            cell.reset();
        }
    }
}

/// Shows where in the line the mistake is, as far as the line is in view from its start.
fn underline(line: Rect, filtering: &Filtering, from: usize, to: usize, theme: &Theme, buffer: &mut Buffer) {
    let text = filtering.line.text();
    if crate::domain::text::width(text) + 3 > usize::from(line.width) {
        return;
    }
    let cells = |end: usize| text.get(..end).map_or(0, crate::domain::text::width);
    let (x, end) = (2 + cells(from), 2 + cells(to.min(text.len())));
    let (Ok(x), Ok(end)) = (u16::try_from(x), u16::try_from(end)) else { return };
    if end > x {
        paint(buffer, Rect { x: line.x + x, width: end - x, ..line }, theme.bad);
    }
}

/// Columns with their place in the order.
pub fn draw_sort(app: &App, theme: &Theme, area: Rect, picker: &SortPicker, buffer: &mut Buffer) {
    let inside = open_box(theme, area, "Sort   Enter by this alone, Space adds, turns, removes; Esc closes", buffer);
    let keys = &app.arranging.order.keys;
    for (index, column) in
        SortPicker::columns().iter().enumerate().skip(picker.pager.top).take(usize::from(inside.height))
    {
        let place = row(inside, index - picker.pager.top);
        if index == picker.pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        if let Some(at) = keys.iter().position(|key| key.column == *column) {
            let direction = keys.get(at).map_or("", |key| sign(key.direction));
            put_at(buffer, place, 2, &format!("{} {direction}", at + 1), theme.key);
        }
        put_at(buffer, place, 7, column.name(), Style::new());
        if let Column::Field(field) = column {
            put_at(buffer, place, 28, field.field().help, theme.faint);
        }
    }
}
