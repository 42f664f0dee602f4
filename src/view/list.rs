//! The list of registrations: a row each, signs first, then the columns that fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::list::column_layout::{Placed, SIGNS};
use crate::app::list::sort;
use crate::app::widget::layout::Layout;
use crate::app::{App, Focus};
use crate::domain::query::column::Column;
use crate::domain::query::listing::Listed;
use crate::domain::query::segment::RowRef;
use crate::domain::record::field::{Align, FieldId};
use crate::domain::record::registration::Record as _;
use crate::domain::rules::lint;
use crate::domain::text::{self, wrap};
use crate::keys::command::Command;

use crate::view::pen::{put, put_aligned, put_at, row};
use crate::view::theme::Theme;

/// What the signs say, for help.
pub const LEGEND: &str = "* marked + on - off ~ changing ? untold x gone ! finding # changed e draft";

/// In front of a row and of each cell that others changed, until it was looked at.
pub const CHANGED: &str = "#";

pub fn draw(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    title(app, theme, layout, buffer);
    if app.store.records.is_empty() {
        nothing(app, theme, layout, buffer);
        return;
    }
    let columns = app.list.placed_columns(&app.cx, &app.store);
    if app.list.rows.len(&app.store.records) == 0 {
        let keys = app.cx.setup.keymap.keys_of(crate::keys::command::Scope::List, Command::Filter).unwrap_or_default();
        let text = format!("No record passes the filter. {keys} changes it; {keys} Ctrl-u Enter clears it.");
        put_at(buffer, row(layout.rows, 1), 2, &text, Style::new());
    }
    headings(app, theme, layout, &columns, buffer);
    let range = app.list.range(&app.store);
    for (index, record) in app.list.rows.in_view(&app.store.records, layout.list_height()).enumerate() {
        let place = row(layout.rows, index);
        if app.list.marked().contains(&record.id()) {
            put_at(buffer, place, 1, "*", theme.key);
        } else if range.as_ref().is_some_and(|range| range.contains(&(app.list.rows.top() + index))) {
            put_at(buffer, place, 1, "v", theme.key);
        }
        let under_cursor = app.list.rows.cursor() == Some(record.id());
        draw_row(app, theme, buffer, place, &record, &columns, under_cursor);
    }
}

fn title(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let style = if app.panes.focus == Focus::List { theme.active } else { theme.title };
    let used = put(buffer, layout.title, "Registrations", style);
    let loaded = app.store.present();
    let shown = app.list.rows.len(&app.store.records);
    let mut counts = match app.sync.sweep.total {
        // What is gone may be in the server's last count yet.
        Some(total) if !(loaded as u64..=app.store.records.len() as u64).contains(&total) => {
            format!("  {loaded} of {total} loaded")
        }
        Some(_) | None if loaded > 0 => format!("  {loaded}"),
        Some(_) | None => String::new(),
    };
    let counted = app.list.active_view().is_some_and(|digit| app.list.views.counts.contains_key(&digit));
    if counted && !counts.contains("loaded") {
        // The header of the view says it.
        counts.clear();
    } else if !app.list.arranging.text.is_empty() {
        counts = format!("  {shown} of {}  /{}", counts.trim_start(), app.list.arranging.text);
    }
    let gone = app.store.changes.gone.len();
    if gone > 0 {
        counts = format!("{counts}  {gone} gone");
    }
    let order = sort::told(&app.list.arranging.order);
    let at = if shown > 0 { format!("sort {order}  {}/{shown}", app.list.rows.position() + 1) } else { String::new() };
    // The position is dropped before the counts, and the filter is cut before either.
    let room = usize::from(layout.title.width.saturating_sub(used));
    let at_width = text::width(&at);
    let fits = at_width + 12 < room;
    let left = if fits { room - at_width - 1 } else { room };
    let place = Rect { width: used + u16::try_from(left).unwrap_or(0), ..layout.title };
    let behind = used + put_at(buffer, place, used, &counts, Style::new());
    views(app, theme, place, behind, buffer);
    if fits {
        let skip = layout.title.width - u16::try_from(at_width).unwrap_or(0);
        put_at(buffer, layout.title, skip, &at, Style::new());
    }
}

/// The views with their counts, as many as there is room for; the one shown stands in brackets and gives way to none.
fn views(app: &App, theme: &Theme, place: Rect, mut x: u16, buffer: &mut Buffer) {
    let active = app.list.active_view();
    let cells = |text: &str| u16::try_from(text::width(text)).unwrap_or(u16::MAX).saturating_add(2);
    let counted = app.list.views.all().into_iter().filter_map(|(digit, view)| {
        let count = app.list.views.counts.get(&digit)?;
        // Nothing was read: that is not none.
        let unknown = app.store.records.is_empty() && app.sync.sweep.synced.is_none();
        let text = if unknown { format!("{digit} {}", view.name) } else { format!("{digit} {}:{count}", view.name) };
        Some((digit, if active == Some(digit) { format!("[{text}]") } else { text }))
    });
    let counted: Vec<(u8, String)> = counted.collect();
    let mut kept = counted.iter().find(|(digit, _)| active == Some(*digit)).map_or(0, |(_, text)| cells(text));
    let mut full = false;
    for (digit, text) in &counted {
        let is_active = active == Some(*digit);
        if is_active {
            kept = 0;
        }
        full |= x.saturating_add(cells(text)).saturating_add(kept) > place.width;
        if full && !is_active {
            continue;
        }
        let style = if is_active { theme.active } else { theme.faint };
        x += 2 + put_at(buffer, place, x.saturating_add(2), text, style);
    }
}

