//! The border and the title of a pane, or its title alone on a screen without borders.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph, Scrollbar, ScrollbarOrientation, ScrollbarState};

use crate::app::widget::{InView, Layout};
use crate::view::pen::row;
use crate::view::text::clamped;
use crate::view::theme::Theme;

/// A thin border with a title on the left and something on the right.
pub fn framed<'a>(theme: &Theme, border: Style, title: Line<'a>, right: Line<'a>) -> Block<'a> {
    let block = Block::default().borders(Borders::ALL).border_set(theme.border_set()).border_style(border);
    let block = if title.width() == 0 { block } else { block.title_top(padded(alone(title)).left_aligned()) };
    if right.width() == 0 { block } else { block.title_top(padded(alone(right)).right_aligned()) }
}

/// A title as it looks by itself: a border hands its own colour and dimness on.
pub fn alone(mut line: Line<'_>) -> Line<'_> {
    for span in &mut line.spans {
        let style = span.style;
        let marks = style.add_modifier;
        span.style = Style::reset().patch(Style { sub_modifier: Modifier::empty(), ..style }).add_modifier(marks);
    }
    line
}

/// A blank on either side, so that the border does not touch the text.
pub fn padded(mut line: Line<'_>) -> Line<'_> {
    let blank =
        |span: Option<&Span<'_>>, edge: fn(&str, char) -> bool| span.is_some_and(|span| edge(&span.content, ' '));
    if !blank(line.spans.first(), str::starts_with) {
        line.spans.insert(0, " ".into());
    }
    if !blank(line.spans.last(), str::ends_with) {
        line.push_span(" ");
    }
    line
}

/// `9/17 ↓`: the last line in view, and where the rest is. `None` where there is no rest.
pub fn position(theme: &Theme, part: InView) -> Option<String> {
    let [up, down] = theme.signs().sorted;
    let rest = if part.has_more() { down } else { up };
    (!part.is_all()).then(|| format!("{}/{} {rest}", part.last, part.lines))
}

/// A title row without a border: the title on the left, something on the right where it fits.
pub fn title_row(frame: &mut Frame<'_>, place: Rect, title: Line<'_>, right: Line<'_>) {
    let fits = title.width() + right.width() + 3 <= usize::from(place.width);
    frame.render_widget(Paragraph::new(padded(title)), place);
    if fits {
        let width = clamped(right.width() + 1);
        let place = Rect { x: place.right().saturating_sub(width), width, ..place };
        frame.render_widget(Paragraph::new(right), place);
    }
}

/// The part in view, in the right border of a pane.
pub fn scrollbar(frame: &mut Frame<'_>, theme: &Theme, pane: Rect, [top, height, count]: [usize; 3], style: Style) {
    let rows = Rect { y: pane.y + 1, height: pane.height.saturating_sub(2), ..pane };
    if count <= height || rows.height == 0 || row(rows, 0).width < 2 {
        return;
    }
    let mut state = ScrollbarState::new(count - height).position(top).viewport_content_length(height);
    let bar = Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .track_symbol(Some(theme.border_set().vertical_right))
        .thumb_symbol(theme.signs().gauge[0])
        .style(style);
    frame.render_stateful_widget(bar, rows, &mut state);
}

/// The border with a title, or the title row of a page without one.
pub fn edge(theme: &Theme, layout: &Layout, border: Style, title: Line<'_>, right: Line<'_>, frame: &mut Frame<'_>) {
    if layout.dressed {
        frame.render_widget(Clear, layout.side);
        frame.render_widget(framed(theme, border, title, right), layout.side);
    } else {
        let place = Rect { height: layout.side.height.min(1), ..layout.side };
        title_row(frame, place, title, right);
    }
}
