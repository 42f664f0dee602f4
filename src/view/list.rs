//! The list of registrations: views on top, then a row each, a sign first, then the columns that fit.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Paragraph, Row, StatefulWidget as _, Table, TableState};

use crate::app::list::column_layout::{Placed, SIGNS};
use crate::app::widget::Layout;
use crate::app::{App, Focus};
use crate::domain::query::{Column, Listed, RowRef};
use crate::domain::record::{Align, FieldId, LiveMark, Record as _};
use crate::domain::rules::{Severity, lint};
use crate::domain::text::{visible, width};
use crate::keys::Command;

use crate::view::pen::row;
use crate::view::text::{cells, clamped, cut, line};
use crate::view::theme::{Cursor, Theme};
use crate::view::{nothing, pane, views};

/// What the signs say, for help.
pub fn legend(theme: &Theme) -> String {
    let signs = theme.signs();
    format!(
        "{} enabled  {} disabled  {} warning  {} error  {} unchecked  {} draft  * marked  ~ in progress  ? unknown  \
         # changed",
        signs.enabled, signs.disabled, signs.warning, signs.down, signs.unchecked, signs.draft
    )
}

/// In front of a row and of each cell that others changed, until it was looked at.
pub const CHANGED: &str = "#";

/// The bar stops here where the name stands further right.
const LONGEST_BAR: u16 = 64;

/// The sign and the style of a problem.
pub const fn severity(theme: &Theme, severity: Severity) -> (&'static str, Style) {
    match severity {
        Severity::Down | Severity::Error => (theme.signs().down, theme.bad),
        Severity::Warning => (theme.signs().warning, theme.warn),
        Severity::Info => ("i", theme.faint),
    }
}

pub fn draw(app: &App, theme: &Theme, layout: &Layout, frame: &mut Frame<'_>) {
    let room = usize::from(layout.title.width).saturating_sub(2);
    let right = position(app, theme);
    let title = views::line(app, theme, room.saturating_sub(right.width() + 2).max(room / 2));
    if layout.dressed {
        let border = theme.border_of(app.panes.focus == Focus::List);
        frame.render_widget(pane::framed(theme, border, title, right), layout.list);
        let count = app.list.rows.len(&app.store.records);
        pane::scrollbar(frame, theme, layout.list, [app.list.rows.top(), layout.list_height(), count], border);
    } else if !layout.tiny {
        pane::title_row(frame, layout.title, title, right);
    }
    if app.store.records.is_empty() {
        nothing::draw(app, theme, layout, frame);
        return;
    }
    let columns = app.list.placed_columns(&app.cx, &app.store);
    let area = layout.headings.union(layout.rows);
    let area = if layout.tiny { layout.rows } else { area };
    let records: Vec<RowRef<'_>> = app.list.rows.in_view(&app.store.records, layout.list_height()).collect();
    if records.is_empty() {
        let keys = app.cx.key(Command::Filter);
        let text = format!("No registration matches the filter. {keys}: change it  {keys} Ctrl-u Enter: clear it");
        let shown = line(&[(Cow::Owned(text), Style::new())], usize::from(layout.rows.width).saturating_sub(2), theme);
        let place = row(layout.rows, 1.min(usize::from(layout.rows.height).saturating_sub(1)));
        frame.render_widget(Paragraph::new(pane::padded(shown)), place);
    }
    table(app, theme, layout, area, &records, &columns, frame.buffer_mut());
    for (index, record) in records.iter().enumerate() {
        dress(app, theme, row(layout.rows, index), record, &columns, frame.buffer_mut());
    }
}

