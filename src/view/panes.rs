//! What the list opens: a registration, its document, a pop, a node; and the registration under the cursor beside a
//! list that opened nothing.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::text::{Line as Shown, Span};
use ratatui::widgets::Paragraph;

use crate::app::panes::record::Detail;
use crate::app::widget::line::short_tag;
use crate::app::widget::{Layout, Opened, TextLine};
use crate::app::{App, Focus, SidePane};
use crate::domain::record::Record;
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::rules::{Severity, lint};
use crate::domain::text::{capitalised, wrap};

use crate::view::lines::Lines;
use crate::view::list::{live, severity};
use crate::view::text::line;
use crate::view::theme::Theme;
use crate::view::{form, pane};

/// Draws what stands beside the list, or below it, or in its place. Answers with where the cursor is while something
/// is typed.
pub fn draw(app: &App, theme: &Theme, layout: &Layout, frame: &mut Frame<'_>) -> Option<Position> {
    let Some(side) = app.panes.stack.last() else {
        preview(app, theme, layout, frame);
        return None;
    };
    let focused = app.panes.focus == Focus::Side;
    if let SidePane::Form(form) = side {
        if layout.boxed {
            // Beneath it the list and its pane stay as they were.
            preview(app, theme, &Layout::of(app.cx.size, app.cx.turned, Opened::Nothing), frame);
        }
        return form::draw(app, theme, layout, form, focused, frame);
    }
    let lines = app.store.lines(&app.cx, side);
    let pager = side.pager();
    let title = titled(app, theme, layout, side);
    let right = if lines.len() > layout.side_height() {
        // There is more than is in view.
        Shown::from(format!("{}/{}", pager.cursor + 1, lines.len()))
    } else {
        state_of(app, theme, side)
    };
    pane::edge(theme, layout, theme.border_of(focused), title, right, frame);
    if lines.is_empty() {
        let (texts, style) = match side {
            SidePane::Detail(Detail { error: Some(error), .. }) => {
                (wrap(&error.message, layout.side_width()), theme.bad)
            }
            _ => (vec!["loading …".to_owned()], theme.faint),
        };
        let texts: Vec<Shown<'_>> = texts.into_iter().map(|text| Shown::from(Span::styled(text, style))).collect();
        frame.render_widget(Paragraph::new(texts), layout.inside);
        return None;
    }
    columns(app, theme, layout, &lines, pager.top, focused.then_some(pager.cursor), frame);
    None
}

/// The registration on which the cursor rests.
fn preview(app: &App, theme: &Theme, layout: &Layout, frame: &mut Frame<'_>) {
    if !layout.wide {
        return;
    }
    let (title, right) = app.list.beside(&app.cx, &app.store).map_or_else(Default::default, |record| {
        let display_name = format!("{} {}", record.id(), record.name());
        let title = line(&[(Cow::Owned(display_name), theme.title)], usize::from(layout.side.width) / 2, theme);
        (title, state(app, theme, &record))
    });
    pane::edge(theme, layout, theme.border, title, right, frame);
    columns(app, theme, layout, &app.list.preview_lines(&app.cx, &app.store, layout), 0, None, frame);
}

/// Lines that flow from column to column.
fn columns(
    app: &App,
    theme: &Theme,
    layout: &Layout,
    lines: &[TextLine],
    top: usize,
    cursor: Option<usize>,
    frame: &mut Frame<'_>,
) {
    let height = usize::from(layout.inside.height);
    for (index, column) in layout.text_columns().enumerate() {
        let top = top + index * height;
        frame.render_widget(Lines { app, theme, all: lines, top, cursor }, column);
    }
}

fn titled(app: &App, theme: &Theme, layout: &Layout, side: &SidePane) -> Shown<'static> {
    let style = if app.panes.focus == Focus::Side { theme.active } else { theme.title };
    let (display_name, state) = title(app, side);
    let room = usize::from(layout.side.width).saturating_sub(16);
    let mut shown = line(&[(Cow::Owned(display_name), style), (Cow::Owned(state), theme.faint)], room, theme);
    // A tag that is cut means nothing.
    if let Some(tag) = tag(app, side).filter(|tag| shown.width() + tag.len() + 2 <= room) {
        shown.push_span(Span::styled(format!("  {tag}"), theme.faint));
    }
    shown
}

