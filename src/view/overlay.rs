//! What stands over the panes: help, palette, messages, sign-in.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::App;
use crate::app::model::history::Standing;
use crate::app::overlay::help::{Help, Runs};
use crate::app::overlay::{Overlay, Question, SignIn};
use crate::app::widget::line_editor::LineEditor;
use crate::app::widget::pager::Pager;
use crate::domain::text::{width, wrap};
use crate::keys::command::Scope;

use crate::view::batch;
use crate::view::cell_popup;
use crate::view::filter_builder;
use crate::view::finding;
use crate::view::http_log;
use crate::view::list::LEGEND;
use crate::view::locked::waiting;
use crate::view::palette;
use crate::view::pen::{paint, put, put_at, row};
use crate::view::theme::Theme;

pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    match app.overlay.current.as_ref()? {
        Overlay::Help(help) => Some(draw_help(app, theme, area, help, buffer)),
        Overlay::Palette(palette) => Some(palette::draw_palette(app, theme, area, palette, buffer)),
        Overlay::Actions(menu) => {
            palette::draw_actions(app, theme, area, menu, buffer);
            None
        }
        Overlay::Messages(pager) => {
            draw_messages(app, theme, area, *pager, buffer);
            None
        }
        Overlay::Question(question) => {
            draw_question(app, theme, area, question, buffer);
            None
        }
        Overlay::Journal(pager) => {
            draw_journal(app, theme, area, *pager, buffer);
            None
        }
        Overlay::SignIn(asking) => Some(draw_sign_in(app, theme, area, asking, buffer)),
        Overlay::Filter(filtering) => Some(finding::draw_filter(app, theme, area, filtering, buffer)),
        Overlay::Columns(pager) => {
            finding::draw_columns(app, theme, area, *pager, buffer);
            None
        }
        Overlay::Comparison(comparison) => {
            finding::draw_comparison(app, theme, area, comparison, buffer);
            None
        }
        Overlay::Exchanges(inspector) => {
            http_log::draw_exchanges(app, theme, area, inspector, buffer);
            None
        }
        Overlay::Lint(list) => {
            http_log::draw_lint(app, theme, area, list, buffer);
            None
        }
        Overlay::Views(views) => finding::draw_views(app, theme, area, views, buffer),
        Overlay::NewDrafts(pager) => {
            cell_popup::draw_new_drafts(app, theme, area, *pager, buffer);
            None
        }
        Overlay::Batch => batch::draw(app, theme, area, buffer),
        Overlay::Many(pager) => {
            batch::draw_many(app, theme, area, *pager, buffer);
            None
        }
        Overlay::Password(asking) => Some(batch::draw_password(app, theme, area, asking, buffer)),
        Overlay::Offer(pager) => {
            batch::draw_offer(app, theme, area, *pager, buffer);
            None
        }
        Overlay::Progress(progress) => {
            batch::draw_reading(app, theme, area, progress, buffer);
            None
        }
        Overlay::Deletion(asking) => Some(cell_popup::draw_deletion(app, theme, area, asking, buffer)),
        Overlay::Building(building) => Some(filter_builder::draw(app, theme, area, building, buffer)),
        Overlay::Whole(whole) => {
            filter_builder::draw_whole(app, theme, area, whole, buffer);
            None
        }
        Overlay::Sort(picker) => {
            finding::draw_sort(app, theme, area, picker, buffer);
            None
        }
    }
}

/// Clears the place of the panes and their hints, and writes a title. Answers with what is inside. The status
/// line and the line of messages stay in sight.
pub fn open_box(app: &App, theme: &Theme, area: Rect, title: &str, buffer: &mut Buffer) -> Rect {
    let layout = app.cx.layout();
    let top = layout.status.height;
    let message = (!layout.tiny).then_some(layout.message.y);
    let bottom = message.unwrap_or(area.height);
    let place = Rect { y: area.y + top, height: bottom.saturating_sub(top), ..area };
    for y in (area.top() + top..area.bottom()).filter(|y| Some(*y) != message) {
        for x in place.left()..place.right() {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.reset();
            }
        }
    }
    put_at(buffer, row(place, 0), 1, title, theme.active);
    Rect {
        x: place.x + 1,
        y: place.y + 1,
        width: place.width.saturating_sub(2),
        height: place.height.saturating_sub(1),
    }
}

