//! The lines around the panes: status on top; a line about the record, messages and keys below.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::app::form::{Editing, Form, Stage};
use crate::app::layout::Layout;
use crate::app::notice::Tone;
use crate::app::status::{Piece, Weight};
use crate::app::{App, Focus, sorting};
use crate::domain::check;
use crate::domain::placement;
use crate::domain::text::width;
use crate::keys::command::{Command, Scope};

use super::pen::{paint, put, put_at};
use super::theme::Theme;

pub fn draw(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    top(app, theme, layout, buffer);
    inform(app, theme, layout, buffer);
    message(app, theme, layout, buffer);
    hints(app, theme, layout, buffer);
}

fn top(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    paint(buffer, layout.status, theme.status);
    let room = usize::from(layout.status.width);
    let mut used = 0;
    for Piece { text, weight } in app.status() {
        let gap = if used == 0 { 0 } else { 2 };
        let needed = gap + width(&text);
        if used > 0 && used + needed > room {
            break;
        }
        let style = match weight {
            Weight::Plain => theme.status,
            Weight::Alarm => theme.alarm,
        };
        put_at(buffer, layout.status, u16::try_from(used + gap).unwrap_or(u16::MAX), &text, style);
        used += needed;
    }
}

/// About the record, or the field, under the cursor.
fn inform(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    if let (Focus::Side, Some(side)) = (app.focus, app.side.last()) {
        let line = app.lines(side).into_iter().nth(side.pager().cursor);
        if let Some(field) = line.and_then(|line| line.field) {
            let field = field.field();
            put(buffer, layout.inform, &format!("{}: {}", field.label, field.help), theme.faint);
        }
        return;
    }
    let Some(record) = app.preview() else { return };
    if let Some(column) = app.list.column {
        let text = column.text(&record, &app.targets);
        put(buffer, layout.inform, &format!("  {}: {text}", sorting::heading(column)), Style::new());
        return;
    }
    let called = app.called(crate::domain::registration::Record::id(&record));
    if let Some(finding) = check::record(&record, &app.lint_context()).into_iter().next() {
        put(buffer, layout.inform, &format!("! {called}: {}", finding.message), theme.bad);
    } else {
        let placement = placement::loaded_by(&record, &app.targets);
        let text = format!("  {called}: {}", placement.sentence(&app.targets));
        put(buffer, layout.inform, &text, theme.faint);
    }
}

fn message(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    if layout.tiny {
        let text = match app.notices.current() {
            Some(notice) => notice.text.clone(),
            None => "needs 60x16 for details; j k move, q quits".to_owned(),
        };
        put(buffer, layout.message, &text, theme.faint);
        return;
    }
    if !app.pending.is_empty() {
        let mut text = format!("{} …", crate::keys::chord::sequence(&app.pending));
        for (keys, command) in app.setup.keymap.continuations(app.scope(), &app.pending) {
            for part in ["   ", &keys, " ", command.row().name] {
                text.push_str(part);
            }
        }
        text.push_str("   Esc forget");
        put(buffer, layout.message, &text, theme.key);
        return;
    }
    let Some(notice) = app.notices.current() else { return };
    let style = match notice.tone {
        Tone::Good => theme.good,
        Tone::Plain => Style::new(),
        Tone::Bad => theme.bad,
    };
    let used = put(buffer, layout.message, notice.tone.word(), style);
    let keys = app.setup.keymap.keys_of(app.scope(), Command::Messages).unwrap_or_default();
    put_at(buffer, layout.message, used + 1, &notice.text, Style::new());
    if width(&notice.text) + usize::from(used) + 1 > usize::from(layout.message.width) {
        let hint = format!("~ {keys} all");
        let skip = layout.message.width.saturating_sub(u16::try_from(hint.len()).unwrap_or(u16::MAX));
        put_at(buffer, layout.message, skip, &hint, theme.key);
    }
}

/// Commands that are hinted, the most wanted first; the right end drops on narrow screens.
const HINTED: &[Command] = &[
    Command::Apply,
    Command::Input,
    Command::Save,
    Command::Mine,
    Command::Theirs,
    Command::TypeChoice,
    Command::AllMine,
    Command::AllTheirs,
    Command::Decline,
    Command::Revert,
    Command::SetNull,
    Command::Open,
    Command::Edit,
    Command::Toggle,
    Command::Undo,
    Command::ShowBody,
    Command::CopyCurl,
    Command::ShowDocument,
    Command::RevealPassword,
    Command::Escape,
    Command::Filter,
    Command::Sort,
    Command::Refresh,
    Command::NextPane,
    Command::Palette,
    Command::Help,
    Command::Back,
];

/// What keys do while a value is being made or an answer awaited: not those of the keymap.
const fn while_busy(form: &Form) -> Option<&'static str> {
    match (&form.editing, &form.stage) {
        (Some(Editing::Line(_)), Stage::Conflict(_)) => Some("Enter or Esc: done, what is typed stays"),
        (Some(Editing::Line(_)), _) => {
            Some("Enter or Esc: done, what is typed stays   Tab: next field   Ctrl-s: review")
        }
        (Some(Editing::Lines(_)), _) => Some("Enter: new entry   Esc: done, what is typed stays   Ctrl-s: review"),
        (Some(Editing::Picker(_)), _) => Some("type to filter   Enter: takes it   Esc: leaves it as it is"),
        (None, Stage::Reading) => Some("Esc: back"),
        (None, Stage::Checking) => Some("Esc or Ctrl-c: stop looking, back to the form; nothing was sent"),
        (None, Stage::Saving) => Some("Esc: leave; the outcome is told, and the draft is kept until then"),
        (None, Stage::Editing | Stage::Review(_) | Stage::Conflict(_)) => None,
    }
}

fn hints(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let scope = app.scope();
    if let (Focus::Side, Some(form)) = (app.focus, app.form())
        && let Some(text) = while_busy(form)
    {
        put_at(buffer, layout.hints, 0, text, theme.key);
        return;
    }
    let mut x = 0;
    for command in HINTED {
        let hint = match (command, app.focus) {
            (Command::Escape, Focus::Side) => "back",
            (Command::Back, Focus::List) => "quit",
            (Command::Escape, Focus::List) | (Command::Back, Focus::Side) => continue,
            _ => command.row().hint,
        };
        // In a form that would read the list behind it.
        if scope != Scope::List && scope != Scope::Detail && scope != Scope::Target && *command == Command::Refresh {
            continue;
        }
        let Some(keys) = app.setup.keymap.keys_of(scope, *command) else { continue };
        if hint.is_empty() {
            continue;
        }
        let needed = u16::try_from(width(&keys) + 1 + width(hint)).unwrap_or(u16::MAX);
        if x + needed > layout.hints.width {
            break;
        }
        x += put_at(buffer, layout.hints, x, &keys, theme.key) + 1;
        x += put_at(buffer, layout.hints, x, hint, Style::new()) + 2;
    }
}
