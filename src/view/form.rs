//! The form, the review and the conflict: lines, the value being typed, and what stays below them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::App;
use crate::app::form::lines::{conflict_foot, telling};
use crate::app::form::{Editing, Form, Stage};
use crate::app::model::drafts::{Kept, OnDisk};
use crate::app::widget::line::short_tag;
use crate::domain::record::field::{Field, FieldId, Kind};
use crate::domain::record::registration::Record as _;
use crate::domain::rules::check::Severity;
use crate::domain::text::{fit, width, wrap};

use crate::view::overlay::draw_editor;
use crate::view::panes::draw_lines;
use crate::view::pen::{paint, put, put_at, row};
use crate::view::theme::Theme;

/// What the title says of a form.
pub fn title(app: &App, form: &Form) -> String {
    let called = app.store.called(form.id);
    let Some(kept) = app.store.drafts.get(&form.id) else {
        return match form.copied {
            Some(source) => format!("Copy of {}  reading …", app.store.called(source)),
            None => format!("Edit {called}  reading …"),
        };
    };
    if kept.draft.is_fresh() {
        return title_of_new(app, form, kept);
    }
    match &form.stage {
        Stage::Reading => format!("Edit {called}  reading …"),
        Stage::Editing => {
            let changed = kept.draft.changes().len() + kept.draft.lost().count();
            let (errors, disk) = (errors(app, form, kept), on_disk(kept));
            let tag = kept.draft.tag().map(|tag| format!("  base {}", short_tag(tag.as_str()))).unwrap_or_default();
            let read = app.cx.clock(kept.based);
            // The state of the draft before the base: the right end is cut where the pane is narrow.
            format!("Edit {called}  {changed} changed{errors}{disk}  read {read}{tag}")
        }
        Stage::Checking => format!("PATCH {called}  target: {}  looking …", app.cx.setup.profile),
        Stage::Review(_) => format!("REVIEW  {called}  target: {}  PATCH", app.cx.setup.profile),
        Stage::Conflict(_) => format!("CONFLICT  {called}   nothing was sent"),
        Stage::Saving => format!("PATCH {called}  target: {}  sent …", app.cx.setup.profile),
    }
}

/// How many errors a form has, as its title says it.
fn errors(app: &App, form: &Form, kept: &Kept) -> String {
    let findings = form.findings(&kept.draft, &app.store.targets);
    match findings.iter().filter(|finding| finding.severity == Severity::Error).count() {
        0 => String::new(),
        1 => "  1 error".to_owned(),
        several => format!("  {several} errors"),
    }
}

fn on_disk(kept: &Kept) -> &'static str {
    match (&kept.disk, kept.draft.is_empty()) {
        (_, true) => "",
        (OnDisk::Pending, false) => "  draft …",
        (OnDisk::Kept, false) => "  DRAFT kept",
        (OnDisk::Failed(_), false) => "  DRAFT IN MEMORY ONLY",
    }
}

/// What the title says of a record that is not on the server yet.
fn title_of_new(app: &App, form: &Form, kept: &Kept) -> String {
    let name = kept.draft.text(FieldId::Name).map(|name| format!(" {name}")).unwrap_or_default();
    let copied = form.copied.map(|source| format!("  copy of {}", app.store.called(source))).unwrap_or_default();
    let profile = &app.cx.setup.profile;
    match &form.stage {
        Stage::Reading | Stage::Editing | Stage::Conflict(_) => {
            let set = kept.draft.changes().len() + kept.draft.lost().count();
            let untouched = form.untouched.as_deref() == Some(&kept.draft);
            let disk = if untouched { "" } else { on_disk(kept) };
            format!("New registration{name}  {set} set{}{disk}{copied}", errors(app, form, kept))
        }
        Stage::Checking => format!("POST new{name}  target: {profile}  looking …"),
        Stage::Review(_) => format!("REVIEW  new{name}  target: {profile}  POST"),
        Stage::Saving => format!("POST new{name}  target: {profile}  sent …"),
    }
}

