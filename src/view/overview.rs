//! The overview: a row a POP and a node, numbers that matter, and a bar by thickness, so that a dead node jumps out
//! also without colour.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Paragraph, Row, StatefulWidget, Table, TableState, Widget as _};

use crate::app::App;
use crate::app::overlay::overview::{About, Counts, Overview, Place, States};

use crate::view::dialog::Dialog;
use crate::view::lines::point;
use crate::view::text::{cut, row};
use crate::view::theme::Theme;

/// Cells of the names and of each number.
const POP: u16 = 8;
const NODE: u16 = 12;
const NUMBER: u16 = 8;

/// States that somebody should look at.
const FAILING: [&str; 3] = ["error", "absent", "expired"];

/// Cells in front of the bar, with those between columns.
const BEFORE: u16 = POP + NODE + 5 * NUMBER + 8;

pub fn draw(app: &App, theme: &Theme, area: Rect, overview: &Overview, buffer: &mut Buffer) {
    let places = overview.places.as_deref().unwrap_or_default();
    let pops = places.iter().filter(|place| matches!(place.about, About::Pop(_)));
    let total: usize = pops.map(|place| place.counts.total()).sum();
    let dialog = Dialog::page("Overview", "Enter: filter the list to it  j/k: move  Esc: close");
    let inside = dialog.with(format!("{total} registrations")).open(app, theme, area, buffer);
    if overview.places.is_none() {
        Paragraph::new(Span::styled("Counting …", theme.faint)).render(inside, buffer);
        return;
    }
    let height = usize::from(inside.height.saturating_sub(1));
    let top = overview.pager.top.max((overview.pager.cursor + 1).saturating_sub(height.max(1)));
    let room = usize::from(inside.width.saturating_sub(BEFORE));
    let most = places.iter().map(|place| place.counts.total()).max().unwrap_or(1).max(1);
    let rows = places.iter().skip(top).take(height).map(|place| of_place(theme, place, most, room));
    let widths = [POP, NODE, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER].map(Constraint::Length);
    let widths = widths.into_iter().chain([Constraint::Fill(1)]);
    let [fine, warning, down, disabled] = theme.signs().bar;
    let is_live = places.iter().any(|place| !place.live.is_empty());
    let bars = || format!("{fine} ok {warning} warning {down} DOWN {disabled} disabled");
    let legend = if is_live { "LIVE".to_owned() } else { bars() };
    let number = |title: &'static str| Cell::new(Line::from(title).right_aligned());
    let heading = [
        Cell::new("POP"),
        Cell::new("NODE"),
        number("ALL"),
        number("OK"),
        number("WARNING"),
        number("DOWN"),
        number("OFF"),
        Cell::new(Span::styled(legend, theme.faint)),
    ];
    let table = Table::new(rows, widths).header(Row::new(heading).style(theme.heading)).column_spacing(1);
    StatefulWidget::render(table, inside, buffer, &mut TableState::new());
    let under_cursor = overview.pager.cursor.saturating_sub(top) + 1;
    if !places.is_empty() {
        point(theme, row(inside, under_cursor), POP + NODE + 1, buffer);
    }
}

fn of_place(theme: &Theme, place: &Place, most: usize, room: usize) -> Row<'static> {
    let (pop, node) = match place.about {
        About::Pop(_) => (Span::styled(cut(&place.name, POP.into(), theme).into_owned(), theme.strong), Span::raw("")),
        About::Node(..) => (Span::raw(""), Span::raw(cut(&place.name, NODE.into(), theme).into_owned())),
    };
    let Counts { fine, warnings, down, disabled } = place.counts;
    let number = |count: usize, style: Style| {
        let span = match count {
            0 => Span::styled(theme.signs().zero, theme.faint),
            count => Span::styled(count.to_string(), style),
        };
        Cell::new(Line::from(span).right_aligned())
    };
    Row::new([
        Cell::new(pop),
        Cell::new(node),
        number(place.counts.total(), theme.strong),
        number(fine, Style::new()),
        number(warnings, theme.warn),
        number(down, theme.bad),
        number(disabled, theme.faint),
        Cell::new(if place.live.is_empty() {
            bar(theme, place.counts, most, room)
        } else {
            states(theme, &place.live, room)
        }),
    ])
}

/// What nodes say, the worst first: `2 error  1 absent  40 active`. Where there is no room for all, the worst stay.
fn states(theme: &Theme, live: &States, room: usize) -> Line<'static> {
    let told: Vec<String> = live.values().map(|(word, count)| format!("{count} {word}")).collect();
    let failing = live.values().any(|(word, _)| FAILING.contains(word));
    let style = if failing { theme.bad } else { Style::new() };
    Line::from(Span::styled(cut(&told.join("  "), room, theme).into_owned(), style))
}

/// A cell at least for whatever there is of a kind, so that nothing disappears.
fn bar(theme: &Theme, counts: Counts, most: usize, room: usize) -> Line<'static> {
    let parts = [counts.fine, counts.warnings, counts.down, counts.disabled];
    let styles = [theme.on, theme.warn, theme.bad, theme.faint];
    let spans = parts.iter().zip(theme.signs().bar).zip(styles).map(|((count, sign), style)| {
        let cells = (count * room / most).max(usize::from(*count > 0));
        Span::styled(sign.repeat(cells), style)
    });
    Line::from(spans.collect::<Vec<_>>())
}
