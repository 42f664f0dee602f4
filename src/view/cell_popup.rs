//! What stands over the panes when whole records come or go: the question before a deletion, and the choice of a
//! draft of a new record.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::App;
use crate::app::widget::pager::Pager;
use crate::app::write::delete::Deletion;

use crate::view::overlay::{draw_editor, open_box};
use crate::view::panes::draw_lines;
use crate::view::pen::{put, put_at, row};
use crate::view::theme::Theme;

/// Rows below the record: what to type, what was typed, the keys.
const FOOT: u16 = 3;

/// The whole record, and the line in which its name is typed.
pub fn draw_deletion(app: &App, theme: &Theme, area: Rect, asking: &Deletion, buffer: &mut Buffer) -> Position {
    let title = format!("DELETE {}   target: {}", app.store.called(asking.id), app.cx.setup.profile);
    let inside = open_box(app, theme, area, &title, buffer);
    let lines = app.store.deletion_lines(&app.cx, asking, app.cx.deletion_width());
    let height = inside.height.saturating_sub(FOOT).min(u16::try_from(app.cx.deletion_height()).unwrap_or(u16::MAX));
    let body = Rect { height, ..inside };
    draw_lines(app, theme, body, &lines, asking.pager.top, Some(asking.pager.cursor), buffer);
    let foot = usize::from(inside.height.saturating_sub(FOOT));
    let wanted = match asking.shown {
        Some(_) => format!("To delete it, type its {} and Enter: {}", asking.word_kind(), asking.word()),
        None => "It is read from the server before anything is asked.".to_owned(),
    };
    put(buffer, row(inside, foot), &wanted, theme.bad);
    let cursor = draw_editor(theme, row(inside, foot + 1), ": ", &asking.typed, false, buffer);
    put(buffer, row(inside, foot + 2), "arrows, PgUp, PgDn: all of it   Esc: leave; nothing is deleted", theme.faint);
    cursor
}

/// An empty form, or one of the drafts of new records.
pub fn draw_new_drafts(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let title = "New registration   Enter opens, Esc closes; :discard in the form drops a draft";
    let inside = open_box(app, theme, area, title, buffer);
    let drafts = app.store.new_drafts().into_iter().map(|id| {
        let kept = app.store.drafts.get(&id);
        let set = kept.map_or(0, |kept| kept.draft.changes().len() + kept.draft.lost().count() + kept.unread.len());
        let noun = if set == 1 { "field" } else { "fields" };
        let at = kept.map(|kept| app.cx.clock(kept.based)).unwrap_or_default();
        format!("your draft: {}, {set} {noun} set, from {at}", app.store.called(id))
    });
    let choices = std::iter::once("an empty form".to_owned()).chain(drafts);
    for (index, text) in choices.enumerate().skip(pager.top).take(usize::from(inside.height)) {
        let place = row(inside, index - pager.top);
        if index == pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        put_at(buffer, place, 2, &text, Style::new());
    }
}
