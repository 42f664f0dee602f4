//! The form, the review and the conflict: lines, the value being typed, and what stays below them.

mod conflict;
mod fields;

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget as _};

use crate::app::App;
use crate::app::form::lines::shown_rows;
use crate::app::form::rows::{VALUE, first_in_view, rows};
use crate::app::form::{Editing, Form, FormStage};
use crate::app::model::drafts::{OnDisk, OpenDraft};
use crate::app::widget::line::short_tag;
use crate::app::widget::{InView, Layout, Pager};
use crate::domain::count::counted;
use crate::domain::record::{Field, FieldId, Record as _, ValueKind};
use crate::domain::rules::Severity;
use crate::domain::text::width;

use crate::view::dialog::draw_editor;
use crate::view::lines::{Lines, listed};
use crate::view::pane::edge;
use crate::view::pen::{put_at, row};
use crate::view::text::{clamped, cut, line};
use crate::view::theme::Theme;
use crate::view::{hints, pane};

/// What the title says of a form.
pub fn title(app: &App, form: &Form) -> String {
    let display_name = app.store.display_name(form.id);
    let Some(open) = app.store.drafts.get(&form.id) else {
        return match form.copied {
            Some(source) => format!("Copy of {}  loading …", app.store.display_name(source)),
            None => format!("Edit {display_name}  loading …"),
        };
    };
    let is_new = open.draft.is_fresh();
    let (method, subject) = if is_new {
        let name = open.draft.text(FieldId::Name).map(|name| format!(" {name}")).unwrap_or_default();
        ("POST", format!("new{name}"))
    } else {
        ("PATCH", display_name.clone())
    };
    let profile = &app.cx.setup.profile;
    match &form.stage {
        FormStage::Reading | FormStage::Editing | FormStage::Conflict(_) if is_new => title_of_new(app, form, open),
        FormStage::Reading => format!("Edit {display_name}  loading …"),
        FormStage::Editing => {
            let disk = on_disk(open);
            let tag = open.draft.tag().map(|tag| format!("  base {}", short_tag(tag.as_str()))).unwrap_or_default();
            let read = app.cx.clock(open.based);
            // The state of the draft before the base: the right end is cut where the pane is narrow.
            format!("Edit {display_name}{disk}  read {read}{tag}")
        }
        FormStage::Checking => format!("{method} {subject}  target: {profile}  checking …"),
        FormStage::Review(_) => format!("Review {subject}  target: {profile}  {method}"),
        FormStage::Conflict(_) => format!("Conflict {display_name}  nothing was sent"),
        FormStage::Saving => format!("{method} {subject}  target: {profile}  sent …"),
    }
}

/// What keeps a form from being saved, or its registration from working: beside the title, which no size cuts.
fn problems(app: &App, theme: &Theme, form: &Form, open: &OpenDraft) -> Option<Span<'static>> {
    let findings = form.findings(open, &app.store.lint_context());
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let errors = match count(Severity::Error) {
        0 => None,
        errors => Some(counted(errors, "error")),
    };
    let down = (count(Severity::Down) > 0).then(|| "DOWN".to_owned());
    let reported: Vec<String> = down.into_iter().chain(errors).collect();
    (!reported.is_empty()).then(|| Span::styled(format!("{} {}", theme.signs().down, reported.join(", ")), theme.bad))
}

fn on_disk(open: &OpenDraft) -> &'static str {
    match (&open.disk, open.is_empty()) {
        (_, true) => "",
        (OnDisk::Pending, false) => "  draft …",
        (OnDisk::Kept, false) => "  DRAFT saved",
        (OnDisk::Failed(_), false) => "  DRAFT IN MEMORY ONLY",
    }
}

/// What the title says of a record that is not on the server yet, while its fields are typed.
fn title_of_new(app: &App, form: &Form, open: &OpenDraft) -> String {
    let name = open.draft.text(FieldId::Name).map(|name| format!(" {name}")).unwrap_or_default();
    let copied = form.copied.map(|source| format!("  clone of {}", app.store.display_name(source))).unwrap_or_default();
    let set = open.fields();
    let as_copied = form.untouched.as_deref() == Some(&open.draft);
    let untouched = as_copied && open.unread.is_empty() && open.text.is_none();
    let disk = if untouched { "" } else { on_disk(open) };
    format!("New registration{name}  {set} set{disk}{copied}")
}

