//! The choice of a profile before the console opens: the table of the box that switches profiles.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use crate::app::first_run::profile_choice::ProfileChoice;

use crate::view::ascii;
use crate::view::hints::reported;
use crate::view::pen::{put, row};
use crate::view::profiles::table;
use crate::view::theme::Theme;

/// Draws it.
pub fn draw(choice: &ProfileChoice, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    page(choice, theme, area, frame.buffer_mut());
    let keys = row(area, usize::from(area.height - 1));
    if area.height > 2 {
        let room = usize::from(area.width.saturating_sub(2));
        let text = "Enter: open  j/k: move  Esc: quit";
        let place = Rect { x: keys.x + 1.min(keys.width), width: keys.width.saturating_sub(1), ..keys };
        frame.render_widget(Paragraph::new(reported(theme, text, room)), place);
    }
    ascii::finish(theme, frame, None);
}

fn page(choice: &ProfileChoice, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let top = row(area, 0);
    buffer.set_style(top, theme.columns);
    put(buffer, top, " sipreg  choose a profile", theme.columns);
    let below = u16::from(area.height > 2);
    let rows = Rect { y: area.y + 1.min(area.height - 1), height: area.height.saturating_sub(1 + below), ..area };
    let rows = if area.height == 1 { area } else { rows };
    // What saves the question next time, where there is room.
    let hint = "default_profile = \"NAME\" in the configuration skips this question.";
    let used = choice.profiles.len() + 1;
    if used + 1 < usize::from(rows.height) {
        let place = row(rows, used);
        put(buffer, Rect { x: place.x + 1, width: place.width.saturating_sub(1), ..place }, hint, theme.faint);
    }
    table(theme, &choice.profiles, choice.pager.cursor, rows, buffer);
}