/// Only the rows in view: a table of all would be laid out again with each frame.
fn table(
    app: &App,
    theme: &Theme,
    layout: &Layout,
    area: Rect,
    records: &[RowRef<'_>],
    columns: &[Placed],
    buffer: &mut Buffer,
) {
    let range = app.list.range(&app.store);
    let top = app.list.rows.top();
    let rows = records.iter().enumerate().map(|(index, record)| {
        let in_range = range.as_ref().is_some_and(|range| range.contains(&(top + index)));
        table_row(app, theme, record, columns, in_range)
    });
    let widths = std::iter::once(Constraint::Length(SIGNS - 1))
        .chain(columns.iter().map(|column| Constraint::Length(column.width)));
    let mut table = Table::new(rows, widths).column_spacing(1);
    if !layout.tiny {
        // The underline is the rule below the headings: it costs no row.
        let heading = if layout.dressed { theme.heading } else { theme.columns };
        let headings = columns.iter().map(|column| {
            let looks = column.column.looks;
            let style = if app.list.rows.column == Some(column.column.shows) { theme.selected } else { heading };
            Cell::new(aligned(
                Line::from(Span::styled(cut(looks.title, column.width.into(), theme), style)),
                looks.align,
            ))
        });
        let headings: Vec<Cell<'_>> = std::iter::once(Cell::new("")).chain(headings).collect();
        table = table.header(Row::new(headings).style(heading));
    }
    table.render(area, buffer, &mut TableState::new().with_offset(0));
}

fn aligned(line: Line<'_>, align: Align) -> Line<'_> {
    match align {
        Align::Left => line,
        Align::Right => line.right_aligned(),
    }
}

fn table_row<'a>(app: &App, theme: &Theme, record: &RowRef<'_>, columns: &[Placed], in_range: bool) -> Row<'a> {
    let id = record.id();
    let gone = app.store.is_deleted(id);
    let base = if gone || record.enabled() == Some(false) { theme.faint } else { Style::new() };
    let signs = Line::from(vec![front(app, theme, id, in_range), sign(app, theme, record)]);
    let cells = columns.iter().map(|column| {
        let shows = column.column.shows;
        let room = usize::from(column.width);
        let text = shown(app, shows, record, room);
        let unset = matches!(shows, Listed::Column(Column::Field(field)) if record.value(field).is_unset());
        let cell = match shows {
            // What distinguishes one address from the next stands in front of the @.
            Listed::Address => {
                let at = text.rfind('@').unwrap_or(text.len());
                let user = visible(text.get(..at).unwrap_or_default()).len();
                let whole = cut(&text, room, theme).into_owned();
                match (whole.get(..user), whole.get(user..)) {
                    (Some(user), Some(domain)) => {
                        Line::from(vec![Span::raw(user.to_owned()), Span::styled(domain.to_owned(), theme.faint)])
                    }
                    _ => Line::from(whole),
                }
            }
            Listed::Column(Column::Live) => {
                let style = live(theme, app.store.targets.live_mark(id));
                Line::from(Span::styled(cut(&text, room, theme).into_owned(), style))
            }
            Listed::Column(_) if unset => Line::from(Span::styled(cut(&text, room, theme).into_owned(), theme.faint)),
            Listed::Column(_) => Line::from(cut(&text, room, theme).into_owned()),
        };
        Cell::new(aligned(cell, column.column.looks.align))
    });
    Row::new(std::iter::once(Cell::new(signs)).chain(cells)).style(base)
}

/// Cells in which a state and its time or code stand apart.
const STATE: usize = 12;

/// What a cell shows: of a state the word on the left, its time, code or count on the right. Where there is no room for
/// code and count the count gives way: what is cut in its middle says something else.
fn shown<'a>(app: &'a App, shows: Listed, record: &'a RowRef<'_>, room: usize) -> Cow<'a, str> {
    let text = shows.text(record, &app.store.targets);
    if shows != Listed::Column(Column::Live) {
        return text;
    }
    let mut reported: &str = &text;
    while let Some((front, _)) = reported.rsplit_once(' ').filter(|_| width(reported) > room) {
        reported = front.trim_end_matches(" for");
    }
    let detail = reported
        .match_indices(' ')
        .map(|(at, _)| at)
        .find(|at| !reported.split_at(at + 1).1.starts_with(char::is_alphabetic));
    let (word, detail) = reported.split_at(detail.unwrap_or(reported.len()));
    let detail = detail.trim_start();
    Cow::Owned(format!("{word} {detail:>free$}", free = STATE.saturating_sub(width(word) + 1)).trim_end().to_owned())
}

/// A state that is an error is a block, what is well is plain.
pub fn live(theme: &Theme, mark: Option<&LiveMark>) -> Style {
    match mark {
        None => theme.faint,
        Some(mark) if mark.failing => theme.block,
        Some(mark) if mark.drift || mark.word == "pending" => theme.warn,
        Some(_) => Style::new(),
    }
}

/// In front of the sign: what was done with the row here.
fn front(app: &App, theme: &Theme, id: u64, in_range: bool) -> Span<'static> {
    let fresh = app.store.changes.seen.is_fresh(id) && !app.store.is_deleted(id);
    if app.store.marked().contains(&id) {
        Span::styled("*", theme.key)
    } else if in_range {
        Span::styled("v", theme.key)
    } else if app.store.has_draft(id) {
        Span::styled(theme.signs().draft, if fresh { theme.bad } else { theme.warn })
    } else if fresh {
        Span::styled(CHANGED, theme.key)
    } else {
        Span::raw(" ")
    }
}

