//! The list of registrations: a row each, signs first, then the columns that fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::layout::Layout;
use crate::app::{App, Focus};
use crate::domain::column::Column;
use crate::domain::field::{FieldId, ListColumn};
use crate::domain::lint;
use crate::domain::listing::{self, Listed, ListedColumn};
use crate::domain::registration::Record as _;
use crate::domain::segment::RowRef;
use crate::domain::text::wrap;
use crate::keys::command::Command;

use super::columns::{Placed, fit};
use super::pen::{put, put_aligned, put_at, row};
use super::theme::Theme;

/// What the signs say, for help.
pub const LEGEND: &str = "Signs:  > cursor  + on  - off  ? not told  ! finding, told under the list";

/// Cells in front of the columns: cursor, mark, state, lint, draft.
const SIGNS: u16 = 5;

pub fn draw(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    title(app, theme, layout, buffer);
    if app.records.is_empty() {
        nothing(app, theme, layout, buffer);
        return;
    }
    let columns = fit(&columns(app), layout.rows.width.saturating_sub(SIGNS));
    headings(theme, layout, &columns, buffer);
    for (index, record) in app.list.in_view(&app.records, layout.list_height()).enumerate() {
        let place = row(layout.rows, index);
        let under_cursor = app.list.cursor() == Some(record.id());
        draw_row(app, theme, buffer, place, &record, &columns, under_cursor);
    }
}

/// All columns, that of the id as wide as the longest id: an id that is cut is another id.
fn columns(app: &App) -> Vec<ListedColumn> {
    let longest = app.records.id_at(app.records.len().saturating_sub(1)).unwrap_or_default();
    let digits = u16::try_from(longest.checked_ilog10().unwrap_or_default() + 1).unwrap_or(u16::MAX);
    let mut columns = listing::all();
    for column in columns.iter_mut().filter(|column| column.shows == Listed::Column(Column::Id)) {
        let width = column.looks.min.max(digits);
        column.looks = ListColumn { min: width, good: width, max: width, ..column.looks };
    }
    columns
}

fn title(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let style = if app.focus == Focus::List { theme.active } else { theme.title };
    let used = put(buffer, layout.title, "Registrations", style);
    let shown = app.records.len();
    let counts = match app.loading.total {
        Some(total) if usize::try_from(total).ok() != Some(shown) => format!("  {shown} of {total} loaded"),
        Some(_) | None if shown > 0 => {
            let (on, off) = app.list.on_and_off();
            format!("  all:{shown}  on:{on}  off:{off}")
        }
        Some(_) | None => String::new(),
    };
    put_at(buffer, layout.title, used, &counts, Style::new());
    if shown > 0 {
        let at = format!("sort id ^  {}/{shown}", app.list.position() + 1);
        let width = u16::try_from(at.len()).unwrap_or(u16::MAX);
        if layout.title.width > used + u16::try_from(counts.len()).unwrap_or(u16::MAX) + width + 1 {
            put_at(buffer, layout.title, layout.title.width - width, &at, Style::new());
        }
    }
}

fn headings(theme: &Theme, layout: &Layout, columns: &[Placed], buffer: &mut Buffer) {
    for place in columns {
        let looks = place.column.looks;
        put_aligned(buffer, layout.headings, SIGNS + place.x, place.width, looks.title, looks.align, theme.heading);
    }
}

fn draw_row(
    app: &App,
    theme: &Theme,
    buffer: &mut Buffer,
    place: Rect,
    record: &RowRef<'_>,
    columns: &[Placed],
    under_cursor: bool,
) {
    if under_cursor {
        put(buffer, place, ">", theme.key);
    }
    let (sign, style) = match record.enabled() {
        Some(true) => ("+", theme.on),
        Some(false) => ("-", theme.off),
        None => ("?", theme.bad),
    };
    put_at(buffer, place, 2, sign, style);
    if lint::sign(record, &app.lint_context()).is_some() {
        put_at(buffer, place, 3, "!", theme.bad);
    }
    let name_style = if record.enabled() == Some(false) { theme.faint } else { Style::new() };
    for column in columns {
        let id = column.column.shows;
        let text = id.text(record, &app.targets);
        let style = if id == Listed::Column(Column::Field(FieldId::Name)) { name_style } else { Style::new() };
        put_aligned(buffer, place, SIGNS + column.x, column.width, &text, column.column.looks.align, style);
    }
}

/// What stands in place of rows while there are none: why, and what to do.
fn nothing(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let key = |command| {
        app.setup.keymap.keys_of(crate::keys::command::Scope::List, command).unwrap_or_else(|| "?".to_owned())
    };
    let server = &app.setup.server;
    let (style, lines) = if let Some(held) = &app.loading.held_up {
        let next = match held.retry_at {
            Some(_) => {
                format!("It is tried again by itself (the top line counts down); {} tries now.", key(Command::Refresh))
            }
            None => format!("{} tries again, {} quits.", key(Command::Refresh), key(Command::Back)),
        };
        let mut lines = vec![format!("No registrations could be read from {server}.")];
        lines.push(held.trouble.message.clone());
        if let Some(id) = &held.trouble.request_id {
            lines.push(format!("Request id: {id}"));
        }
        lines.push(next);
        (theme.bad, lines)
    } else if app.loading.is_running() {
        (Style::new(), vec![format!("Reading registrations from {server} …")])
    } else if app.loading.synced.is_some() {
        let again = format!("{} reads again.", key(Command::Refresh));
        (Style::new(), vec![format!("{server} has no registrations."), again])
    } else {
        (Style::new(), vec![format!("Nothing was read yet. {} reads the list.", key(Command::Refresh))])
    };
    let width = usize::from(layout.rows.width.saturating_sub(4)).max(1);
    let mut index = usize::from(layout.rows.height > 4);
    for (number, line) in lines.iter().enumerate() {
        for part in wrap(line, width) {
            let style = if number == 0 { style } else { Style::new() };
            put_at(buffer, row(layout.rows, index), 2.min(layout.rows.width / 8), &part, style);
            index += 1;
        }
    }
}