/// A line being typed, after its prompt. Answers with where its cursor is.
pub fn draw_editor(
    theme: &Theme,
    place: Rect,
    prompt: &str,
    editor: &LineEditor,
    mask: bool,
    buffer: &mut Buffer,
) -> Position {
    let used = put(buffer, place, prompt, theme.key);
    let room = usize::from(place.width.saturating_sub(used + 1));
    let (text, before) = if mask {
        ("*".repeat(editor.text().chars().count()), "*".repeat(editor.before_cursor().chars().count()))
    } else {
        (editor.text().to_owned(), editor.before_cursor().to_owned())
    };
    // A line longer than its place is shown from where the cursor is in sight.
    let mut from = 0;
    let mut left = width(&before);
    let mut chars = text.char_indices();
    while left > room {
        let Some((index, c)) = chars.next() else { break };
        left = left.saturating_sub(width(c.encode_utf8(&mut [0; 4])));
        from = index + c.len_utf8();
    }
    put_at(buffer, place, used, text.get(from..).unwrap_or_default(), Style::new());
    let x = place.x + used + u16::try_from(left).unwrap_or(0);
    Position { x: x.min(place.right().saturating_sub(1)), y: place.y }
}

fn draw_help(app: &App, theme: &Theme, area: Rect, help: &Help, buffer: &mut Buffer) -> Position {
    let lines = help.lines(&app.cx.setup.keymap);
    let at = (help.pager.cursor + 1).min(lines.len());
    let scope = help.scope.title();
    let title = format!("Help: {scope}   type to filter, Enter runs, Esc closes   {at}/{}", lines.len());
    let inside = open_box(app, theme, area, &title, buffer);
    let cursor = draw_editor(theme, row(inside, 0), "/ ", &help.filter, false, buffer);
    let shown = app.cx.overlay_height().min(usize::from(inside.height.saturating_sub(1)));
    for (index, line) in lines.iter().enumerate().skip(help.pager.top).take(shown) {
        let place = row(inside, index - help.pager.top + 1);
        if index == help.pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        if line.runs == Runs::Nothing {
            put_at(buffer, place, 2, line.text, theme.heading);
            continue;
        }
        // What is longer than its column pushes the rest aside.
        let used = put_at(buffer, place, 2, &line.keys, theme.key);
        put_at(buffer, place, (used + 4).max(20), line.text, Style::new());
    }
    if lines.is_empty() {
        put_at(buffer, row(inside, 2), 2, "no key matches", theme.faint);
    }
    let under_cursor = lines.get(help.pager.cursor);
    if let Some(line) = under_cursor.filter(|line| {
        let from = (width(&line.keys) + 4).max(20);
        line.runs != Runs::Nothing && from + width(line.text) > usize::from(inside.width)
    }) {
        in_full(theme, inside, line.text, buffer);
    } else if help.scope == Scope::List
        && usize::from(inside.height) > shown + 1
        && usize::from(inside.width) > width(LEGEND) + 2
    {
        put_at(buffer, row(inside, shown + 1), 2, LEGEND, theme.faint);
    }
    cursor
}

fn draw_messages(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let zone = app.cx.setup.timezone.name();
    let inside = open_box(app, theme, area, &format!("Messages of this session ({zone})   Esc closes"), buffer);
    let shown = app.cx.overlay_height().min(usize::from(inside.height));
    for (index, notice) in app.cx.notices.all().iter().enumerate().skip(pager.top).take(shown) {
        let place = row(inside, index - pager.top);
        if index == pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        let text = format!("{} {} {}", app.cx.clock(notice.at), notice.tone.word(), notice.text);
        put_at(buffer, place, 2, &text, Style::new());
    }
    if let Some(notice) = app.cx.notices.all().get(pager.cursor) {
        // The line under the cursor in full, at the bottom, where it was cut.
        if width(&notice.text) + 14 > usize::from(inside.width) {
            in_full(theme, inside, &notice.text, buffer);
        }
    } else {
        put_at(buffer, row(inside, 1), 2, "nothing was said yet", theme.faint);
    }
}

