//! The history box.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::App;
use crate::app::form::value_text;
use crate::app::model::history::{EntryState, HistoryEntry};
use crate::app::model::journal_file::FromFile;
use crate::app::overlay::history::HistoryBox;
use crate::domain::change::JournalLine;
use crate::domain::count::counted;
use crate::domain::record::{FieldId, Value, show};
use crate::keys::Command;

use crate::view::dialog::DialogBox;
use crate::view::lines::listed;
use crate::view::pen::{put_at, row};
use crate::view::text::clamped;
use crate::view::theme::Theme;

/// Draws the box over an area.
pub fn draw(app: &App, theme: &Theme, area: Rect, history: &HistoryBox, buffer: &mut Buffer) {
    let zone = app.cx.setup.timezone.name();
    let (title, keys) = match history.of {
        Some(id) => (format!("History of {} ({zone})", app.store.display_name(id)), "Esc: close"),
        // What is not there, or would be refused, is not advertised.
        None if app.store.history.entries().is_empty() || app.is_refused_by_profile(Command::Undo) => {
            (format!("History ({zone})"), "Esc: close")
        }
        None => (format!("History ({zone})"), "u: undo this change  Esc: close"),
    };
    let inside = DialogBox::page(title, keys).open(app, theme, area, buffer);
    let filed = history.filed();
    let own = if history.of.is_some() { &[] } else { app.store.history.entries() };
    let shown = app.cx.overlay_height().min(usize::from(inside.height));
    let lines = filed.iter().map(|line| (earlier(app, line), theme.faint));
    let lines = lines.chain(own.iter().enumerate().map(|(index, entry)| (of_session(app, index, entry), Style::new())));
    let body = Rect { height: clamped(shown), ..inside };
    listed(theme, body, history.pager, lines, buffer, |place, (text, style), buffer| {
        put_at(buffer, place, 2, &text, style);
    });
    let note = match &history.file {
        FromFile::Reading => "Reading the journal …".to_owned(),
        FromFile::Unreadable(why) => format!("The journal cannot be read: {why}"),
        FromFile::Lines(_, damaged) if *damaged > 0 => {
            format!("{} of the journal cannot be read", counted(*damaged, "line"))
        }
        FromFile::Lines(..) if filed.is_empty() && own.is_empty() => match history.of {
            Some(_) => "No changes of this registration in the journal of this machine".to_owned(),
            None => "No changes yet".to_owned(),
        },
        FromFile::Lines(..) => return,
    };
    let below = (filed.len() + own.len() + 1).min(shown.saturating_sub(1));
    put_at(buffer, row(inside, below), 2, &note, theme.faint);
}

fn earlier(app: &App, line: &JournalLine) -> String {
    let at = line.time.with_timezone(&app.cx.setup.timezone).format("%Y-%m-%d %H:%M:%S");
    format!("{at} {}", line.reported())
}

fn of_session(app: &App, index: usize, entry: &HistoryEntry) -> String {
    let standing = match entry.standing {
        EntryState::Done => "",
        EntryState::Undone => "  (undone)",
    };
    // A box to tick is of the form alone.
    let text = |field: FieldId, value: &Value| match value {
        Value::Flag(_) => show::cell(field, value.as_ref(), &app.store.targets).into_owned(),
        _ => value_text(field.field(), value.as_ref(), &app.store.targets, false),
    };
    let change = |(field, before, after): &(_, _, _)| {
        let field: FieldId = *field;
        format!("{} {} -> {}", field.field().label, text(field, before), text(field, after))
    };
    let changes: Vec<String> = entry.changes.iter().map(change).collect();
    let what = if changes.is_empty() { entry.what() } else { changes.join(", ") };
    let effect = app.store.history.effect(index).map(|how| format!("; {how}")).unwrap_or_default();
    format!("{} {} {}: {what}{standing}{effect}", app.cx.clock(entry.at), entry.id, entry.name())
}
