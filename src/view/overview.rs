//! The overview: a row a POP and a node, numbers that matter, and a bar by thickness, so that a dead node jumps out
//! also without colour.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Paragraph, Row, StatefulWidget, Table, TableState, Widget as _};

use crate::app::App;
use crate::app::jobs::overview::{OverviewRow, OverviewScope, StateCounts};
use crate::app::overlay::overview::{ABOVE, Overview};
use crate::app::widget::InView;
use crate::domain::count::counted;
use crate::domain::record::Relation;

use crate::view::dialog::DialogBox;
use crate::view::lines::point;
use crate::view::pane;
use crate::view::pen::row;
use crate::view::text::{clamped, cut};
use crate::view::theme::Theme;

/// Cells of the names and of each number, on narrow screens and on wide ones.
#[derive(Debug, Clone, Copy)]
struct Columns {
    pop: u16,
    node: u16,
    number: u16,
    numbers: u16,
}

impl Columns {
    /// Those of a pane this wide, with so many numbers.
    const fn of(width: u16, numbers: u16) -> Self {
        let (pop, node, number) = match width {
            0..48 => (3, 7, 4),
            48..100 => (6, 10, 5),
            100.. => (8, 16, 6),
        };
        let room = width.saturating_sub(pop + node + 3) / (number + 1);
        Self { pop, node, number, numbers: if numbers < room { numbers } else { room } }
    }

    /// Cells in front of the bar, with those between columns.
    const fn before(self) -> u16 {
        self.pop + self.node + self.numbers * (self.number + 1) + 3
    }
}

/// States that someone should look at.
const FAILING: [&str; 3] = ["error", "absent", "expired"];

/// The state of a registration whose nodes do not answer.
const UNKNOWN: &str = "unknown";

pub fn draw(app: &App, theme: &Theme, area: Rect, overview: &Overview, buffer: &mut Buffer) {
    let places = overview.places.as_deref().unwrap_or_default();
    let pops = places.iter().filter(|place| matches!(place.about, OverviewScope::Pop(_)));
    let total: usize = pops.map(|place| place.counts.total()).sum();
    let height = app.cx.page_height().saturating_sub(ABOVE).max(1);
    let top = overview.pager.top.max((overview.pager.cursor + 1).saturating_sub(height));
    let part = InView::of(top, height, places.len());
    let position = pane::position(theme, part).map(|at| format!("  {at}")).unwrap_or_default();
    let dialog =
        DialogBox::page("Overview", app.cx.explain("Enter: filter the list to it  {down}/{up}: move  Esc: close"));
    let inside = dialog.with(format!("{}{position}", about(app, total))).open(app, theme, area, buffer);
    if overview.places.is_none() {
        Paragraph::new(Span::styled("Counting …", theme.faint)).render(inside, buffer);
        return;
    }
    let is_live = places.iter().any(|place| !place.live.is_empty());
    let unknown = is_live && places.iter().any(|place| parts(place)[4] > 0);
    let titles: &[&str] = match (is_live, unknown) {
        (false, _) => &["ALL", "OK", "WARN", "DOWN", "OFF"],
        (true, false) => &["ALL", "OK", "PEND", "FAIL", "OFF"],
        (true, true) => &["ALL", "OK", "PEND", "FAIL", "OFF", "?"],
    };
    let columns = Columns::of(inside.width, clamped(titles.len()));
    // Where not all fit, what is worse than the last ones stays.
    let titles = titles.get(..usize::from(columns.numbers)).unwrap_or(titles);
    let room = inside.width.saturating_sub(columns.before());
    let most = places.iter().map(|place| place.counts.total()).max().unwrap_or(1).max(1);
    let rows = places.iter().skip(top).take(height).map(|place| {
        let (pop, node) = named(theme, place, columns);
        let numbers = numbers(theme, place, titles.len());
        let bar = Cell::new(bar(theme, place, most, room.into()));
        Row::new([pop, node].into_iter().chain(numbers).chain([Cell::new(""), bar]))
    });
    let widths = [columns.pop, columns.node].into_iter().chain(titles.iter().map(|_| columns.number));
    let widths = widths.chain([0, room]).map(Constraint::Length);
    let number = |title: &&'static str| Cell::new(Line::from(*title).right_aligned());
    let heading = [Cell::new("POP"), Cell::new("NODE")]
        .into_iter()
        .chain(titles.iter().map(number))
        .chain([Cell::new(""), Cell::new(legend(theme, is_live))]);
    let table = Table::new(rows, widths).header(Row::new(heading).style(theme.heading)).column_spacing(1);
    StatefulWidget::render(table, inside, buffer, &mut TableState::new());
    let under_cursor = overview.pager.cursor.saturating_sub(top) + 1;
    if !places.is_empty() {
        point(theme, row(inside, under_cursor), columns.pop + columns.node + 1, buffer);
    }
}

