//! From the state to a frame. Functions of `(&App, area)` that change nothing.

pub mod theme;

mod ascii;
mod batch;
mod cell_popup;
mod filter_builder;
mod finding;
mod form;
mod http_log;
mod list;
mod locked;
mod overlay;
mod palette;
mod panes;
mod pen;
mod status;

use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::{Frame, Terminal};

use crate::app::{App, Focus};

use theme::{Characters, Theme};

/// Draws the whole screen, with the cursor where something is typed.
pub fn draw(app: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let cursor = paint(app, theme, area, frame.buffer_mut());
    let cursor = match theme.characters {
        Characters::Unicode => cursor,
        Characters::Ascii => ascii::convert(area, frame.buffer_mut(), cursor),
    };
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// The cells of a screen of the size that the app was told: for tests and pictures.
#[must_use]
pub fn picture(app: &App, theme: &Theme) -> Buffer {
    let (width, height) = app.cx.size;
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    let Ok(drawn) = terminal.draw(|frame| draw(app, theme, frame));
    drawn.buffer.clone()
}

fn paint(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    if let Some(lock) = &app.lock.locked {
        return Some(locked::draw(app, theme, area, lock, buffer));
    }
    let layout = app.cx.layout();
    if layout.wide || app.panes.focus == Focus::List || app.panes.stack.is_empty() {
        list::draw(app, theme, &layout, buffer);
    }
    let mut cursor = None;
    if layout.wide || app.panes.focus == Focus::Side {
        cursor = panes::draw(app, theme, &layout, buffer);
    }
    status::draw(app, theme, &layout, buffer);
    if !app.input.pending.is_empty() && !layout.tiny && app.overlay.current.is_none() {
        palette::draw_prefix(app, theme, area, buffer);
    }
    if app.overlay.current.is_some() { overlay::draw(app, theme, area, buffer) } else { cursor }
}
