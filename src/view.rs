//! From the state to a frame. Functions of `(&App, area)` that change nothing.

pub mod columns;
pub mod theme;

mod finding;
mod form;
mod list;
mod overlay;
mod panes;
mod pen;
mod status;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::{App, Focus};

use theme::Theme;

/// Draws the whole screen into a blank buffer; answers with where the cursor is to be shown, if at all.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let layout = app.layout();
    if layout.wide || app.focus == Focus::List || app.side.is_empty() {
        list::draw(app, theme, &layout, buffer);
    }
    let mut cursor = None;
    if layout.wide || app.focus == Focus::Side {
        cursor = panes::draw(app, theme, &layout, buffer);
    }
    status::draw(app, theme, &layout, buffer);
    if app.overlay.is_some() { overlay::draw(app, theme, area, buffer) } else { cursor }
}
