//! The overview: a row a POP and a node, numbers that matter, and a bar by thickness, so that a dead node jumps out
//! also without colour.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Paragraph, Row, StatefulWidget, Table, TableState, Widget as _};

use crate::app::App;
use crate::app::overlay::overview::{About, Counts, Overview, Place, States};
use crate::domain::count::counted;
use crate::domain::record::relation::Relation;

use crate::view::dialog::Dialog;
use crate::view::lines::point;
use crate::view::text::{cut, row};
use crate::view::theme::Theme;

/// Cells of the names and of each number, on narrow screens and on wide ones.
#[derive(Debug, Clone, Copy)]
struct Columns {
    pop: u16,
    node: u16,
    number: u16,
}

const NARROW: Columns = Columns { pop: 6, node: 10, number: 5 };
const WIDE: Columns = Columns { pop: 8, node: 16, number: 6 };

impl Columns {
    /// Those of a pane this wide.
    const fn of(width: u16) -> Self {
        if width < 100 { NARROW } else { WIDE }
    }

    /// Cells in front of what stands last, with those between columns.
    const fn before(self) -> u16 {
        self.pop + self.node + 5 * self.number + 7
    }
}

/// Cells of the states in words, where the bar stands beside them.
const STATES: u16 = 31;

/// Cells of a bar that is worth showing.
const BAR: u16 = 12;

/// States that somebody should look at.
const FAILING: [&str; 3] = ["error", "absent", "expired"];

pub fn draw(app: &App, theme: &Theme, area: Rect, overview: &Overview, buffer: &mut Buffer) {
    let places = overview.places.as_deref().unwrap_or_default();
    let pops = places.iter().filter(|place| matches!(place.about, About::Pop(_)));
    let total: usize = pops.map(|place| place.counts.total()).sum();
    let dialog =
        Dialog::page("Overview", app.cx.explain("Enter: filter the list to it  {down}/{up}: move  Esc: close"));
    let inside = dialog.with(about(app, total)).open(app, theme, area, buffer);
    if overview.places.is_none() {
        Paragraph::new(Span::styled("Counting …", theme.faint)).render(inside, buffer);
        return;
    }
    let height = usize::from(inside.height.saturating_sub(1));
    let top = overview.pager.top.max((overview.pager.cursor + 1).saturating_sub(height.max(1)));
    let columns = Columns::of(inside.width);
    let room = inside.width.saturating_sub(columns.before());
    let is_live = places.iter().any(|place| !place.live.is_empty());
    // The states in words, and the bar beside them where there is room for both.
    let words = match (is_live, room >= STATES + 1 + BAR) {
        (true, true) => STATES,
        (true, false) => room,
        (false, _) => 0,
    };
    let bars = room.saturating_sub(words + u16::from(words > 0));
    let most = places.iter().map(|place| place.counts.total()).max().unwrap_or(1).max(1);
    let rows = places.iter().skip(top).take(height).map(|place| {
        let (pop, node) = named(theme, place, columns);
        let numbers = numbers(theme, place.counts);
        let said = is_live.then(|| Cell::new(states(theme, &place.live, words.into())));
        let bar = Cell::new(bar(theme, place, most, bars.into()));
        Row::new([pop, node].into_iter().chain(numbers).chain(said).chain([bar]))
    });
    let widths = [columns.pop, columns.node].into_iter().chain([columns.number; 5]);
    let widths = widths.chain((words > 0).then_some(words)).chain([bars]).map(Constraint::Length);
    let [fine, warning, down, disabled] = theme.signs().bar;
    let [doubtful, bad] = if is_live { ["pend", "err"] } else { ["warn", "DOWN"] };
    let legend = format!("{fine} ok {warning} {doubtful} {down} {bad} {disabled} off");
    let number = |title: &'static str| Cell::new(Line::from(title).right_aligned());
    let heading = [Cell::new("POP"), Cell::new("NODE")]
        .into_iter()
        .chain(["ALL", "OK", "WARN", "DOWN", "OFF"].map(number))
        .chain(is_live.then(|| Cell::new("LIVE")))
        .chain([Cell::new(Span::styled(legend, theme.faint))]);
    let table = Table::new(rows, widths).header(Row::new(heading).style(theme.heading)).column_spacing(1);
    StatefulWidget::render(table, inside, buffer, &mut TableState::new());
    let under_cursor = overview.pager.cursor.saturating_sub(top) + 1;
    if !places.is_empty() {
        point(theme, row(inside, under_cursor), columns.pop + columns.node + 1, buffer);
    }
}

/// How many there are, and how many nodes answer.
fn about(app: &App, total: usize) -> String {
    let nodes = app.store.targets.of(Relation::Node).len();
    let on = if nodes == 0 { String::new() } else { format!(" on {}", counted(nodes, "node")) };
    counted(total, "registration") + &on
}

/// The name of a POP, or that of a node below it.
fn named(theme: &Theme, place: &Place, columns: Columns) -> (Cell<'static>, Cell<'static>) {
    let name = |cells: u16| cut(&place.name, cells.into(), theme).into_owned();
    match place.about {
        About::Pop(_) => (Cell::new(Span::styled(name(columns.pop), theme.strong)), Cell::new("")),
        About::Node(..) => (Cell::new(""), Cell::new(name(columns.node))),
    }
}

/// How many are how; a zero steps back.
fn numbers(theme: &Theme, counts: Counts) -> [Cell<'static>; 5] {
    let Counts { fine, warnings, down, disabled } = counts;
    let number = |count: usize, style: Style| {
        let span = match count {
            0 => Span::styled(theme.signs().zero, theme.faint),
            count => Span::styled(count.to_string(), style),
        };
        Cell::new(Line::from(span).right_aligned())
    };
    [
        number(counts.total(), theme.strong),
        number(fine, Style::new()),
        number(warnings, theme.warn),
        number(down, theme.bad),
        number(disabled, theme.faint),
    ]
}

/// What nodes say, the worst first: `2 error  1 absent  40 active`. Where there is no room for all, the worst stay.
fn states(theme: &Theme, live: &States, room: usize) -> Line<'static> {
    let told: Vec<String> = live.values().map(|(word, count)| format!("{count} {word}")).collect();
    let failing = live.values().any(|(word, _)| FAILING.contains(word));
    let style = if failing { theme.bad } else { Style::new() };
    Line::from(Span::styled(cut(&told.join("  "), room, theme).into_owned(), style))
}

/// How many are well, doubtful, failing and disabled: what nodes say where they are asked, else what the records say.
fn parts(place: &Place) -> [usize; 4] {
    if place.live.is_empty() {
        let Counts { fine, warnings, down, disabled } = place.counts;
        return [fine, warnings, down, disabled];
    }
    let mut parts = [0; 4];
    for (word, count) in place.live.values() {
        let at = match *word {
            "active" => 0,
            "off" => 3,
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
fn bar(theme: &Theme, place: &Place, most: usize, room: usize) -> Line<'static> {
    let styles = [theme.on, theme.warn, theme.bad, theme.faint];
    let spans = parts(place).into_iter().zip(theme.signs().bar).zip(styles).map(|((count, sign), style)| {
        let cells = (count * room / most).max(usize::from(count > 0));
        Span::styled(sign.repeat(cells), style)
    });
    Line::from(spans.collect::<Vec<_>>())
}