/// The tag of what a detail shows.
fn tag(app: &App, side: &SidePane) -> Option<String> {
    let SidePane::Detail(pane) = side else { return None };
    let tag = app.store.fetched.get(&pane.id)?.tag.as_ref()?;
    Some(format!("ETag {}", short_tag(tag.as_str())))
}

/// What a pane is about, and what is to be known of it.
fn title(app: &App, side: &SidePane) -> (String, String) {
    match side {
        SidePane::Detail(pane) => {
            let known = app.store.fetched.contains_key(&pane.id) || app.store.records.get(pane.id).is_some();
            let state = match (&pane.error, app.store.fetched.get(&pane.id)) {
                (Some(RequestError { kind: RequestErrorKind::NoSuchRecord, .. }), _) if !known => "  not on the server",
                (Some(_), _) if !known => "  could not be loaded",
                (Some(RequestError { kind: RequestErrorKind::NoSuchRecord, .. }), _) => {
                    "  deleted on the server; last known \
                                                                               values"
                }
                (Some(_), _) => "  could not be loaded; last known values",
                (None, _) if app.store.is_deleted(pane.id) => "  deleted on the server; last known values",
                (None, Some(_)) => "",
                (None, None) => "  from the list; loading …",
            };
            (format!("Registration {}", app.store.display_name(pane.id)), state.to_owned())
        }
        SidePane::Form(form) => (app.store.display_name(form.id), String::new()),
        SidePane::Document { id, .. } => {
            (format!("JSON:API document of {}", app.store.display_name(*id)), String::new())
        }
        SidePane::Target(pane) => {
            let name = pane.id.and_then(|id| app.store.targets.name(pane.relation, id)).unwrap_or_default();
            let state = match (&pane.error, pane.read) {
                (Some(_), _) => "  could not be loaded",
                (None, true) => "",
                (None, false) => "  loading …",
            };
            (format!("{} {name}", capitalised(pane.relation.noun())), state.to_owned())
        }
    }
}

fn state_of(app: &App, theme: &Theme, side: &SidePane) -> Shown<'static> {
    match side {
        SidePane::Detail(Detail { id, .. }) => match (app.store.fetched.get(id), app.store.records.get(*id)) {
            (Some(fetched), _) => state(app, theme, &fetched.registration),
            (None, Some(row)) => state(app, theme, &row),
            (None, None) => Shown::default(),
        },
        SidePane::Document { .. } | SidePane::Target(_) | SidePane::Form(_) => Shown::default(),
    }
}

/// Whether it is enabled, the worst that is known of it, and what its nodes say where they are asked.
fn state(app: &App, theme: &Theme, record: &impl Record) -> Shown<'static> {
    let signs = theme.signs();
    let (sign, style, word) = match record.enabled() {
        None => ("?", theme.bad, "unknown"),
        Some(false) => (signs.disabled, theme.faint, "disabled"),
        Some(true) => match lint::sign(record, &app.store.lint_context()).worst.filter(|worst| *worst > Severity::Info)
        {
            Some(worst) => {
                let (sign, style) = severity(theme, worst);
                (sign, style, "enabled")
            }
            None => (signs.enabled, theme.on, "enabled"),
        },
    };
    let mark = app.store.targets.live_mark(record.id()).filter(|_| record.enabled() == Some(true));
    let (sign, style) = if mark.is_some_and(|mark| mark.failing) { (signs.down, theme.bad) } else { (sign, style) };
    let said = match mark {
        Some(mark) => Span::styled(mark.cell.to_string(), live(theme, Some(mark))),
        None => Span::raw(word),
    };
    Shown::from(vec![Span::styled(format!("{sign} "), style), said])
}
