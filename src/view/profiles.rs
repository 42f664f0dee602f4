//! The box of profiles: badge, name, server and access of each, and what became of the last try to switch.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::Span;
use ratatui::widgets::{Row, StatefulWidget, Table, TableState};

use crate::app::overlay::profiles::{ProfileOffer, Profiles};
use crate::app::{Access, App};
use crate::domain::text::{width, wrap};

use crate::view::dialog::DialogBox;
use crate::view::lines::point;
use crate::view::pen::{put_lines, row};
use crate::view::text::{clamped, cut};
use crate::view::theme::Theme;

/// Cells in front of the table, for the cursor, and between its columns.
const BEFORE: usize = 2;
const GAP: usize = 2;

pub fn draw(app: &App, theme: &Theme, area: Rect, open: &Profiles, buffer: &mut Buffer) {
    let profiles = &app.overlay.profiles;
    // As a page it has the whole width.
    let around = if area.width < 60 { 2 } else { 18 };
    let room = usize::from(area.width.saturating_sub(around)).clamp(20, 76);
    let (reported, style) = match (&open.waiting, &open.error) {
        (Some(name), _) => (format!("Connecting to {} …", server_of(profiles, name)), theme.faint),
        (None, Some(error)) => (error.clone(), theme.bad),
        (None, None) => (String::new(), theme.faint),
    };
    let reported = wrap(&reported, room);
    let keys = if open.waiting.is_some() { "Esc: cancel" } else { "Enter: switch to it  j/k: move  Esc: close" };
    let dialog = DialogBox::page("Profiles", keys).sized(room, profiles.len() + reported.len() + 1);
    let inside = dialog.open(app, theme, area, buffer);
    let height = usize::from(inside.height).saturating_sub(reported.len()).max(1);
    let rows = Rect { height: clamped(height).min(inside.height), ..inside };
    table(theme, profiles, open.pager.cursor, rows, buffer);
    let first = profiles.len().min(height) + usize::from(profiles.len() < height);
    put_lines(buffer, inside, first, &reported, style);
}

/// A row a profile, with the cursor on one of them; what does not fit scrolls.
pub fn table(theme: &Theme, profiles: &[ProfileOffer], cursor: usize, inside: Rect, buffer: &mut Buffer) {
    let room = usize::from(inside.width).saturating_sub(BEFORE);
    let height = usize::from(inside.height).max(1);
    let top = (cursor + 1).saturating_sub(height);
    let longest =
        |text: fn(&ProfileOffer) -> &str| profiles.iter().map(|profile| width(text(profile))).max().unwrap_or(0);
    let badge = longest(badge).min(room / 6);
    let name = longest(|profile| &profile.name).min(room / 3);
    let access = longest(access);
    let server = room.saturating_sub(badge + name + access + 3 * GAP);
    let rows = profiles.iter().skip(top).take(height).map(|profile| {
        let name_style = if profile.is_current { theme.strong } else { theme.label };
        let access_style = match profile.access {
            Access::Write => theme.faint,
            Access::Confirm | Access::ReadOnly => theme.warn,
        };
        let span = |text: &str, room: usize, style| Span::styled(cut(text, room, theme).into_owned(), style);
        Row::new([
            span(self::badge(profile), badge, theme.strong),
            span(&profile.name, name, name_style),
            span(profile.server.as_deref().unwrap_or("no url"), server, theme.faint),
            span(self::access(profile), access, access_style),
        ])
    });
    let widths = [badge, name, server, access].map(|cells| Constraint::Length(clamped(cells)));
    let table = Table::new(rows, widths).column_spacing(clamped(GAP));
    let before = clamped(BEFORE).min(inside.width);
    let place = Rect { x: inside.x + before, width: inside.width - before, ..inside };
    StatefulWidget::render(table, place, buffer, &mut TableState::new());
    if !profiles.is_empty() {
        let place = row(inside, cursor.saturating_sub(top));
        point(theme, place, place.width, buffer);
    }
}

fn badge(profile: &ProfileOffer) -> &str {
    profile.badge.as_deref().unwrap_or_default()
}

const fn access(profile: &ProfileOffer) -> &'static str {
    match (profile.access, profile.is_current) {
        (Access::Write, true) => "write, open",
        (Access::Confirm, true) => "confirm, open",
        (Access::ReadOnly, true) => "read-only, open",
        (access, false) => access.word(),
    }
}

fn server_of(profiles: &[ProfileOffer], name: &str) -> String {
    let server = profiles.iter().find(|profile| profile.name == name).and_then(|profile| profile.server.as_deref());
    server.map_or_else(|| name.to_owned(), |server| format!("{name} ({server})"))
}