/// Draws the form below its title. Answers with where the cursor is while something is typed.
pub fn draw(app: &App, theme: &Theme, area: Rect, form: &Form, focused: bool, buffer: &mut Buffer) -> Option<Position> {
    let side = app.panes.stack.last()?;
    let lines = app.lines(side);
    let body = Rect { height: area.height.saturating_sub(app.cx.layout().form_foot()), ..area };
    let cursor = focused.then_some(form.pager.cursor);
    draw_lines(app, theme, body, &lines, form.pager.top, cursor, buffer);
    let foot = Rect { y: body.bottom(), height: area.height - body.height, ..area };
    let kept = app.store.drafts.get(&form.id)?;
    match &form.stage {
        Stage::Editing => draw_foot(app, theme, foot, form, kept, buffer),
        Stage::Conflict(merge) => {
            for (index, text) in conflict_foot(merge, form.pager.cursor, &app.store.targets).iter().take(3).enumerate()
            {
                let text = fit(text, usize::from(foot.width.saturating_sub(2))).into_owned();
                put_at(buffer, row(foot, index), 1, &text, Style::new());
            }
        }
        Stage::Reading | Stage::Checking | Stage::Review(_) | Stage::Saving => {}
    }
    let at = row(body, form.pager.cursor.saturating_sub(form.pager.top));
    match form.editing.as_ref().filter(|_| focused)? {
        Editing::Line(line) => {
            let secret = typed_field(form).kind == Kind::Secret;
            let revealed = form.revealed_until.is_some_and(|until| app.cx.now.mono < until);
            let prompt = match form.stage {
                Stage::Conflict(_) => "typed: ".to_owned(),
                _ => format!("~ {:<16} : ", fit(form.field().label, 16)),
            };
            let behind = Rect { x: at.x + 1, width: at.width.saturating_sub(1), ..at };
            put(buffer, behind, &" ".repeat(usize::from(behind.width)), Style::new());
            let place = Rect { x: at.x + 2, width: at.width.saturating_sub(2), ..at };
            Some(draw_editor(theme, place, &prompt, line, secret && !revealed, buffer))
        }
        Editing::Lines(lines) => {
            let height = u16::try_from(lines.lines().len() + 2).unwrap_or(u16::MAX).max(4).min(area.height.max(1));
            let place = boxed(
                theme,
                area,
                height,
                &format!("{}: an entry a line; Ctrl-n Ctrl-p move, Ctrl-k drops, Esc done", form.field().label),
                buffer,
            );
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
        Editing::Picker(picker) => {
            let field = form.field();
            let options = Form::options(field, &app.store.targets, picker.filter.text());
            let height = u16::try_from(options.len() + 2).unwrap_or(u16::MAX).max(4).min(area.height.max(1));
            let place = boxed(
                theme,
                area,
                height,
                &format!("{}: type to filter, Enter takes, Esc leaves", field.label),
                buffer,
            );
            let typed = draw_editor(theme, row(place, 0), "/ ", &picker.filter, false, buffer);
            let shown = usize::from(place.height.saturating_sub(1)).max(1);
            let top = (picker.pager.cursor + 1).saturating_sub(shown);
            for (index, option) in options.iter().enumerate().skip(top).take(shown) {
                let at = row(place, index - top + 1);
                if index == picker.pager.cursor {
                    put(buffer, at, ">", theme.key);
                }
                put_at(buffer, at, 2, &option.text, Style::new());
            }
            Some(typed)
        }
    }
}

/// A box at the bottom of an area; answers with what is inside.
fn boxed(theme: &Theme, area: Rect, height: u16, title: &str, buffer: &mut Buffer) -> Rect {
    let height = height.min(area.height);
    let place = Rect { y: area.bottom() - height, height, ..area };
    for index in 0..usize::from(height) {
        put(buffer, row(place, index), &" ".repeat(usize::from(place.width)), Style::new());
    }
    paint(buffer, row(place, 0), theme.status);
    put_at(buffer, row(place, 0), 1, title, theme.status);
    Rect { y: place.y + 1, height: height.saturating_sub(1), ..place }
}

/// The field that is typed into: in a conflict that of the line under the cursor.
fn typed_field(form: &Form) -> &'static Field {
    match &form.stage {
        Stage::Conflict(merge) => {
            let rows = telling(merge);
            let row = form.pager.cursor.checked_sub(1).and_then(|index| rows.get(index));
            row.map_or(FieldId::AuthPassword, |row| row.field).field()
        }
        Stage::Reading | Stage::Editing | Stage::Checking | Stage::Review(_) | Stage::Saving => form.field(),
    }
}