/// Draws the form. Answers with where the cursor is while something is typed.
pub fn draw(
    app: &App,
    theme: &Theme,
    layout: &Layout,
    form: &Form,
    focused: bool,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let style = if focused { theme.active } else { theme.title };
    let room = usize::from(layout.side.width).saturating_sub(4);
    let right = beside_title(app, theme, layout, form);
    let free = if right.width() == 0 { room } else { room.saturating_sub(right.width() + 3) };
    let titled = line(&[(Cow::Borrowed(whole_parts(&title(app, form), free)), style)], free, theme);
    if layout.boxed {
        // No higher than what it says.
        let lines = app.panes.stack.last().map_or(0, |side| app.store.lines(&app.cx, side).len());
        let wanted = match form.stage {
            FormStage::Conflict(_) => layout.side.height,
            _ => clamped(lines).saturating_add(3),
        };
        let side = Rect { height: wanted.clamp(8, layout.side.height), ..layout.side };
        let keys = hints::line(app, theme, usize::from(side.width).saturating_sub(4));
        let block = pane::framed(theme, theme.border_of(focused), titled, right);
        frame.render_widget(Clear, side);
        frame.render_widget(block.title_bottom(pane::padded(pane::alone(keys)).right_aligned()), side);
    } else {
        edge(theme, layout, theme.border_of(focused), titled, right, frame);
    }
    body(app, theme, layout.inside, form, focused, frame.buffer_mut())
}

/// As many parts of a title as fit: one that is cut means nothing. The first one stays.
fn whole_parts(title: &str, room: usize) -> &str {
    let mut shown = title;
    while let Some((front, _)) = shown.rsplit_once("  ").filter(|_| width(shown) > room) {
        shown = front.trim_end();
    }
    shown
}

/// What is wrong, how many fields are changed, and the part that is in view where not all is.
fn beside_title(app: &App, theme: &Theme, layout: &Layout, form: &Form) -> Line<'static> {
    let open = app.store.drafts.get(&form.id);
    let edited = open.filter(|_| matches!(form.stage, FormStage::Editing));
    let problems = edited.and_then(|open| problems(app, theme, form, open));
    let changed = changed(app, theme, form);
    let part = match (&form.stage, open) {
        (FormStage::Review(_), _) => app.panes.review_in_view(&app.cx, &app.store),
        (FormStage::Editing, Some(open)) => {
            let rows = rows(form, open, &app.store.lint_context(), usize::from(layout.inside.width));
            let height = layout.form_height();
            Some(InView::of(first_in_view(&rows, form, height), height, rows.len()))
        }
        _ => None,
    };
    let position = part.and_then(|part| pane::position(theme, part)).map(|at| Span::styled(at, theme.key));
    let mut right = Line::default();
    for part in problems.into_iter().chain(changed).chain(position) {
        if right.width() > 0 {
            right.push_span("  ");
        }
        right.push_span(part);
    }
    right
}

/// How many fields are changed.
fn changed(app: &App, theme: &Theme, form: &Form) -> Option<Span<'static>> {
    let open = app.store.drafts.get(&form.id).filter(|open| !open.draft.is_fresh())?;
    let count = open.fields();
    (count > 0).then(|| Span::styled(format!("{} {}", theme.signs().draft, counted(count, "change")), theme.warn))
}

