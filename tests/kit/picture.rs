//! A screen as text.

use ratatui::buffer::Buffer;
use sipreg::app::App;
use sipreg::view;
use sipreg::view::theme::{Cursor, Theme};
use unicode_width::UnicodeWidthStr as _;

/// The screen in the usual theme, with a marker for a cursor.
pub fn buffer(app: &App) -> Buffer {
    view::picture(app, &Theme::default().pointing_with(Cursor::Marker))
}

/// The lines of a screen, without blanks at their ends.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    let line = |y| {
        let (mut line, mut x) = (String::new(), 0);
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            // The cell behind a wide character is its own.
            x += u16::try_from(symbol.width()).unwrap().max(1);
        }
        line.trim_end().to_owned()
    };
    (0..buffer.area.height).map(line).collect()
}
