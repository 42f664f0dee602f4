//! Help: keys and commands under headings, in columns where there is room for them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::App;
use crate::app::overlay::help::{Help, HelpLine, Runs};
use crate::domain::text::width;
use crate::keys::Scope;

use crate::view::dialog::{DialogBox, draw_editor, in_full};
use crate::view::lines::point;
use crate::view::list::legend;
use crate::view::pen::{put_at, row};
use crate::view::theme::Theme;

/// Cells between the sign of the cursor and what a line says.
const MARGIN: u16 = 2;

pub fn draw(app: &App, theme: &Theme, area: Rect, help: &Help, buffer: &mut Buffer) -> Position {
    let lines = help.lines(&app.cx.setup.keymap);
    let commands = |lines: &[HelpLine]| lines.iter().filter(|line| line.runs != Runs::Nothing).count();
    let at = commands(lines.get(..=help.pager.cursor).unwrap_or(&lines));
    let scope = help.scope.title();
    let dialog = DialogBox::page(format!("Help: {scope}"), "type: filter  Enter: run  Esc: close");
    let inside = dialog.with(format!("{at}/{}", commands(&lines))).open(app, theme, area, buffer);
    let cursor = draw_editor(theme, row(inside, 0), "/ ", &help.filter, false, buffer);
    let rows = app.cx.page_height().min(usize::from(inside.height.saturating_sub(1))).max(1);
    let columns = Help::columns(app.cx.size.0);
    let (cells, top) = arrange(&lines, rows, columns, help);
    let room = inside.width / u16::try_from(columns).unwrap_or(1).max(1);
    let keys = if columns > 1 { 16 } else { 20 };
    for (cell, index) in cells.iter().enumerate().skip(top).take(rows * columns) {
        let Some(line) = index.and_then(|index| lines.get(index)) else { continue };
        let (column, down) = ((cell - top) / rows, (cell - top) % rows);
        let place = row(inside, down + 1);
        let left = room.saturating_mul(u16::try_from(column).unwrap_or(u16::MAX));
        let place = Rect { x: place.x + left, width: room.saturating_sub(1).min(place.width), ..place };
        draw_line(theme, place, line, keys, buffer);
        if *index == Some(help.pager.cursor) && line.runs != Runs::Nothing {
            point(theme, place, place.width, buffer);
        }
    }
    if lines.is_empty() {
        put_at(buffer, row(inside, 2), MARGIN, "no key matches", theme.faint);
    }
    let cut = |line: &&HelpLine| {
        let from = MARGIN + needed(&line.keys, keys);
        line.runs != Runs::Nothing && usize::from(from) + width(&line.text) > usize::from(room.saturating_sub(1))
    };
    if let Some(line) = lines.get(help.pager.cursor).filter(cut) {
        in_full(app, theme, inside, &line.text, buffer);
    } else if help.scope == Scope::List
        && usize::from(inside.height) > rows + 1
        && usize::from(inside.width) > width(&legend(theme)) + 2
    {
        put_at(buffer, row(inside, rows + 1), MARGIN, &legend(theme), theme.faint);
    }
    cursor
}

/// Cells that the keys of a line take: what is longer than its column pushes the text aside.
fn needed(keys: &str, column: u16) -> u16 {
    u16::try_from(width(keys) + 2).unwrap_or(u16::MAX).max(column.saturating_sub(MARGIN))
}

fn draw_line(theme: &Theme, place: Rect, line: &HelpLine, keys: u16, buffer: &mut Buffer) {
    if line.runs == Runs::Nothing {
        put_at(buffer, place, MARGIN, &line.text, theme.heading);
        return;
    }
    put_at(buffer, place, MARGIN, &line.keys, theme.key);
    put_at(buffer, place, MARGIN + needed(&line.keys, keys), &line.text, Style::new());
}

/// The lines in the order of the screen's cells, column by column, and the first cell in view. In columns a group
/// begins after an empty cell, and no heading stands at the end of a column.
fn arrange(lines: &[HelpLine], rows: usize, columns: usize, help: &Help) -> (Vec<Option<usize>>, usize) {
    let mut cells: Vec<Option<usize>> = Vec::with_capacity(lines.len() + 16);
    for (index, line) in lines.iter().enumerate() {
        if columns > 1 && line.runs == Runs::Nothing && !cells.len().is_multiple_of(rows) {
            cells.push(None);
            if cells.len() % rows == rows - 1 {
                cells.push(None);
            }
        }
        cells.push(Some(index));
    }
    if columns == 1 {
        return (cells, help.pager.top.min(lines.len().saturating_sub(rows)));
    }
    let page = rows * columns;
    let at = cells.iter().position(|cell| *cell == Some(help.pager.cursor)).unwrap_or(0);
    let top = at / page * page;
    (cells, top)
}
