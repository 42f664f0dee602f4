//! What stands over the panes: help, palette, messages, sign-in.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::Widget as _;

use crate::app::overlay::{Overlay, Question, SignIn};
use crate::app::panes::record::LABEL;
use crate::app::widget::{Pager, TextLine};
use crate::app::{Access, App};
use crate::domain::text::{width, wrap};

use crate::view::dialog::{DialogBox, draw_editor, in_full};

use crate::view::lines::{Lines, listed};

use crate::view::locked::waiting;

use crate::view::pane::position;
use crate::view::pen::{put, put_at, put_lines, row};

use crate::view::text::clamped;
use crate::view::theme::Theme;
use crate::view::{batch, cell_popup, filter_builder, finding, help, http_log, lint, overview, palette, profiles};

/// Draws what shows no cursor.
fn still(draw: impl FnOnce()) -> Option<Position> {
    draw();
    None
}

pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    match app.overlay.current.as_ref()? {
        Overlay::Help(help) => Some(help::draw(app, theme, area, help, buffer)),
        Overlay::Palette(palette) => Some(palette::draw_palette(app, theme, area, palette, buffer)),
        Overlay::Actions(menu) => still(|| palette::draw_actions(app, theme, area, menu, buffer)),
        Overlay::Messages(dialog) => still(|| draw_messages(app, theme, area, dialog.0, buffer)),
        Overlay::Question(question) => still(|| draw_question(app, theme, area, question, buffer)),
        Overlay::Journal(history) => still(|| crate::view::history::draw(app, theme, area, history, buffer)),
        Overlay::SignIn(asking) => Some(draw_sign_in(app, theme, area, asking, buffer)),
        Overlay::Filter(filtering) => Some(finding::draw_filter(app, theme, area, filtering, buffer)),
        Overlay::Columns(dialog) => still(|| finding::draw_columns(app, theme, area, dialog.0, buffer)),
        Overlay::Comparison(comparison) => still(|| finding::draw_comparison(app, theme, area, comparison, buffer)),
        Overlay::Exchanges(inspector) => still(|| http_log::draw_exchanges(app, theme, area, inspector, buffer)),
        Overlay::Overview(overview) => still(|| overview::draw(app, theme, area, overview, buffer)),
        Overlay::Profiles(open) => still(|| profiles::draw(app, theme, area, open, buffer)),
        Overlay::Lint(list) => still(|| lint::draw(app, theme, area, list, buffer)),
        Overlay::Views(views) => finding::draw_views(app, theme, area, views, buffer),
        Overlay::NewDrafts(dialog) => still(|| cell_popup::draw_new_drafts(app, theme, area, dialog.0, buffer)),
        Overlay::Batch(_) => batch::draw(app, theme, area, buffer),
        Overlay::Many(dialog) => still(|| batch::draw_many(app, theme, area, dialog.0, buffer)),
        Overlay::Password(asking) => Some(batch::draw_password(app, theme, area, asking, buffer)),
        Overlay::Offer(dialog) => still(|| batch::draw_offer(app, theme, area, dialog.0, buffer)),
        Overlay::Progress(progress) => still(|| batch::draw_reading(app, theme, area, progress, buffer)),
        Overlay::Deletion(asking) => Some(cell_popup::draw_deletion(app, theme, area, asking, buffer)),
        Overlay::Building(building) => Some(filter_builder::draw(app, theme, area, building, buffer)),
        Overlay::Whole(whole) => still(|| filter_builder::draw_whole(app, theme, area, whole, buffer)),
        Overlay::Output(output) => still(|| filter_builder::draw_output(app, theme, area, output, buffer)),
        Overlay::Sort(picker) => Some(finding::draw_sort(app, theme, area, picker, buffer)),
    }
}