fn body(app: &App, theme: &Theme, area: Rect, form: &Form, focused: bool, buffer: &mut Buffer) -> Option<Position> {
    let side = app.panes.stack.last()?;
    let open = app.store.drafts.get(&form.id);
    let at = match (&form.stage, open) {
        (FormStage::Editing, Some(open)) => {
            let body = Rect { height: area.height.saturating_sub(app.cx.layout().form_foot()), ..area };
            let (at, used) = fields::draw(app, theme, body, (form, open), focused, buffer);
            // Help stands right below the fields, with a blank row between where there is one.
            let gap = u16::from(used < body.height);
            let foot = Rect { y: body.y + used + gap, height: area.height - used - gap, ..area };
            fields::foot(app, theme, foot, form, open, buffer);
            at
        }
        (FormStage::Conflict(merge), Some(_)) => conflict::draw(app, theme, area, form, merge, buffer),
        (FormStage::Reading | FormStage::Checking | FormStage::Review(_) | FormStage::Saving, _) | (_, None) => {
            let lines = app.store.lines(&app.cx, side);
            // Nothing here is chosen: it is read.
            Lines { app, theme, all: &lines, top: form.pager.top, cursor: None }.render(area, buffer);
            row(area, form.pager.cursor.saturating_sub(form.pager.top))
        }
    };
    match form.editing.as_ref().filter(|_| focused)? {
        Editing::Line(line) => {
            let secret = typed_field(form).kind == ValueKind::Secret;
            let revealed = form.revealed_until.is_some_and(|until| app.cx.now.mono < until);
            let prompt = match form.stage {
                FormStage::Conflict(_) => "typed: ".to_owned(),
                _ => format!("{} {:<2$}", theme.signs().draft, form.field().id.caption(), VALUE - 2),
            };
            Clear.render(at, buffer);
            Some(draw_editor(theme, at, &prompt, line, secret && !revealed, buffer))
        }
        Editing::Lines(lines) => {
            let height = u16::try_from(lines.lines().len() + 2).unwrap_or(u16::MAX).max(4).min(area.height.max(1));
            let place =
                boxed(theme, area, height, &format!("{}: one entry per line", form.field().id.caption()), buffer);
            let (line, column) = lines.cursor();
            let shown = usize::from(place.height).max(1);
            let top = (line + 1).saturating_sub(shown);
            for (index, text) in lines.lines().iter().enumerate().skip(top).take(shown) {
                put_at(buffer, row(place, index - top), 1, text, Style::new());
            }
            let before: String =
                lines.lines().get(line).map(|text| text.chars().take(column).collect()).unwrap_or_default();
            let x = place.x + 1 + u16::try_from(width(&before)).unwrap_or(0);
            Some(Position { x: x.min(place.right().saturating_sub(1)), y: row(place, line - top).y })
        }
        Editing::Find(finder) => {
            let foot = row(area, usize::from(area.height.saturating_sub(1)));
            Clear.render(foot, buffer);
            let prompt = if finder.finds_nothing() { "no such field / " } else { "field / " };
            Some(draw_editor(theme, foot, prompt, &finder.line, false, buffer))
        }
        Editing::Picker(picker) => {
            let field = form.field();
            let options = Form::options(field, &app.store.targets, picker.filter.text());
            let height = u16::try_from(options.len() + 2).unwrap_or(u16::MAX).max(4).min(area.height.max(1));
            let place = boxed(theme, area, height, field.id.caption(), buffer);
            let typed = draw_editor(theme, row(place, 0), "/ ", &picker.filter, false, buffer);
            let body = Rect { y: place.y + 1, height: place.height.saturating_sub(1), ..place };
            let pager = Pager { top: 0, ..picker.pager };
            listed(theme, body, pager, &options, buffer, |place, option, buffer| {
                put_at(buffer, place, 2, &option.text, Style::new());
            });
            Some(typed)
        }
    }
}

/// A box at the bottom of an area; answers with what is inside.
fn boxed(theme: &Theme, area: Rect, height: u16, title: &str, buffer: &mut Buffer) -> Rect {
    let height = height.min(area.height);
    let place = Rect { y: area.bottom() - height, height, ..area };
    Clear.render(place, buffer);
    let head = Rect { height: height.min(1), ..place };
    buffer.set_style(head, theme.columns);
    Paragraph::new(cut(title, usize::from(place.width), theme)).style(theme.columns).render(head, buffer);
    Rect { y: place.y + 1, height: height.saturating_sub(1), ..place }
}

/// The field that is typed into: in a conflict that of the line under the cursor.
fn typed_field(form: &Form) -> &'static Field {
    match &form.stage {
        FormStage::Conflict(merge) => {
            let rows = shown_rows(merge);
            let row = form.pager.cursor.checked_sub(1).and_then(|index| rows.get(index));
            row.map_or(FieldId::AuthPassword, |row| row.field).field()
        }
        FormStage::Reading | FormStage::Editing | FormStage::Checking | FormStage::Review(_) | FormStage::Saving => {
            form.field()
        }
    }
}
