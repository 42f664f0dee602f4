//! Text on its way into a widget: made visible, measured in cells, cut with the theme's sign where there is no room.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::text::{fit_with, width};

use crate::view::theme::Theme;

/// A text in at most so many cells.
pub fn cut<'a>(text: &'a str, cells: usize, theme: &Theme) -> Cow<'a, str> {
    fit_with(text, cells, theme.signs().cut)
}

/// A line of parts in at most so many cells; what does not fit is cut, what stands behind it is left out.
pub fn line(parts: &[(Cow<'_, str>, Style)], cells: usize, theme: &Theme) -> Line<'static> {
    let mut left = cells;
    let mut line = Line::default();
    for (text, style) in parts {
        if left == 0 {
            break;
        }
        let shown = cut(text, left, theme).into_owned();
        left = left.saturating_sub(width(&shown));
        line.push_span(Span::styled(shown, *style));
    }
    line
}

/// Cells as a coordinate.
pub fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// A number of cells or rows as a coordinate.
pub fn clamped(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
