//! The filter box and the sort picker.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Clear, Paragraph, Widget as _};

use crate::app::App;
use crate::app::list::sort::{reported, sign};
use crate::app::model::columns::{ColumnPresence, heading};
use crate::app::overlay::comparison::RecordComparison;
use crate::app::overlay::filter::Filtering;
use crate::app::overlay::sort::{Enter, SortPicker};
use crate::app::overlay::views::ViewsBox;
use crate::app::widget::{Meant, Pager};
use crate::domain::query::Column;
use crate::domain::query::filter::FILTER_SYNTAX;

use crate::view::dialog::{DialogBox, draw_editor};
use crate::view::hints::reported as hinted;
use crate::view::lines::{listed, point};
use crate::view::pen::{put, put_at, row};
use crate::view::text::clamped;
use crate::view::theme::Theme;

/// The filter stands on the line above the messages; under it its mistake, what Tab completes, or the syntax.
pub fn draw_filter(app: &App, theme: &Theme, area: Rect, filtering: &Filtering, buffer: &mut Buffer) -> Position {
    let height = usize::from(area.height);
    // Under both stand the keys of the box in place of those of the list.
    let (line, below, keys) = match height {
        0..4 => (row(area, height.saturating_sub(1)), row(area, height), row(area, height)),
        _ => (row(area, height - 3), row(area, height - 2), row(area, height - 1)),
    };
    for place in [line, below, keys] {
        Clear.render(place, buffer);
    }
    let hints = "Enter: apply  Esc: cancel  Tab: complete  Up: history  Ctrl-u: clear";
    Paragraph::new(hinted(theme, hints, keys.width.into())).render(keys, buffer);
    let cursor = draw_editor(theme, line, "/ ", &filtering.line, false, buffer);
    if let Some(mistake) = &filtering.mistake {
        let used = put(buffer, below, "!! ", theme.bad);
        put_at(buffer, below, used, &mistake.to_string(), theme.bad);
        underline(line, filtering, mistake.at.start, mistake.at.end, theme, buffer);
        return cursor;
    }
    let shown = app.list.rows.len(&app.store.records);
    let used = put(buffer, below, &format!("{shown} of {}  ", app.store.records.len()), Style::new());
    let offers = app.list.completions(&app.store, filtering.line.before_cursor());
    let text = if filtering.line.text().trim().is_empty() {
        FILTER_SYNTAX.to_owned()
    } else if offers.is_empty() {
        String::new()
    } else {
        format!("Tab: {}", offers.iter().map(|offer| offer.text.as_str()).collect::<Vec<_>>().join("  "))
    };
    put_at(buffer, below, used, &text, theme.faint);
    cursor
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
        buffer.set_style(Rect { x: line.x + x, width: end - x, ..line }, theme.bad);
    }
}

/// Columns with their place in the order, below the line that narrows them. Answers with where its cursor is.
pub fn draw_sort(app: &App, theme: &Theme, area: Rect, picker: &SortPicker, buffer: &mut Buffer) -> Position {
    let keys = match picker.enter {
        Enter::Alone => "type: find  Enter: sort by this  Space: add, reverse, remove  Esc: close",
        Enter::Keeps => "type: find  Enter: apply  Space: add, reverse, remove  Esc: close",
    };
    let all = SortPicker::default().columns().len();
    let rows = all.min(app.cx.overlay_height());
    let order = reported(&app.list.arranging.order);
    let inside = DialogBox::page("Sort", keys).with(order).sized(90, rows + 1).open(app, theme, area, buffer);
    let cursor = draw_editor(theme, row(inside, 0), "/ ", &picker.line, false, buffer);
    let keys = &app.list.arranging.order.keys;
    let columns = picker.columns();
    if columns.is_empty() {
        put_at(buffer, row(inside, 1), 7, "no column has this in its name", theme.faint);
    }
    let shown = inside.height.saturating_sub(1).min(clamped(app.cx.overlay_height()));
    let body = Rect { y: inside.y + 1, height: shown, ..inside };
    listed(theme, body, picker.pager, &columns, buffer, |place, column, buffer| {
        if let Some(at) = keys.iter().position(|key| key.column == *column) {
            let direction = keys.get(at).map_or("", |key| sign(key.direction));
            put_at(buffer, place, 2, &format!("{} {direction}", at + 1), theme.key);
        }
        put_at(buffer, place, 7, column.name(), Style::new());
        let help = match column {
            Column::Field(field) => field.field().help,
            Column::Id => "Unique: decides last, where all other columns are equal.",
            Column::Live => "What the nodes report, the worst first.",
        };
        put_at(buffer, place, 28, help, theme.faint);
    });
    cursor
}