fn draw_messages(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let zone = app.cx.setup.timezone.name();
    let dialog = DialogBox::page(format!("Messages of this session ({zone})"), "Esc: close");
    let inside = dialog.open(app, theme, area, buffer);
    let shown = app.cx.overlay_height().min(usize::from(inside.height));
    let body = Rect { height: clamped(shown), ..inside };
    listed(theme, body, pager, app.cx.notices.all(), buffer, |place, notice, buffer| {
        let text = format!("{} {} {}", app.cx.clock(notice.at), notice.tone.word(), notice.text);
        put_at(buffer, place, 2, &text, Style::new());
    });
    if let Some(notice) = app.cx.notices.all().get(pager.cursor) {
        // The line under the cursor in full, at the bottom, where it was cut.
        if width(&notice.text) + 14 > usize::from(inside.width) {
            in_full(app, theme, inside, &notice.text, buffer);
        }
    } else {
        put_at(buffer, row(inside, 1), 2, "no messages yet", theme.faint);
    }
}

/// A text that was cut, over the lowest rows.
fn draw_sign_in(app: &App, theme: &Theme, area: Rect, asking: &SignIn, buffer: &mut Buffer) -> Position {
    let keys =
        if asking.waiting { "Esc: stop waiting" } else { "Enter: next  Tab: other field  Esc: close  Ctrl-c: quit" };
    let room = usize::from(area.width.saturating_sub(22)).clamp(20, 64);
    let mut reported: Vec<(String, Style)> = vec![
        (format!("{}   {}", app.cx.setup.profile, app.cx.setup.server), theme.faint),
        (String::new(), theme.faint),
    ];
    if let Some(error) = &asking.error {
        reported.extend(wrap(&error.message, room).into_iter().map(|line| (line, theme.bad)));
        reported.push((String::new(), theme.faint));
    }
    let help = if asking.waiting {
        &format!("{}  What you type now is used for the next try.", waiting(app))
    } else {
        "The password is kept in memory only."
    };
    let help = wrap(help, room);
    let dialog = DialogBox::page("Sign in", keys).sized(room, reported.len() + help.len() + 3);
    let inside = dialog.open(app, theme, area, buffer);
    for (index, (line, style)) in reported.iter().enumerate() {
        put(buffer, row(inside, index), line, *style);
    }
    let next = reported.len();
    let user = draw_editor(theme, row(inside, next), "User name  ", &asking.user, false, buffer);
    let password = draw_editor(theme, row(inside, next + 1), "Password   ", &asking.password, true, buffer);
    put_lines(buffer, inside, next + 3, &help, theme.faint);
    if asking.at_password { password } else { user }
}

fn draw_question(app: &App, theme: &Theme, area: Rect, question: &Question, buffer: &mut Buffer) {
    let lines = question.wrapped(&app.cx);
    let cells = |line: &TextLine| width(&line.text) + if line.label.is_empty() { 1 } else { LABEL };
    let longest = lines.iter().map(cells).max().unwrap_or(0);
    // A key that is no answer says so, in sight of the question.
    let reported = Question::said(&app.cx);
    let right = position(theme, question.in_view(&app.cx)).unwrap_or_default();
    let room = Question::room(&app.cx).min(56);
    let dialog = DialogBox {
        danger: app.cx.setup.badge.is_some() || app.cx.setup.access == Access::Confirm,
        badge: app.cx.setup.badge.as_deref(),
        ..DialogBox::page(question.title.as_str(), question.keys(&app.cx))
            .sized(longest.max(room), lines.len() + 2 + reported.len())
    };
    let inside = dialog.with(right).open(app, theme, area, buffer);
    let shown = Question::height(&app.cx).min(lines.len());
    let first = usize::from(usize::from(inside.height) > shown + reported.len());
    let body = Rect { y: inside.y + clamped(first), height: clamped(shown).min(inside.height), ..inside };
    Lines { app, theme, all: &lines, top: question.pager.top, cursor: None }.render(body, buffer);
    let below = usize::from(inside.height).saturating_sub(reported.len()).min(first + shown + 1);
    put_lines(buffer, inside, below, &reported, theme.faint);
}