/// The worst that is known of a record; that it is disabled comes before what is wrong with it.
fn sign(app: &App, theme: &Theme, record: &RowRef<'_>) -> Span<'static> {
    let signs = theme.signs();
    if app.store.is_deleted(record.id()) {
        return Span::styled(signs.down, theme.bad);
    }
    if app.writes.is_pending(&app.store, record.id()) {
        return Span::styled("~", theme.key);
    }
    match record.enabled() {
        None => Span::styled("?", theme.bad),
        Some(false) => Span::styled(signs.disabled, theme.faint),
        Some(true) if app.store.targets.live_mark(record.id()).is_some_and(|mark| mark.failing) => {
            Span::styled(signs.down, theme.bad)
        }
        Some(true) => {
            let verdict = lint::sign(record, &app.store.lint_context());
            match verdict.worst.filter(|worst| *worst > Severity::Info) {
                Some(worst) => {
                    let (sign, style) = severity(theme, worst);
                    Span::styled(sign, style)
                }
                None if app.store.targets.is_unread(record) => Span::styled(signs.unchecked, theme.on),
                // Dim where the profile ignores something.
                None if verdict.ignored => Span::styled(signs.enabled, theme.faint),
                None => Span::styled(signs.enabled, theme.on),
            }
        }
    }
}

/// What lies over a row of the table: what was found, what others changed, the bar.
fn dress(app: &App, theme: &Theme, place: Rect, record: &RowRef<'_>, columns: &[Placed], buffer: &mut Buffer) {
    for column in columns {
        let text = shown(app, column.column.shows, record, column.width.into());
        mark_found(app, theme, buffer, place, column, &text);
        // The sign stands in the gap between columns; in front of the first one is that of the row. The bar lies over
        // it: on its ground the colour of the sign may not be seen.
        if column.x > 0 && is_fresh(app, record.id(), column.column.shows) {
            let at = Rect { x: place.x + SIGNS + column.x - 1, width: 1, ..place };
            put(Span::styled(CHANGED, theme.key), at, buffer);
        }
    }
    if app.list.rows.cursor() == Some(record.id()) {
        match theme.cursor {
            Cursor::Bar => {
                let bar = Rect { x: place.x + SIGNS, width: bar(columns), ..place };
                buffer.set_style(bar.intersection(place), theme.bar);
            }
            Cursor::Marker => {
                // It takes nothing away from what else stands there.
                let taken = buffer.cell((place.x, place.y)).is_some_and(|cell| cell.symbol() != " ");
                let x = place.x + if taken { SIGNS - 1 } else { 0 };
                put(Span::styled(">", theme.key), Rect { x, width: 1, ..place }.intersection(place), buffer);
            }
        }
    }
    if let Some(at) = app.store.changes.deleted.get(&record.id()) {
        let text = format!(" gone {} ", app.cx.clock(*at));
        let width = cells(&text).min(place.width);
        let at = Rect { x: place.right() - width, width, ..place };
        put(Span::styled(text, theme.block), at, buffer);
    }
}

fn put(span: Span<'_>, area: Rect, buffer: &mut Buffer) {
    ratatui::widgets::Widget::render(span, area, buffer);
}

/// Cells of the bar: from the id to the end of the name.
fn bar(columns: &[Placed]) -> u16 {
    let end = |shows: Listed| {
        columns.iter().find(|column| column.column.shows == shows).map(|column| column.x + column.width)
    };
    let name = end(Listed::Column(Column::Field(FieldId::Name))).filter(|end| *end <= LONGEST_BAR);
    name.or_else(|| end(Listed::Column(Column::Id))).unwrap_or(0)
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
        Align::Right => usize::from(column.width).saturating_sub(width(text)),
    };
    for range in found {
        let cells = |end: usize| text.get(..end).map_or(0, width) + free;
        let (from, to) = (cells(range.start), cells(range.end).min(usize::from(column.width)));
        if from < to {
            let x = place.x + SIGNS + column.x + clamped(from);
            let width = clamped(to - from).min(place.right().saturating_sub(x));
            buffer.set_style(Rect { x, width, ..place }, theme.found);
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

/// The order and where the cursor is in it.
fn position(app: &App, theme: &Theme) -> Line<'static> {
    let shown = app.list.rows.len(&app.store.records);
    if shown == 0 {
        return Line::default();
    }
    Line::from(vec![
        Span::styled(views::order(app, theme), theme.faint),
        Span::raw(format!("  {}/{shown}", app.list.rows.position() + 1)),
    ])
}
