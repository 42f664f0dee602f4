//! From the state to a frame. Functions of `(&App, area)` that change nothing.

pub mod first_run;
pub mod theme;

mod ascii;
mod batch;
mod cell_popup;
mod dialog;
mod filter_builder;
mod finding;
mod form;
mod help;
mod hints;
mod history;
mod http_log;
mod lines;
mod lint;
mod list;
mod locked;
mod message;
mod nothing;
mod overlay;
mod overview;
mod palette;
mod pane;
mod panes;
mod pen;
mod profiles;
mod status;
mod text;
mod views;

use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::{Frame, Terminal};

use crate::app::input::status as line;
use crate::app::overlay::Overlay;
use crate::app::{App, Focus};

use status::StatusBar;
use theme::Theme;

/// Draws the whole screen, with the cursor where something is typed.
pub fn draw(app: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let cursor = paint(app, theme, frame);
    if theme.bad.add_modifier.contains(Modifier::UNDERLINED) {
        bare_gaps(area, frame.buffer_mut());
    }
    ascii::finish(theme, frame, cursor);
}

/// Takes underlines from the blanks around underlined words: they set words off, and no gaps. A row that is underlined for
/// the most part is a rule, and stays.
fn bare_gaps(area: Rect, buffer: &mut Buffer) {
    for y in area.top()..area.bottom() {
        let underlined = |buffer: &Buffer, x: u16| buffer[(x, y)].modifier.contains(Modifier::UNDERLINED);
        let marked = (area.left()..area.right()).filter(|x| underlined(buffer, *x)).count();
        if 2 * marked > usize::from(area.width) {
            continue;
        }
        let mut x = area.left();
        while x < area.right() {
            let from = x;
            while x < area.right() && underlined(buffer, x) {
                x += 1;
            }
            let is_blank = |buffer: &Buffer, x: u16| buffer[(x, y)].symbol().trim().is_empty();
            let first = (from..x).find(|x| !is_blank(buffer, *x)).unwrap_or(x);
            let last = (from..x).rfind(|x| !is_blank(buffer, *x)).map_or(from, |last| last + 1);
            for gap in (from..first).chain(last.max(first)..x) {
                buffer[(gap, y)].modifier.remove(Modifier::UNDERLINED);
            }
            x += 1;
        }
    }
}

/// The cells of a screen of the app's size: for tests and pictures.
pub fn picture(app: &App, theme: &Theme) -> Buffer {
    let (width, height) = app.cx.size;
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    let Ok(drawn) = terminal.draw(|frame| draw(app, theme, frame));
    drawn.buffer.clone()
}

/// Draws everything. Answers with where the cursor is to be shown, if at all.
fn paint(app: &App, theme: &Theme, frame: &mut Frame<'_>) -> Option<Position> {
    let area = frame.area();
    if area.is_empty() {
        return None;
    }
    if let Some(lock) = &app.lock.locked {
        return Some(locked::draw(app, theme, area, lock, frame.buffer_mut()));
    }
    let layout = app.cx.layout();
    let list_is_seen = layout.wide || app.panes.focus == Focus::List || app.panes.stack.is_empty();
    if list_is_seen {
        list::draw(app, theme, &layout, frame);
    }
    let typed_at = if layout.wide || !list_is_seen { panes::draw(app, theme, &layout, frame) } else { None };
    frame.render_widget(StatusBar { pieces: line::status(app), theme }, layout.status);
    if app.overlay.current.is_none() {
        message::draw(app, theme, &layout, frame);
        hints::draw(app, theme, &layout, frame);
        if !app.input.pending.is_empty() && !layout.tiny {
            palette::draw_prefix(app, theme, area, frame.buffer_mut());
        }
        return typed_at;
    }
    let cursor = overlay::draw(app, theme, area, frame.buffer_mut());
    match app.overlay.current {
        // They have the lowest lines, or the message itself.
        Some(Overlay::Filter(_) | Overlay::Question(_)) | None => {}
        Some(_) => message::draw(app, theme, &layout, frame),
    }
    cursor
}
