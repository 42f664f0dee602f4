//! What stands over the panes when whole records come or go: the question before a deletion, and the choice of a
//! draft of a new record.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::Widget as _;

use crate::app::App;
use crate::app::core::Context;
use crate::app::model::drafts::OpenDraft;
use crate::app::overlay::deletion::Deletion;
use crate::app::widget::{InView, Pager};
use crate::domain::count::counted;

use crate::view::batch::in_profile;
use crate::view::dialog::{DialogBox, draw_editor};
use crate::view::lines::{Lines, listed};
use crate::view::pane;
use crate::view::pen::{put, put_at, row};
use crate::view::text::clamped;
use crate::view::theme::Theme;

/// The whole record, and the line in which its name is typed.
pub fn draw_deletion(app: &App, theme: &Theme, area: Rect, asking: &Deletion, buffer: &mut Buffer) -> Position {
    let dialog = DialogBox {
        danger: true,
        badge: app.cx.setup.badge.as_deref(),
        ..DialogBox::page(format!("Delete {}", app.store.display_name(asking.id)), asking.keys(&app.cx))
    };
    let lines = app.store.deletion_lines(&app.cx, asking, app.cx.deletion_width());
    let shown = app.cx.deletion_height(lines.len());
    let part = InView::of(asking.pager.top, shown, lines.len());
    let right = in_profile(app, pane::position(theme, part));
    let inside = dialog.in_place(app.cx.deletion_box(lines.len())).with(right).open(app, theme, area, buffer);
    let below = clamped(Context::below_record(inside.height.into()));
    let height = inside.height.saturating_sub(below).min(clamped(shown));
    let body = Rect { height, ..inside };
    Lines { app, theme, all: &lines, top: asking.pager.top, cursor: Some(asking.pager.cursor) }.render(body, buffer);
    let last = usize::from(inside.height.saturating_sub(1));
    let (word, kind) = asking.word();
    if below < 2 {
        let prompt = asking.shown.as_ref().map_or_else(String::new, |_| format!("Type the {kind}: "));
        return draw_editor(theme, row(inside, last), &prompt, &asking.typed, false, buffer);
    }
    let wanted = match asking.shown {
        Some(_) => format!("Type the {kind} {word} and press Enter to delete it"),
        None => "It is loaded from the server first.".to_owned(),
    };
    put(buffer, row(inside, last.saturating_sub(1)), &wanted, theme.bad);
    draw_editor(theme, row(inside, last), ": ", &asking.typed, false, buffer)
}

/// An empty form, or one of the drafts of new records.
pub fn draw_new_drafts(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let keys = "Enter: open  Esc: close";
    let rows = (app.store.new_drafts().len() + 1).min(app.cx.overlay_height());
    let inside = DialogBox::page("New registration", keys).sized(76, rows).open(app, theme, area, buffer);
    let drafts = app.store.new_drafts().into_iter().map(|id| {
        let open = app.store.drafts.get(&id);
        let set = open.map_or(0, OpenDraft::fields);
        let fields = counted(set, "field");
        let at = open.map(|open| app.cx.clock(open.based)).unwrap_or_default();
        format!("your draft: {}, {fields} set, from {at}", app.store.display_name(id))
    });
    let choices = std::iter::once("an empty form".to_owned()).chain(drafts);
    listed(theme, inside, pager, choices, buffer, |place, text, buffer| {
        put_at(buffer, place, 2, &text, Style::new());
    });
}