fn draw_foot(app: &App, theme: &Theme, foot: Rect, form: &Form, kept: &Kept, buffer: &mut Buffer) {
    let field: &Field = form.field();
    let room = usize::from(foot.width.saturating_sub(2)).max(1);
    if form.long_help {
        let range = match field.kind {
            Kind::Number { min, max, unit } => format!(" {min}..{max} {unit}."),
            Kind::Text | Kind::Secret | Kind::Flag | Kind::Texts | Kind::Choice(_) | Kind::Reference(_) => {
                String::new()
            }
        };
        let text = format!("{}: {}{range} {}", field.label, field.help, field.more);
        for (index, line) in wrap(&text, room).iter().take(usize::from(foot.height)).enumerate() {
            put_at(buffer, row(foot, index), 1, line, theme.faint);
        }
        return;
    }
    let findings = form.findings(&kept.draft, &app.store.targets);
    let finding = findings
        .iter()
        .filter(|finding| finding.field == field.id)
        .max_by_key(|finding| finding.severity)
        .or_else(|| findings.iter().find(|finding| finding.severity == Severity::Error));
    let wrong = match (finding, form.on_top.first()) {
        (Some(finding), _) => Some(format!("! {}: {}", finding.field.field().label, finding.message)),
        (None, on_top) => on_top.map(|text| format!("! {text}")),
    };
    let unit = match field.kind {
        Kind::Number { min, max, unit } => format!("  ({min}..{max} {unit})"),
        Kind::Text | Kind::Secret | Kind::Flag | Kind::Texts | Kind::Choice(_) | Kind::Reference(_) => String::new(),
    };
    // The range where it fits: the long help has it, and so has every error about it.
    let unit = if width(field.help) + unit.len() <= room { unit } else { String::new() };
    let help = format!("{}{unit}", field.help);
    let effect = if kept.draft.is_empty() {
        String::new()
    } else {
        format!("Saving: {}", kept.draft.effect(&app.store.targets).join(" "))
    };
    // What is wrong first, then the effect of a changed draft, then help: each wrapped as far as there is room, and
    // one line of it at least.
    let parts = [(wrong.unwrap_or_default(), theme.bad), (help, theme.faint), (effect, Style::new())];
    let mut lines: Vec<(String, Style)> = Vec::new();
    let mut left = usize::from(foot.height);
    for (index, (text, style)) in parts.iter().enumerate().filter(|(_, (text, _))| !text.is_empty()) {
        let after = parts.iter().skip(index + 1).filter(|(text, _)| !text.is_empty()).count();
        let mut wrapped = wrap(text, room);
        let taken = left.saturating_sub(after).max(1).min(wrapped.len());
        if let (true, Some(last)) = (taken < wrapped.len(), taken.checked_sub(1)) {
            let rest = wrapped.split_off(last).join(" ");
            wrapped.push(fit(&rest, room).into_owned());
        }
        left = left.saturating_sub(wrapped.len());
        lines.extend(wrapped.into_iter().map(|line| (line, *style)));
    }
    for (index, (line, style)) in lines.iter().take(usize::from(foot.height)).enumerate() {
        put_at(buffer, row(foot, index), 1, line, *style);
    }
}
