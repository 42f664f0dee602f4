//! A conflict as a table: what was read, what others made of it, what was typed, and what becomes of it. Long values
//! wrap, since two values that are cut look the same.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Cell, Paragraph, Row, Table, Widget as _};

use crate::app::App;
use crate::app::form::Form;
use crate::app::form::lines::{Sided, conflict_foot, shown_rows, side_value, verdict};
use crate::domain::change::merge::MergeRow as Merged;
use crate::domain::change::{FieldMerge, Merge};
use crate::domain::text::wrap;

use crate::view::lines::point;
use crate::view::text::{clamped, cut};
use crate::view::theme::Theme;

/// Cells of sign and field.
const FIELD: u16 = 16;

/// Draws the table and, below it, the row under the cursor in full. Answers with the place of that row.
pub fn draw(app: &App, theme: &Theme, area: Rect, form: &Form, merge: &Merge, buffer: &mut Buffer) -> Rect {
    let rows = shown_rows(merge);
    let column = area.width.saturating_sub(FIELD + 4) / 4;
    let laid: Vec<(u16, Row<'static>)> =
        rows.iter().map(|row| laid_out(app, theme, row, usize::from(column))).collect();
    let cursor = form.pager.cursor.saturating_sub(1);
    // From the first row on from which the one under the cursor is in view.
    let room = area.height.saturating_sub(1 + FOOT);
    let heights: Vec<u16> = laid.iter().map(|(height, _)| *height).collect();
    let sum = |from: usize, to: usize| heights.iter().skip(from).take(to.saturating_sub(from)).sum::<u16>();
    let top = (0..=cursor).find(|top| sum(*top, cursor + 1) <= room).unwrap_or(cursor);
    let heading = ["", "FIELD", "WHEN OPENED", "THEIRS", "YOURS", "RESULT"];
    let widths = [1, FIELD - 2, column, column, column, column].map(Constraint::Length);
    let table = Table::new(laid.into_iter().skip(top).map(|(_, row)| row), widths)
        .header(Row::new(heading).style(theme.heading))
        .column_spacing(1);
    let body = Rect { height: area.height.saturating_sub(FOOT), ..area };
    table.render(body, buffer);
    let at = Rect {
        y: body.y.saturating_add(1 + sum(top, cursor)).min(body.bottom().saturating_sub(1)),
        height: body.height.min(1),
        ..body
    };
    if form.pager.cursor > 0 {
        point(theme, Rect { x: at.x + 1.min(at.width), width: at.width.saturating_sub(1), ..at }, FIELD - 1, buffer);
    }
    let used = (1 + sum(top, heights.len())).min(body.height);
    let below = Rect { y: body.y + used + 1, height: area.height.saturating_sub(used + 1), ..area };
    let foot: Vec<Line<'_>> = conflict_foot(merge, form.pager.cursor, &app.store.targets)
        .iter()
        .flat_map(|text| wrap(text, usize::from(below.width).max(1)))
        .map(Line::from)
        .collect();
    Paragraph::new(foot).render(below.intersection(area), buffer);
    at
}

/// Rows below the table: the row under the cursor in full.
const FOOT: u16 = 5;

/// A row as high as its longest value.
fn laid_out(app: &App, theme: &Theme, merged: &Merged, column: usize) -> (u16, Row<'static>) {
    let targets = &app.store.targets;
    let open = merged.result().is_none();
    let (sign, style) = if open { (theme.signs().warning, theme.bad) } else { (theme.signs().done, theme.good) };
    let changed = |is: bool| if is { theme.warn } else { theme.faint };
    let theirs = matches!(merged.fate, FieldMerge::Theirs | FieldMerge::Conflict | FieldMerge::Same);
    let mine = matches!(merged.fate, FieldMerge::Mine | FieldMerge::Conflict | FieldMerge::Same);
    let texts: [(String, Style); 4] = [
        (side_value(merged, Sided::Base, targets), theme.faint),
        (side_value(merged, Sided::Theirs, targets), changed(theirs)),
        (side_value(merged, Sided::Mine, targets), changed(mine)),
        (verdict(merged, targets, &app.cx.explain("{mine} {theirs} {type-choice}")), style),
    ];
    let cells = texts.map(|(text, style)| (wrap(&text, column.max(1)), style));
    let height = clamped(cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or(1));
    let name = cut(merged.field.caption(), usize::from(FIELD) - 2, theme).into_owned();
    let front = [Cell::new(Span::styled(sign, style)), Cell::new(name)];
    let values = cells.map(|(lines, style)| Cell::new(Text::from(lines.join("\n"))).style(style));
    (height, Row::new(front.into_iter().chain(values)).height(height))
}