/// What the parts of a bar mean, each as it looks there.
fn legend(theme: &Theme, is_live: bool) -> Line<'static> {
    let [doubtful, bad] = if is_live { ["pend", "fail"] } else { ["warn", "DOWN"] };
    let styles = [theme.on, theme.warn, theme.bad, theme.faint];
    let parts = theme.signs().bar.into_iter().zip(styles).zip(["ok", doubtful, bad, "off"]);
    let spans = parts.flat_map(|((sign, style), word)| {
        [Span::styled(sign.to_owned(), style), Span::styled(format!(" {word} "), theme.faint)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// How many there are, and how many nodes answer.
fn about(app: &App, total: usize) -> String {
    let nodes = app.store.targets.of(Relation::Node).len();
    let on = if nodes == 0 { String::new() } else { format!(" on {}", counted(nodes, "node")) };
    counted(total, "registration") + &on
}

/// The name of a POP, or that of a node below it.
fn named(theme: &Theme, place: &OverviewRow, columns: Columns) -> (Cell<'static>, Cell<'static>) {
    let name = |cells: u16| cut(&place.name, cells.into(), theme).into_owned();
    match place.about {
        OverviewScope::Pop(_) => (Cell::new(Span::styled(name(columns.pop), theme.strong)), Cell::new("")),
        OverviewScope::Node(..) => (Cell::new(""), Cell::new(name(columns.node))),
    }
}

/// How many there are, and how many are how; a zero steps back.
fn numbers(theme: &Theme, place: &OverviewRow, titles: usize) -> Vec<Cell<'static>> {
    let styles = [Style::new(), theme.warn, theme.bad, theme.faint, theme.warn];
    let number = |(count, style): (usize, Style)| {
        let span = match count {
            0 => Span::styled(theme.signs().zero, theme.faint),
            count => Span::styled(count.to_string(), style),
        };
        Cell::new(Line::from(span).right_aligned())
    };
    let all = std::iter::once((place.counts.total(), theme.strong));
    all.chain(parts(place).into_iter().zip(styles)).take(titles).map(number).collect()
}

/// How many are well, doubtful, failing, disabled and unknown: what nodes say where they are asked, else what the
/// records say.
fn parts(place: &OverviewRow) -> [usize; 5] {
    if place.live.is_empty() {
        let StateCounts { fine, warnings, down, disabled } = place.counts;
        return [fine, warnings, down, disabled, 0];
    }
    let mut parts = [0; 5];
    for (word, count) in place.live.values() {
        let at = match *word {
            "active" => 0,
            "off" => 3,
            UNKNOWN => 4,
            word if FAILING.contains(&word) => 2,
            _ => 1,
        };
        if let Some(part) = parts.get_mut(at) {
            *part += count;
        }
    }
    parts
}

/// A cell at least for whatever there is of a kind, so that nothing disappears.
fn bar(theme: &Theme, place: &OverviewRow, most: usize, room: usize) -> Line<'static> {
    let styles = [theme.on, theme.warn, theme.bad, theme.faint];
    let spans = parts(place).into_iter().zip(theme.signs().bar).zip(styles).map(|((count, sign), style)| {
        let cells = (count * room / most).max(usize::from(count > 0));
        Span::styled(sign.repeat(cells), style)
    });
    Line::from(spans.collect::<Vec<_>>())
}
