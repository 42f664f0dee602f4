//! The line over the list: saved views with their counts, the filter, what is loaded.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::domain::count::counted;
use crate::domain::query::{Direction, Order};
use crate::domain::text::{capitalised, width};

use crate::view::text::cut;
use crate::view::theme::Theme;

/// The sort order, an arrow in front of each column.
pub fn order(app: &App, theme: &Theme) -> String {
    reported(&app.list.arranging.order, theme)
}

/// An order in a few cells.
pub fn reported(order: &Order, theme: &Theme) -> String {
    let [up, down] = theme.signs().sorted;
    if order.keys.is_empty() {
        return format!("{up}id");
    }
    let sign = |direction| match direction {
        Direction::Ascending => up,
        Direction::Descending => down,
    };
    let keys: Vec<String> =
        order.keys.iter().map(|key| format!("{}{}", sign(key.direction), key.column.name())).collect();
    keys.join(" ")
}

/// The views, as many as there is room for; the one shown gives way to none.
pub fn line(app: &App, theme: &Theme, room: usize) -> Line<'static> {
    let active = app.list.active_view();
    // Nothing was read: that is not none.
    let unknown = app.store.records.is_empty() && app.store.loaded.synced.is_none();
    let mut tabs: Vec<(bool, Vec<Span<'static>>)> = Vec::new();
    for (digit, view) in app.list.views.all() {
        let Some(count) = app.list.views.counts.get(&digit) else { continue };
        let name = cut(&view.name, room / 2, theme);
        // Names of the user are as they were typed.
        let name = if app.list.views.own.contains_key(&digit) { name.into_owned() } else { capitalised(&name) };
        let count = if unknown { String::new() } else { format!(" {count}") };
        tabs.push(if active == Some(digit) {
            (true, vec![Span::styled(format!(" {digit} {name}{count} "), theme.chosen)])
        } else {
            (false, vec![Span::styled(format!(" {digit}"), theme.key), Span::raw(format!(" {name}{count} "))])
        });
    }
    let cells = |spans: &[Span<'_>]| spans.iter().map(|span| width(&span.content)).sum::<usize>();
    let mut line = Line::default();
    let mut left = room;
    let about = about(app, theme);
    left = left.saturating_sub(about.iter().map(|(text, _)| width(text) + 1).sum::<usize>().min(room / 2));
    let mut kept = tabs.iter().filter(|(shown, _)| *shown).map(|(_, spans)| cells(spans)).sum::<usize>();
    let mut full = false;
    for (shown, spans) in tabs {
        let needed = cells(&spans);
        if shown {
            kept = 0;
        }
        full |= needed + kept > left;
        if full && !shown {
            continue;
        }
        left = left.saturating_sub(needed);
        line.spans.extend(spans);
    }
    for (text, style) in about {
        let used: usize = cells(&line.spans);
        line.push_span(" ");
        line.push_span(Span::styled(cut(&text, room.saturating_sub(used + 1), theme).into_owned(), style));
    }
    line
}

/// What is loaded, filtered and gone.
fn about(app: &App, theme: &Theme) -> Vec<(Cow<'static, str>, Style)> {
    let mut parts = Vec::new();
    let loaded = app.store.present();
    match app.store.loaded.total {
        // What is gone may be in the server's last count yet.
        Some(total) if !(loaded as u64..=app.store.records.len() as u64).contains(&total) => {
            parts.push((Cow::Owned(format!("{loaded} of {total} loaded")), theme.warn));
        }
        Some(_) | None => {}
    }
    let view = app.list.active_view().is_some_and(|digit| app.list.views.counts.contains_key(&digit));
    if !view && !app.list.arranging.text.is_empty() {
        let shown = app.list.rows.len(&app.store.records);
        let text = format!("/{}", app.list.arranging.text);
        parts.push((Cow::Owned(text), theme.warn));
        parts.push((Cow::Owned(format!("{shown} of {loaded}")), Style::new()));
    } else if !view && loaded > 0 && app.list.views.counts.is_empty() {
        parts.push((Cow::Owned(counted(loaded, "registration")), Style::new()));
    }
    let gone = app.store.changes.deleted.len();
    if gone > 0 {
        parts.push((Cow::Owned(format!("{gone} gone")), theme.bad));
    }
    parts
}
