//! What the list opens: a registration, its document, a pop, a node.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::list::preview::Beside;
use crate::app::panes::record::{Detail, LABEL};
use crate::app::widget::layout::Layout;
use crate::app::widget::line::{Leads, Line, Meant, short_tag};
use crate::app::{App, Focus, Side};
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record as _;
use crate::domain::record::relation::Relation;
use crate::domain::request_error::{Trouble, TroubleKind};
use crate::domain::text;
use crate::keys::command::Command;

use crate::view::form;
use crate::view::list::CHANGED;
use crate::view::pen::{put, put_at, row};
use crate::view::theme::Theme;

pub fn draw(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) -> Option<Position> {
    let area = layout.side;
    if layout.wide {
        for index in 0..usize::from(area.height) {
            let line = row(Rect { x: area.x.saturating_sub(1), width: 1, ..area }, index);
            put(buffer, line, "│", theme.faint);
        }
    }
    let Some(side) = app.panes.stack.last() else {
        match app.list.beside(&app.store) {
            Beside::Record(record) => {
                let title = format!("Registration {} {}  as listed", record.id(), record.name());
                put_at(buffer, row(area, 0), 1, &title, theme.title);
                draw_lines(
                    app,
                    theme,
                    below_title(area),
                    &app.list.preview_lines(&app.cx, &app.store),
                    0,
                    None,
                    buffer,
                );
            }
            Beside::Passing => {
                put_at(buffer, row(area, 0), 1, "…", theme.faint);
            }
            Beside::Nobody => {}
        }
        return None;
    };
    let focused = app.panes.focus == Focus::Side;
    let style = if focused { theme.active } else { theme.title };
    let lines = app.lines(side);
    let pager = side.pager();
    let cursor = focused.then_some(pager.cursor);
    let mut heading = row(area, 0);
    if lines.len() > layout.side_height() {
        // There is more than is in view.
        let at = format!("{}/{}", pager.cursor + 1, lines.len());
        let needed = u16::try_from(at.len() + 1).unwrap_or(u16::MAX);
        if heading.width > needed + 20 {
            put_at(buffer, heading, heading.width - needed, &at, Style::new());
            heading.width -= needed + 1;
        }
    }
    let used = 1 + put_at(buffer, heading, 1, title(app, side).trim_end(), style);
    // A tag that is cut tells nothing.
    if let Some(tag) = tag(side).filter(|tag| usize::from(heading.width.saturating_sub(used)) > text::width(tag) + 1) {
        put_at(buffer, heading, used + 2, &tag, style);
    }
    if let Side::Form(form) = side {
        return form::draw(app, theme, below_title(area), form, focused, buffer);
    }
    draw_lines(app, theme, below_title(area), &lines, pager.top, cursor, buffer);
    match side {
        Side::Detail(Detail { trouble: Some(trouble), .. }) if lines.is_empty() => {
            for (index, line) in text::wrap(&trouble.message, layout.side_width()).iter().enumerate() {
                put_at(buffer, row(area, 2 + index), 1, line, theme.bad);
            }
        }
        _ if lines.is_empty() => {
            put_at(buffer, row(area, 2), 1, "reading …", theme.faint);
        }
        _ => {}
    }
    None
}

fn below_title(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}

/// The tag of what a detail shows.
fn tag(side: &Side) -> Option<String> {
    let Side::Detail(pane) = side else { return None };
    let tag = pane.fetched.as_ref()?.tag.as_ref()?;
    Some(format!("ETag {}", short_tag(tag.as_str())))
}

fn title(app: &App, side: &Side) -> String {
    match side {
        Side::Detail(pane) => {
            let called = app.store.called(pane.id);
            let known = pane.fetched.is_some() || app.store.records.get(pane.id).is_some();
            let state = match (&pane.trouble, &pane.fetched) {
                (Some(Trouble { kind: TroubleKind::NoSuchRecord, .. }), _) if !known => "not on the server",
                (Some(_), _) if !known => "could not be read",
                (Some(Trouble { kind: TroubleKind::NoSuchRecord, .. }), _) => "gone from the server; as known before",
                (Some(_), _) => "could not be read; as known before",
                (None, _) if app.store.is_gone(pane.id) => "gone from the server; as known before",
                (None, Some(_)) => "",
                (None, None) => "as listed; reading …",
            };
            format!("Registration {called}  {state}")
        }
        Side::Form(form) => form::title(app, form),
        Side::Document { id, .. } => format!("JSON:API document of {}", app.store.called(*id)),
        Side::Target(pane) => {
            let name = pane.id.and_then(|id| app.store.targets.name(pane.relation, id)).unwrap_or_default();
            let state = match (&pane.trouble, pane.read) {
                (Some(_), _) => "could not be read",
                (None, true) => "",
                (None, false) => "reading …",
            };
            format!("{} {name}  {state}", capitalised(pane.relation.noun()))
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

pub fn draw_lines(
    app: &App,
    theme: &Theme,
    area: Rect,
    lines: &[Line],
    top: usize,
    cursor: Option<usize>,
    buffer: &mut Buffer,
) {
    for (index, line) in lines.iter().enumerate().skip(top).take(usize::from(area.height)) {
        let place = row(area, index - top);
        if cursor == Some(index) {
            put(buffer, place, ">", theme.key);
        }
        draw_line(app, theme, place, line, buffer);
    }
}

fn draw_line(app: &App, theme: &Theme, place: Rect, line: &Line, buffer: &mut Buffer) {
    let (indent, style) = match line.meant {
        Meant::Heading => (1, theme.heading),
        Meant::Value | Meant::Text => (2, Style::new()),
        Meant::Unset | Meant::Help => (2, theme.faint),
        Meant::Bad => (2, theme.bad),
    };
    if line.label.is_empty() && line.field.is_none() {
        put_at(buffer, place, indent, &line.text, style);
        return;
    }
    if line.field.is_some_and(|field| !line.label.is_empty() && is_fresh(app, field)) {
        put_at(buffer, place, 1, CHANGED, theme.key);
    }
    put_at(buffer, place, 2, line.label, theme.label);
    let label = u16::try_from(LABEL).unwrap_or(0);
    let used = put_at(buffer, place, label, &line.text, style);
    if let Some(keys) = way(app, line) {
        let hint = format!("  -> {keys}");
        if usize::from(place.width) > usize::from(label + used) + text::width(&hint) {
            put_at(buffer, place, label + used, &hint, theme.faint);
        }
    }
}

/// Whether others changed this field of the registration in the pane, and nobody looked yet.
fn is_fresh(app: &App, field: FieldId) -> bool {
    let id = match app.panes.stack.last() {
        Some(Side::Detail(pane)) => Some(pane.id),
        Some(Side::Document { .. } | Side::Target(_) | Side::Form(_)) => None,
        None => app.list.rows.cursor(),
    };
    id.is_some_and(|id| app.store.changes.seen.is_fresh_in(id, field))
}

/// The keys that go where a line leads, from wherever the keyboard is.
fn way(app: &App, line: &Line) -> Option<String> {
    let relation = match line.leads {
        Leads::Relationship(field) => field.relation()?,
        Leads::Target(relation, _) => relation,
        Leads::Registration(_) | Leads::Nowhere => return None,
    };
    // There is no way to what is not set.
    if line.meant == Meant::Unset {
        return None;
    }
    let command = match relation {
        Relation::Pop => Command::GoPop,
        Relation::Node => Command::GoNode,
        Relation::TransportProtocol => Command::GoTransport,
    };
    app.cx.setup.keymap.keys_of(app.panes.scope(), command)
}
