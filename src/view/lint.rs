//! The problems of all registrations: a heading a rule with its count, its registrations below, and what the rule is about.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::jobs::lint::Findings;
use crate::app::overlay::lint_list::{LintLine, LintList};
use crate::domain::count::counted;
use crate::domain::record::{Align, Record as _};

use crate::domain::text::{capitalised, sentence, wrap};

use crate::view::dialog::DialogBox;
use crate::view::lines::point;
use crate::view::list::severity;
use crate::view::pen::{put, put_aligned, put_at, row};
use crate::view::text::{cells as cells_of, clamped};
use crate::view::theme::Theme;

/// Where the count of a rule and the id of a registration end.
const NUMBER: (u16, u16) = (10, 6);

/// Where what a rule finds, and the name of a registration, begin.
const NAME: u16 = 18;

/// Where what is wrong with it begins.
const WHAT: u16 = 42;

pub fn draw(app: &App, theme: &Theme, area: Rect, list: &LintList, buffer: &mut Buffer) {
    let (title, right) = match &list.findings {
        None => ("Problems: checking all registrations …".to_owned(), Line::default()),
        Some(found) => titles(app, theme, found),
    };
    let keys = "Enter: open, unfold  n/N: next rule  Esc: close";
    let inside = DialogBox::page(title, keys).with(right).open(app, theme, area, buffer);
    let Some(found) = &list.findings else { return };
    if found.rules.is_empty() {
        let text = if found.tally.unread > 0 { "no problems found so far" } else { "no problems found" };
        put_at(buffer, row(inside, 1), 2, text, theme.faint);
    }
    let shown = app.cx.lint_height().min(usize::from(inside.height));
    for (index, line) in list.lines().into_iter().enumerate().skip(list.pager.top).take(shown) {
        let place = row(inside, index - list.pager.top);
        // The bar covers all of a heading.
        let bar = match line {
            LintLine::Rule(at) => heading(theme, found, at, place, buffer).max(WHAT - 1),
            LintLine::Finding(..) => {
                finding(app, theme, list, line, place, buffer);
                WHAT - 1
            }
            LintLine::More(_, count) => {
                put_at(buffer, place, NAME, &format!("{count} more"), theme.faint);
                WHAT - 1
            }
        };
        if index == list.pager.cursor {
            point(theme, place, bar, buffer);
        }
    }
    let below = clamped(usize::from(inside.height).saturating_sub(shown));
    let foot = Rect { y: inside.bottom() - below, height: below, ..inside };
    explain(app, theme, list, found, foot, buffer);
}

/// What is listed, and how many there are of what.
fn titles(app: &App, theme: &Theme, found: &Findings) -> (String, Line<'static>) {
    let so_far = if found.tally.unread > 0 { ", not all checked" } else { "" };
    let title = format!("Problems in {}{so_far}", counted(app.store.present(), "registration"));
    let ignored = match found.tally.ignored {
        0 => String::new(),
        some => format!("; something ignored in {some}"),
    };
    // Each count in the colour of its rules.
    let mut counts = Line::default();
    for (index, (worst, reported)) in found.tally.counts().into_iter().enumerate() {
        let (_, style) = severity(theme, worst);
        counts.push_span(if index == 0 { "" } else { "  " });
        counts.push_span(Span::styled(reported, style));
    }
    counts.push_span(ignored);
    (title, counts)
}

/// Draws the heading of a rule; answers how many cells it takes.
fn heading(theme: &Theme, found: &Findings, at: usize, place: Rect, buffer: &mut Buffer) -> u16 {
    let Some(rule) = found.rules.get(at) else { return 0 };
    let (sign, style) = severity(theme, rule.severity);
    put_at(buffer, place, 0, &format!("{sign} {}", rule.severity.word().to_uppercase()), style);
    let (x, cells) = NUMBER;
    put_aligned(buffer, place, x, cells, &rule.count.to_string(), Align::Right, style);
    let title = titled(rule.rule.map_or("", |rule| rule.summary));
    put_at(buffer, place, NAME, &title, theme.strong);
    NAME + cells_of(&title)
}

/// What a rule finds as a title; a name of the API in front stays as it is.
fn titled(summary: &str) -> String {
    if summary.starts_with("a ") { capitalised(summary) } else { sentence(summary) }
}

fn finding(app: &App, theme: &Theme, list: &LintList, line: LintLine, place: Rect, buffer: &mut Buffer) {
    let Some((id, finding)) = list.finding(line) else { return };
    let (x, cells) = NUMBER;
    put_aligned(buffer, place, x, cells, &id.to_string(), Align::Right, Style::new());
    let name = app.store.records.get(*id).map(|row| row.name().to_owned()).unwrap_or_default();
    put_at(buffer, Rect { width: place.width.min(WHAT - 1), ..place }, NAME, &name, Style::new());
    put_at(buffer, place, WHAT, &format!("{}: {}", finding.field.field().label, finding.message), theme.faint);
}

/// Below the list: the problem under the cursor in full, and why its rule matters.
fn explain(app: &App, theme: &Theme, list: &LintList, found: &Findings, foot: Rect, buffer: &mut Buffer) {
    let Some(line) = list.chosen() else { return };
    let room = usize::from(foot.width).saturating_sub(2).max(1);
    let mut texts: Vec<(String, Style)> = Vec::new();
    if let Some(text) = found.tally.unread_sentence() {
        texts.push((text, theme.bad));
    }
    let full = list.finding(line).map(|(id, finding)| {
        format!("{}  {}: {}", app.store.display_name(*id), finding.field.field().label, finding.message)
    });
    let help = found.rules.get(line.rule()).and_then(|rule| rule.rule).map(|rule| rule.help);
    let lines =
        |text: &str, style: Style| wrap(text, room).into_iter().map(move |line| (line, style)).collect::<Vec<_>>();
    texts.extend(full.iter().flat_map(|text| lines(text, theme.strong)));
    texts.extend(help.iter().flat_map(|text| lines(text, theme.faint)));
    // A blank row above it where there is one to spare.
    let first = usize::from(texts.len() < usize::from(foot.height));
    for (index, (text, style)) in texts.iter().enumerate().take(usize::from(foot.height)) {
        put(buffer, row(foot, index + first), text, *style);
    }
}
