//! The lines around the panes: status on top; a line about the record, messages and keys below.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::app::core::notice::Tone;
use crate::app::form::{Editing, Form, Stage};
use crate::app::input::status::{Piece, Weight};
use crate::app::list::sort;
use crate::app::widget::layout::{Layout, SMALLEST};
use crate::app::{App, Focus};
use crate::domain::rules::check;
use crate::domain::rules::placement::{self, Placement};
use crate::domain::text::{width, wrap};
use crate::keys::command::{Command, Scope};

use crate::view::pen::{paint, put, put_at};
use crate::view::theme::Theme;

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
    if let (Focus::Side, Some(side)) = (app.panes.focus, app.panes.stack.last()) {
        let line = app.lines(side).into_iter().nth(side.pager().cursor);
        if let Some(field) = line.and_then(|line| line.field) {
            let lines = wrap(field.field().help, usize::from(layout.inform.width));
            // What does not fit goes on where messages stand, while there are none.
            let free = app.cx.notices.current().is_none() && app.input.pending.is_empty();
            match (lines.as_slice(), free) {
                ([first, more, ..], true) => {
                    put(buffer, layout.inform, first, theme.faint);
                    put(buffer, layout.message, more, theme.faint);
                }
                (_, _) => {
                    put(buffer, layout.inform, field.field().help, theme.faint);
                }
            }
        }
        return;
    }
    let Some(record) = app.list.under_cursor(&app.store) else { return };
    if let Some(column) = app.list.rows.column {
        let text = format!("  {}: {}", sort::heading(column), column.text(&record, &app.store.targets));
        put(buffer, layout.inform, &text, Style::new());
        if width(&text) > usize::from(layout.inform.width) {
            let keys = app.cx.setup.keymap.keys_of(Scope::List, Command::ShowValue).unwrap_or_default();
            let hint = format!("~ {keys} all");
            let skip = layout.inform.width.saturating_sub(u16::try_from(hint.len()).unwrap_or(u16::MAX));
            put_at(buffer, layout.inform, skip, &hint, theme.key);
        }
        return;
    }
    let called = app.store.called(crate::domain::record::registration::Record::id(&record));
    // The worst one; the detail has all of them.
    let findings = check::record(&record, &app.store.lint_context());
    if let Some(finding) = findings.iter().min_by_key(|finding| std::cmp::Reverse(finding.severity)) {
        let text = format!("! {called}: {}: {}", finding.field.field().label, finding.message);
        put(buffer, layout.inform, &text, theme.bad);
    } else {
        let placement = placement::loaded_by(&record, &app.store.targets);
        let loaded = if matches!(placement, Placement::Unknown(_)) { "" } else { "loaded by " };
        let text = format!("  {called}: {loaded}{}", placement.sentence(&app.store.targets));
        put(buffer, layout.inform, &text, theme.faint);
    }
}

fn message(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    if layout.tiny {
        let text = if !app.input.pending.is_empty() {
            let next = app.cx.setup.keymap.continuations(app.panes.scope(), &app.input.pending);
            let next: Vec<String> = next.into_iter().map(|(keys, _)| keys).collect();
            format!("{} … {}", crate::keys::chord::sequence(&app.input.pending), next.join(" "))
        } else if let Some(notice) = app.cx.notices.current() {
            notice.text.clone()
        } else {
            let (columns, rows) = SMALLEST;
            let leaves = if app.panes.focus == Focus::List { "quits" } else { "goes back" };
            let key = app.cx.setup.keymap.keys_of(app.panes.scope(), Command::Back).unwrap_or_default();
            let filter = &app.list.arranging.text;
            if app.panes.focus == Focus::List && !filter.is_empty() {
                // There is no header here that says what is not shown.
                let (shown, all) = (app.list.rows.len(&app.store.records), app.store.present());
                format!("{shown} of {all} /{filter}; {key} {leaves}")
            } else {
                format!("{columns}x{rows} shows all; {key} {leaves}")
            }
        };
        put(buffer, layout.message, &text, theme.faint);
        return;
    }
    let Some(notice) = app.cx.notices.current() else { return };
    let style = match notice.tone {
        Tone::Good => theme.good,
        Tone::Plain => Style::new(),
        Tone::Bad => theme.bad,
    };
    let used = put(buffer, layout.message, notice.tone.word(), style);
    let keys = app.cx.setup.keymap.keys_of(app.panes.scope(), Command::Messages).unwrap_or_default();
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
    Command::Mark,
    Command::Filter,
    Command::Sort,
    Command::Refresh,
    Command::NextPane,
    Command::Palette,
    Command::Actions,
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

/// Commands whose hints stay on every screen: how to leave, and where the rest is told.
const ALWAYS: &[Command] = &[Command::Help, Command::Back, Command::Escape];

fn hints(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    if let (Focus::Side, Some(form)) = (app.panes.focus, app.panes.form())
        && let Some(text) = while_busy(form)
    {
        put_at(buffer, layout.hints, 0, text, theme.key);
        return;
    }
    let room = usize::from(layout.hints.width);
    let hints: Vec<(Command, String, &str)> =
        HINTED.iter().filter_map(|command| hint(app, *command).map(|(keys, hint)| (*command, keys, hint))).collect();
    let cells = |(_, keys, hint): &(Command, String, &str)| width(keys) + 1 + width(hint) + 2;
    let kept: usize = hints.iter().filter(|(command, ..)| ALWAYS.contains(command)).map(cells).sum();
    let mut left = (room + 2).saturating_sub(kept);
    let mut full = false;
    let mut x = 0;
    for entry in &hints {
        let (command, keys, hint) = entry;
        if !ALWAYS.contains(command) {
            full |= cells(entry) > left;
            if full {
                continue;
            }
            left -= cells(entry);
        }
        x += put_at(buffer, layout.hints, x, keys, theme.key) + 1;
        x += put_at(buffer, layout.hints, x, hint, Style::new()) + 2;
    }
}

/// The keys of a command and the words for it, where it is hinted at all.
fn hint(app: &App, command: Command) -> Option<(String, &'static str)> {
    let words = match (command, app.panes.focus) {
        (Command::Escape, Focus::Side) => "back",
        (Command::Back, Focus::List) => "quit",
        (Command::Escape, Focus::List) | (Command::Back, Focus::Side) => "",
        // In a form it would read the list behind it.
        (Command::Refresh, Focus::Side)
            if matches!(app.panes.scope(), Scope::Form | Scope::Review | Scope::Conflict) =>
        {
            ""
        }
        _ => command.row().hint,
    };
    let keys = app.cx.setup.keymap.keys_of(app.panes.scope(), command)?;
    (!words.is_empty()).then_some((keys, words))
}