/// A text that was cut, over the lowest rows.
fn in_full(theme: &Theme, inside: Rect, text: &str, buffer: &mut Buffer) {
    let room = usize::from(inside.width).max(1);
    let lines = wrap(text, room);
    let from = usize::from(inside.height).saturating_sub(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let place = row(inside, from + index);
        put(buffer, place, &" ".repeat(room), Style::new());
        put(buffer, place, line, theme.key);
    }
}

fn draw_sign_in(app: &App, theme: &Theme, area: Rect, asking: &SignIn, buffer: &mut Buffer) -> Position {
    let title = format!("Sign in   {}   {}", app.cx.setup.profile, app.cx.setup.server);
    let inside = open_box(app, theme, area, &title, buffer);
    let mut next = 1;
    if let Some(trouble) = &asking.trouble {
        for line in wrap(&trouble.message, usize::from(inside.width).max(1)) {
            put(buffer, row(inside, next), &line, theme.bad);
            next += 1;
        }
        next += 1;
    }
    let user = draw_editor(theme, row(inside, next), "user      ", &asking.user, false, buffer);
    let password = draw_editor(theme, row(inside, next + 1), "password  ", &asking.password, true, buffer);
    let help = if asking.waiting {
        &format!("{}  What is typed now is for the next try; Esc stops waiting.", waiting(app))
    } else {
        "Enter goes on, Tab changes the line, Esc closes, Ctrl-c quits. The password stays in memory only."
    };
    for (index, line) in wrap(help, usize::from(inside.width).max(1)).iter().enumerate() {
        put(buffer, row(inside, next + 3 + index), line, theme.faint);
    }
    if asking.at_password { password } else { user }
}

/// Cells beyond which a question grows no wider.
const QUESTION: u16 = 100;

fn draw_question(app: &App, theme: &Theme, area: Rect, question: &Question, buffer: &mut Buffer) {
    let room = usize::from(area.width.min(QUESTION).saturating_sub(4)).max(1);
    let lines: Vec<String> = question.lines.iter().flat_map(|line| wrap(line, room)).collect();
    let height = u16::try_from(lines.len() + 3).unwrap_or(u16::MAX).min(area.height);
    // Over the whole width: nothing of what stands behind it may be read as an answer.
    let place = Rect { x: area.x, y: area.bottom() - height, width: area.width, height };
    for index in 0..usize::from(height) {
        put(buffer, row(place, index), &" ".repeat(usize::from(place.width)), Style::new());
    }
    paint(buffer, row(place, 0), theme.status);
    put_at(buffer, row(place, 0), 1, "Question", theme.status);
    for (index, line) in lines.iter().enumerate() {
        put_at(buffer, row(place, index + 1), 2, line, theme.active);
    }
    // A key that is no answer says so, in sight of the question.
    if let Some(notice) = app.cx.notices.current().filter(|_| lines.len() + 3 <= usize::from(area.height)) {
        let text = format!("{} {}", notice.tone.word(), notice.text);
        put_at(buffer, row(place, lines.len() + 1), 0, &text, Style::new());
    }
    put_at(buffer, row(place, usize::from(height) - 1), 2, "y yes   n / Esc no", theme.key);
}

fn draw_journal(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let zone = app.cx.setup.timezone.name();
    let title = format!("Changes of this session ({zone})   u takes the line back, Esc closes");
    let inside = open_box(app, theme, area, &title, buffer);
    let entries = app.store.history.entries();
    let shown = app.cx.overlay_height().min(usize::from(inside.height));
    for (index, entry) in entries.iter().enumerate().skip(pager.top).take(shown) {
        let place = row(inside, index - pager.top);
        if index == pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        let standing = match entry.standing {
            Standing::Done => "",
            Standing::Undone => "  (undone)",
        };
        let changes: Vec<String> = entry
            .changes
            .iter()
            .map(|(field, before, after)| {
                let text = |value: &crate::domain::record::value::Value| {
                    crate::app::form::value_text(field.field(), value.as_ref(), &app.store.targets, false)
                };
                format!("{} {} -> {}", field.field().label, text(before), text(after))
            })
            .collect();
        let what = if changes.is_empty() { entry.what() } else { changes.join(", ") };
        let text = format!("{} {} {}: {what}{standing}", app.cx.clock(entry.at), entry.id, entry.name);
        put_at(buffer, place, 2, &text, Style::new());
    }
    if entries.is_empty() {
        put_at(buffer, row(inside, 1), 2, "nothing was changed yet", theme.faint);
    }
}
