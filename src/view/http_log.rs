//! Boxes to look into: the last HTTP exchanges, and everything that is odd about the loaded records.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::App;
use crate::app::overlay::http_log::Inspector;
use crate::app::overlay::lint_list::LintList;
use crate::app::widget::line::Meant;
use crate::domain::http_exchange::{Came, Exchanged};
use crate::domain::record::field::Align;
use crate::domain::rules::check::Severity;

use crate::view::overlay::open_box;
use crate::view::pen::{put, put_aligned, put_at, row};
use crate::view::theme::Theme;

/// Where the API's own path ends: what stands before is the same in every line.
const API: &str = "/api/rest/admin";

/// Where each column of the exchanges begins, from the request's number on, and how wide those of numbers are.
const NUMBER: (u16, u16) = (2, 5);
const TIME: u16 = 8;
const METHOD: u16 = 17;
const STATUS: u16 = 24;
const MS: (u16, u16) = (28, 6);
const BYTES: (u16, u16) = (35, 8);
const PATH: u16 = 44;

pub fn draw_exchanges(app: &App, theme: &Theme, area: Rect, inspector: &Inspector, buffer: &mut Buffer) {
    if let (Some(pager), Some(chosen)) = (inspector.opened, inspector.chosen()) {
        let title = format!("HTTP exchange {}   c copies it as curl, Esc goes back", number(chosen));
        let inside = open_box(app, theme, area, &title, buffer);
        let lines = app.cx.exchange_lines(inspector);
        for (index, line) in lines.iter().enumerate().skip(pager.top).take(usize::from(inside.height)) {
            let place = row(inside, index - pager.top);
            if index == pager.cursor {
                put(buffer, place, ">", theme.key);
            }
            let style = if line.meant == Meant::Heading { theme.heading } else { Style::new() };
            put_at(buffer, place, 2, &line.text, style);
        }
        return;
    }
    let zone = app.cx.setup.timezone.name();
    let title = format!("Last HTTP exchanges ({zone}), no secrets   Enter opens, c curl, r anew, Esc closes");
    let inside = open_box(app, theme, area, &title, buffer);
    let heads = row(inside, 0);
    for (x, text) in [(TIME, "TIME"), (METHOD, "METHOD"), (STATUS, "ST"), (PATH, "PATH")] {
        put_at(buffer, heads, x, text, theme.heading);
    }
    for ((x, cells), text) in [(NUMBER, "#"), (MS, "MS"), (BYTES, "BYTES")] {
        put_aligned(buffer, heads, x, cells, text, Align::Right, theme.heading);
    }
    let Some(exchanges) = &inspector.exchanges else { return };
    if exchanges.is_empty() {
        put_at(buffer, row(inside, 1), 2, "nothing was asked yet", theme.faint);
    }
    let shown = app.cx.overlay_height().min(usize::from(inside.height.saturating_sub(1)));
    for (index, exchanged) in exchanges.iter().enumerate().skip(inspector.pager.top).take(shown) {
        let place = row(inside, index - inspector.pager.top + 1);
        if index == inspector.pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        draw_exchange(app, theme, place, exchanged, buffer);
    }
}

fn draw_exchange(app: &App, theme: &Theme, place: Rect, exchanged: &Exchanged, buffer: &mut Buffer) {
    let (bytes, style) = match &exchanged.outcome {
        Came::Answer { status, bytes, .. } => {
            (bytes.to_string(), if *status >= 400 { theme.bad } else { Style::new() })
        }
        Came::Failure(_) => (String::new(), theme.bad),
    };
    let (x, cells) = NUMBER;
    put_aligned(buffer, place, x, cells, number(exchanged), Align::Right, theme.faint);
    put_at(buffer, place, TIME, &app.cx.clock(exchanged.at), Style::new());
    put_at(buffer, place, METHOD, exchanged.method, Style::new());
    put_at(buffer, place, STATUS, &exchanged.status(), style);
    let (x, cells) = MS;
    put_aligned(buffer, place, x, cells, &exchanged.took.as_millis().to_string(), Align::Right, Style::new());
    let (x, cells) = BYTES;
    put_aligned(buffer, place, x, cells, &bytes, Align::Right, Style::new());
    let path = exchanged.target.split_once(API).map_or(exchanged.target.as_str(), |(_, path)| path);
    put_at(buffer, place, PATH, path, Style::new());
}

/// What tells a request from the others of this run: the end of its id.
fn number(exchanged: &Exchanged) -> &str {
    exchanged.request_id.rsplit('-').next().unwrap_or_default()
}

pub fn draw_lint(app: &App, theme: &Theme, area: Rect, list: &LintList, buffer: &mut Buffer) {
    let title = match &list.findings {
        None => "Lint: looking through the records …   Esc closes".to_owned(),
        Some(found) => {
            let (errors, warnings) = found.count;
            let listed = found.listed.len();
            let more = if listed < errors + warnings { format!(", the first {listed} listed") } else { String::new() };
            format!(
                "Lint: {errors} errors, {warnings} warnings in {} records{more}   Enter goes there, Esc closes",
                found.records
            )
        }
    };
    let inside = open_box(app, theme, area, &title, buffer);
    let Some(found) = &list.findings else { return };
    if found.listed.is_empty() {
        put_at(buffer, row(inside, 1), 2, "nothing is odd about the loaded records", theme.faint);
    }
    let shown = app.cx.overlay_height().min(usize::from(inside.height));
    for (index, (id, finding)) in found.listed.iter().enumerate().skip(list.pager.top).take(shown) {
        let place = row(inside, index - list.pager.top);
        if index == list.pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        let (sign, style) = match finding.severity {
            Severity::Error => ("E", theme.bad),
            Severity::Warning => ("W", theme.key),
        };
        put_at(buffer, place, 2, sign, style);
        let text = format!("{}  {}: {}", app.store.called(*id), finding.field.field().label, finding.message);
        put_at(buffer, place, 4, &text, Style::new());
    }
    // The finding under the cursor in full, where it is cut.
    if let Some((id, finding)) = found.listed.get(list.pager.cursor) {
        let text = format!("{}  {}: {}", app.store.called(*id), finding.field.field().label, finding.message);
        if usize::from(inside.height) > shown + 1 {
            put_at(buffer, row(inside, shown + 1), 0, &text, theme.faint);
        }
    }
}
