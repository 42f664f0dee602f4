//! The last HTTP requests: a line each, and one of them in full.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Sparkline, Widget as _};

use crate::app::App;
use crate::app::overlay::http_log::Inspector;
use crate::app::widget::Meant;
use crate::domain::http_exchange::{Came, HttpExchange};
use crate::domain::record::Align;

use crate::view::dialog::DialogBox;
use crate::view::lines::listed;
use crate::view::pen::{put_aligned, put_at, row};
use crate::view::text::{cells, clamped};
use crate::view::theme::{Characters, Theme};

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
        let dialog = DialogBox::page(format!("HTTP request {}", number(chosen)), "c: copy as curl  Esc: back");
        let inside = dialog.open(app, theme, area, buffer);
        let lines = app.cx.exchange_lines(inspector);
        listed(theme, inside, pager, &lines, buffer, |place, line, buffer| {
            let style = if line.meant == Meant::Heading { theme.heading } else { Style::new() };
            put_at(buffer, place, 2, &line.text, style);
        });
        return;
    }
    let zone = app.cx.setup.timezone.name();
    let keys = "Enter: open  c: copy as curl  r: refresh  Esc: close";
    let dialog = DialogBox::page(format!("HTTP requests ({zone}), no secrets"), keys);
    let inside = dialog.open(app, theme, area, buffer);
    let Some(exchanges) = &inspector.exchanges else { return };
    let inside = round_trips(theme, inside, exchanges, buffer);
    let heads = row(inside, 0);
    // A time with its offset is longer: what stands behind it moves.
    let times = exchanges.iter().map(|exchange| cells(&app.cx.clock(exchange.at)));
    let by = times.max().unwrap_or(0).saturating_sub(METHOD - TIME - 1);
    put_at(buffer, heads, TIME, "TIME", theme.heading);
    for (x, text) in [(METHOD, "METHOD"), (STATUS, "ST"), (PATH, "PATH")] {
        put_at(buffer, heads, x + by, text, theme.heading);
    }
    put_aligned(buffer, heads, NUMBER.0, NUMBER.1, "#", Align::Right, theme.heading);
    for ((x, cells), text) in [(MS, "MS"), (BYTES, "BYTES")] {
        let x = x + by;
        put_aligned(buffer, heads, x, cells, text, Align::Right, theme.heading);
    }
    if exchanges.is_empty() {
        put_at(buffer, row(inside, 1), 2, "no requests yet", theme.faint);
    }
    // The picture above takes rows that the pager does not know of.
    let shown = inside.height.saturating_sub(1).min(clamped(app.cx.overlay_height()));
    let body = Rect { y: inside.y + 1, height: shown, ..inside };
    listed(theme, body, inspector.pager, exchanges, buffer, |place, exchange, buffer| {
        draw_exchange(app, theme, place, exchange, by, buffer);
    });
}

/// Rows that the picture of round trips takes, with a blank one below it.
const PICTURE: u16 = 3;

/// Cells of the figures beside it.
const FIGURES: u16 = 26;

/// Round trips as a picture, the newest on the right, with their median beside it. Answers with what is left below.
fn round_trips(theme: &Theme, area: Rect, exchanges: &[Arc<HttpExchange>], buffer: &mut Buffer) -> Rect {
    if area.height < 20 || area.width < 80 || exchanges.is_empty() || theme.characters == Characters::Ascii {
        return area;
    }
    let [picture, rest] = Layout::vertical([Constraint::Length(PICTURE), Constraint::Fill(1)]).areas(area);
    let [figures, chart] = Layout::horizontal([Constraint::Length(FIGURES), Constraint::Fill(1)]).areas(picture);
    let mut sorted: Vec<u128> = exchanges.iter().map(|exchange| exchange.took.as_millis()).collect();
    sorted.sort_unstable();
    let at = |part: usize| sorted.get((sorted.len() * part / 100).min(sorted.len() - 1)).copied().unwrap_or(0);
    let failed = exchanges.iter().filter(|exchange| failed(exchange)).count();
    let failed_style = if failed > 0 { theme.bad } else { theme.faint };
    let lines = vec![
        Line::from(Span::styled("round trip", theme.heading)),
        Line::from(format!("median {} ms  p95 {} ms", at(50), at(95))),
        Line::from(Span::styled(format!("{failed} failed of {}", exchanges.len()), failed_style)),
    ];
    Paragraph::new(lines).render(figures, buffer);
    let shown = usize::from(chart.width);
    let newest_last: Vec<u64> = exchanges
        .iter()
        .take(shown)
        .rev()
        .map(|exchange| u64::try_from(exchange.took.as_millis()).unwrap_or(u64::MAX).max(1))
        .collect();
    let width = u16::try_from(newest_last.len()).unwrap_or(chart.width).min(chart.width);
    let place = Rect { x: chart.right() - width, width, height: chart.height - 1, ..chart };
    Sparkline::default().data(&newest_last).style(theme.border_active).render(place, buffer);
    rest
}

fn failed(exchange: &HttpExchange) -> bool {
    match &exchange.outcome {
        Came::Answer { status, .. } => *status >= 400,
        Came::Failure(_) => true,
    }
}

fn draw_exchange(app: &App, theme: &Theme, place: Rect, exchange: &HttpExchange, by: u16, buffer: &mut Buffer) {
    let (bytes, style) = match &exchange.outcome {
        Came::Answer { status, bytes, .. } => {
            (bytes.to_string(), if *status >= 400 { theme.bad } else { Style::new() })
        }
        Came::Failure(_) => (String::new(), theme.bad),
    };
    let (x, cells) = NUMBER;
    put_aligned(buffer, place, x, cells, number(exchange), Align::Right, theme.faint);
    put_at(buffer, place, TIME, &app.cx.clock(exchange.at), Style::new());
    put_at(buffer, place, METHOD + by, exchange.method, Style::new());
    put_at(buffer, place, STATUS + by, &exchange.status(), style);
    let (x, cells) = MS;
    put_aligned(buffer, place, x + by, cells, &exchange.took.as_millis().to_string(), Align::Right, Style::new());
    let (x, cells) = BYTES;
    put_aligned(buffer, place, x + by, cells, &bytes, Align::Right, Style::new());
    let path = exchange.target.split_once(API).map_or(exchange.target.as_str(), |(_, path)| path);
    // As people write it: the brackets of page[size] take three cells each on the wire.
    put_at(buffer, place, PATH + by, &path.replace("%5B", "[").replace("%5D", "]"), Style::new());
}

/// What distinguishes a request from the others of this run: the end of its id.
fn number(exchange: &HttpExchange) -> &str {
    exchange.request_id.rsplit('-').next().unwrap_or_default()
}