/// All columns, those of the list checked.
pub fn draw_columns(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let keys = "Space: show/hide  J/K: move  +/-: width  =: auto  R: reset  Esc: close";
    let choices = app.list.columns.choices();
    let rows = choices.len().min(app.cx.overlay_height());
    let inside = DialogBox::page("Columns", keys).sized(56, rows).open(app, theme, area, buffer);
    listed(theme, inside, pager, &choices, buffer, |place, choice, buffer| {
        let check = match choice.presence {
            ColumnPresence::Shown => "[x]",
            ColumnPresence::Hidden => "[ ]",
        };
        put_at(buffer, place, 2, check, Style::new());
        put_at(buffer, place, 6, heading(choice.shows), Style::new());
        if let Some(width) = choice.width {
            put_at(buffer, place, 28, &format!("{width} cells"), theme.faint);
        }
    });
}

/// The nine views.
pub fn draw_views(app: &App, theme: &Theme, area: Rect, views: &ViewsBox, buffer: &mut Buffer) -> Option<Position> {
    let keys = "Enter: show  s: save the list here  e: rename  D: delete  Esc: close";
    let inside = DialogBox::page("Views", keys).sized(76, 9).open(app, theme, area, buffer);
    // Elsewhere it stands on its own line, which the box leaves in sight.
    if let (Some(notice), true) = (app.cx.notices.current(), app.cx.layout().tiny) {
        put_at(buffer, row(inside, 10), 2, &format!("{} {}", notice.tone.word(), notice.text), Style::new());
    }
    let all = app.list.views.all();
    let mut cursor = None;
    for index in 0..9_u8 {
        let place = row(inside, usize::from(index));
        let digit = index + 1;
        let under_cursor = usize::from(index) == views.pager.cursor;
        put_at(buffer, place, 2, &digit.to_string(), theme.key);
        if let (true, Some((_, line))) = (under_cursor, &views.naming) {
            let place = Rect { x: place.x + 4, width: place.width.saturating_sub(4), ..place };
            cursor = Some(draw_editor(theme, place, "name: ", line, false, buffer));
            continue;
        }
        match all.iter().find(|(known, _)| *known == digit) {
            Some((_, view)) => {
                put_at(buffer, place, 4, &view.name, Style::new());
                let order = reported(&view.order);
                let filter = if view.filter.is_empty() { "all registrations" } else { &view.filter };
                put_at(buffer, place, 26, &format!("{filter}   sort {order}"), theme.faint);
            }
            None => match app.list.views.foreign.get(&digit) {
                Some(name) => {
                    put_at(buffer, place, 4, name, theme.faint);
                    put_at(buffer, place, 26, "written by another version: kept, not shown", theme.faint);
                }
                None => {
                    put_at(buffer, place, 4, "free", theme.faint);
                }
            },
        }
        if under_cursor {
            point(theme, place, place.width, buffer);
        }
    }
    cursor
}

/// Two records, what differs first: the left one's value above the right one's.
pub fn draw_comparison(app: &App, theme: &Theme, area: Rect, comparison: &RecordComparison, buffer: &mut Buffer) {
    let (left, right) = comparison.ids;
    let title = match comparison.since {
        None => format!("{} above, {} below", app.store.display_name(left), app.store.display_name(right)),
        Some(since) => format!("{}: before {} above, now below", app.store.display_name(right), app.cx.clock(since)),
    };
    let inside = DialogBox::page(title, "Esc: close").open(app, theme, area, buffer);
    listed(theme, inside, comparison.pager, &comparison.lines, buffer, |place, line, buffer| {
        let style = match line.meant {
            Meant::Heading => theme.heading,
            Meant::Unset | Meant::Help => theme.faint,
            Meant::Bad | Meant::Problems(_) => theme.bad,
            Meant::Warning => theme.warn,
            Meant::Value | Meant::Text | Meant::Good | Meant::Change(_) => Style::new(),
        };
        let labelled = !line.label.is_empty() || line.field.is_some();
        put_at(buffer, place, 2, line.label, theme.label);
        put_at(buffer, place, if labelled { 22 } else { 2 }, &line.text, style);
    });
}