fn headings(app: &App, theme: &Theme, layout: &Layout, columns: &[Placed], buffer: &mut Buffer) {
    for place in columns {
        let looks = place.column.looks;
        let style = if app.list.rows.column == Some(place.column.shows) { theme.selected } else { theme.heading };
        put_aligned(buffer, layout.headings, SIGNS + place.x, place.width, looks.title, looks.align, style);
    }
}

/// Marks in a cell what the filter looks for.
fn mark_found(app: &App, theme: &Theme, buffer: &mut Buffer, place: Rect, column: &Placed, text: &str) {
    let Some(matcher) = &app.list.arranging.matcher else { return };
    let found = match column.column.shows {
        Listed::Column(column) => matcher.places(column, text),
        Listed::Address => {
            // Two fields stand in one cell; each is searched for what is looked for in it.
            let at = text.rfind('@').map_or(text.len(), |at| at + 1);
            let (user, domain) = text.split_at(at);
            let mut found = matcher.places(Column::Field(FieldId::Username), user);
            let behind = matcher.places(Column::Field(FieldId::Domain), domain);
            found.extend(behind.into_iter().map(|range| range.start + at..range.end + at));
            found
        }
    };
    let free = match column.column.looks.align {
        Align::Left => 0,
        Align::Right => usize::from(column.width).saturating_sub(text::width(text)),
    };
    for range in found {
        let cells = |end: usize| text.get(..end).map_or(0, text::width) + free;
        let (from, to) = (cells(range.start), cells(range.end).min(usize::from(column.width)));
        let (Ok(from), Ok(to)) = (u16::try_from(from), u16::try_from(to)) else { continue };
        if from < to {
            let x = place.x + SIGNS + column.x + from;
            let width = (to - from).min(place.right().saturating_sub(x));
            crate::view::pen::paint(buffer, Rect { x, width, ..place }, theme.found);
        }
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
    let has_draft = app.panes.has_draft(&app.store, record.id());
    let seen = &app.store.changes.seen;
    match (has_draft, seen.is_fresh(record.id())) {
        (true, false) => drop(put_at(buffer, place, 4, "e", theme.key)),
        (true, true) => drop(put_at(buffer, place, 4, "E", theme.bad)),
        (false, true) if !app.store.is_gone(record.id()) => drop(put_at(buffer, place, 4, CHANGED, theme.key)),
        (false, true | false) => {}
    }
    let gone = app.store.changes.gone.get(&record.id());
    let (sign, style) = match record.enabled() {
        _ if gone.is_some() => ("x", theme.bad),
        _ if app.writes.is_pending(record.id()) => ("~", theme.key),
        Some(true) => ("+", theme.on),
        Some(false) => ("-", theme.off),
        None => ("?", theme.bad),
    };
    put_at(buffer, place, 2, sign, style);
    if lint::sign(record, &app.store.lint_context()).is_some() {
        put_at(buffer, place, 3, "!", theme.bad);
    }
    let name_style = if gone.is_some() || record.enabled() == Some(false) { theme.faint } else { Style::new() };
    for column in columns {
        let id = column.column.shows;
        let text = id.text(record, &app.store.targets);
        let style = if id == Listed::Column(Column::Field(FieldId::Name)) { name_style } else { Style::new() };
        put_aligned(buffer, place, SIGNS + column.x, column.width, &text, column.column.looks.align, style);
        mark_found(app, theme, buffer, place, column, &text);
        // The sign stands in the gap between columns; in front of the first one is that of the row.
        if column.x > 0 && is_fresh(app, record.id(), id) {
            put_at(buffer, place, SIGNS + column.x - 1, CHANGED, theme.key);
        }
    }
    if let Some(at) = gone {
        let text = format!(" gone {}", app.cx.clock(*at));
        let skip = place.width.saturating_sub(u16::try_from(text.len()).unwrap_or(u16::MAX));
        put_at(buffer, place, skip, &text, theme.bad);
        // A text that it covers goes on, as anywhere else.
        let before = place.x + skip.saturating_sub(1);
        if let Some(cell) = buffer.cell_mut((before, place.y)).filter(|cell| skip > SIGNS && cell.symbol() != " ") {
            cell.set_symbol("~");
        }
    }
}

/// Whether what a column shows was changed and not looked at yet.
fn is_fresh(app: &App, id: u64, shows: Listed) -> bool {
    let seen = &app.store.changes.seen;
    match shows {
        Listed::Column(Column::Id | Column::Live) => false,
        Listed::Column(Column::Field(field)) => seen.is_fresh_in(id, field),
        Listed::Address => seen.is_fresh_in(id, FieldId::Username) || seen.is_fresh_in(id, FieldId::Domain),
    }
}

/// What stands in place of rows while there are none: why, and what to do.
fn nothing(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let key = |command| {
        app.cx.setup.keymap.keys_of(crate::keys::command::Scope::List, command).unwrap_or_else(|| "?".to_owned())
    };
    let server = &app.cx.setup.server;
    let (style, lines) = if let Some(held) = &app.sync.sweep.held_up {
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
    } else if app.sync.sweep.is_running() {
        (Style::new(), vec![format!("Reading registrations from {server} …")])
    } else if app.sync.sweep.synced.is_some() {
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
