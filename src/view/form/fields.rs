//! The fields of a form: changed values with the old one behind, what is wrong under its field, and help right below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget as _};

use crate::app::App;
use crate::app::form::rows::{FormRow, VALUE, first_in_view, rows};
use crate::app::form::{Form, value_text};
use crate::app::model::drafts::OpenDraft;
use crate::domain::record::{EDIT_ORDER, Field, Record as _, ValueKind};
use crate::domain::text::{width, wrap};

use crate::view::lines::point;
use crate::view::list::severity;
use crate::view::pen::row;
use crate::view::text::{clamped, cut};
use crate::view::theme::Theme;

/// Draws the rows. Answers with the row of the field under the cursor, and with the rows used.
pub fn draw(
    app: &App,
    theme: &Theme,
    area: Rect,
    (form, open): (&Form, &OpenDraft),
    focused: bool,
    buffer: &mut Buffer,
) -> (Rect, u16) {
    let rows = rows(form, open, &app.store.lint_context(), usize::from(area.width));
    let first = first_in_view(&rows, form, usize::from(area.height));
    let mut under_cursor = row(area, 0);
    let mut used = 0;
    for (index, entry) in rows.iter().skip(first).take(usize::from(area.height)).enumerate() {
        let place = row(area, index);
        let line = match entry {
            FormRow::Heading(section) => Line::from(Span::styled(section.title(), theme.heading)),
            FormRow::Field(at) => {
                if *at == form.pager.cursor {
                    under_cursor = place;
                }
                EDIT_ORDER
                    .get(*at)
                    .map_or_else(Line::default, |field| of_field(app, theme, form, open, field.field(), place))
            }
            FormRow::Note(worst, text, is_first) => {
                let (sign, style) = severity(theme, *worst);
                let sign = if *is_first { sign } else { " " };
                Line::from(Span::styled(format!("{:VALUE$}{sign} {text}", ""), style))
            }
        };
        line.render(place, buffer);
        if focused && *entry == FormRow::Field(form.pager.cursor) {
            point(theme, place, clamped(VALUE - 1), buffer);
        }
        used = index + 1;
    }
    (under_cursor, clamped(used))
}

fn of_field(app: &App, theme: &Theme, form: &Form, open: &OpenDraft, field: &Field, place: Rect) -> Line<'static> {
    let room = usize::from(place.width);
    let revealed = form.revealed_until.is_some_and(|until| app.cx.now.mono < until);
    let changed = open.draft.is_changed(field.id) || open.draft.lost().any(|lost| lost == field.id);
    let sign = if changed { theme.signs().draft } else { " " };
    let value = Form::text(field, open, &app.store.targets, revealed);
    let style = if changed {
        theme.changed
    } else if open.draft.value(field.id).is_unset() {
        theme.faint
    } else {
        Style::new()
    };
    let value = cut(&value, room.saturating_sub(VALUE), theme).into_owned();
    let used = VALUE + width(&value);
    let mut line = Line::from(vec![
        Span::styled(format!("{sign} "), theme.warn),
        Span::styled(
            format!("{:<1$}", field.id.caption(), VALUE - 2),
            if changed { Style::new() } else { theme.label },
        ),
        Span::styled(value, style),
    ]);
    if let Some(was) = was(app, form, open, field).filter(|_| changed) {
        line.push_span(Span::styled(cut(&was, room.saturating_sub(used), theme).into_owned(), theme.faint));
    }
    line
}

/// What a changed field was.
fn was(app: &App, form: &Form, open: &OpenDraft, field: &Field) -> Option<String> {
    if !form.with_base || open.draft.is_fresh() {
        return None;
    }
    if field.kind == ValueKind::Secret {
        return Some("   changed".to_owned());
    }
    let base = open.draft.base().value(field.id);
    let was = value_text(field, base, &app.store.targets, false);
    // What is not set stands in brackets of its own.
    let unbracketed = was.strip_prefix('(').and_then(|was| was.strip_suffix(')')).filter(|_| base.is_unset());
    Some(format!("   was {}", unbracketed.unwrap_or(&was)))
}

/// Help of the field and what saving will do, each wrapped as far as there is room, and one line of it at least.
pub fn foot(app: &App, theme: &Theme, area: Rect, form: &Form, open: &OpenDraft, buffer: &mut Buffer) {
    let field: &Field = form.field();
    let room = usize::from(area.width).max(1);
    let range = match field.kind {
        ValueKind::Number { min, max, unit } => format!(" {min} to {max} {unit}."),
        _ => String::new(),
    };
    let mut parts: Vec<(&str, String, Style)> = Vec::new();
    if let Some(refused) = form.on_top.first() {
        parts.push(("Refused", refused.clone(), theme.bad));
    }
    if form.long_help {
        parts.push((field.id.caption(), format!("{}{range} {}", field.help, field.more), Style::new()));
    } else {
        parts.push((field.id.caption(), format!("{}{range}", field.help), Style::new()));
        if !open.draft.is_empty() {
            parts.push(("Saving", open.draft.effect(&app.store.targets).join(" "), Style::new()));
        }
    }
    let wrapped: Vec<Vec<String>> =
        parts.iter().map(|(label, text, _)| wrap(&format!("{label}  {text}"), room)).collect();
    // Where not all fits, help gives way to what was refused and to what saving does.
    let mut granted: Vec<usize> = wrapped.iter().map(|_| 1).collect();
    let mut left = usize::from(area.height).saturating_sub(granted.len());
    let help = |index: usize| parts.get(index).is_some_and(|(label, ..)| *label == field.id.caption());
    for wants_help in [false, true] {
        for (index, lines) in wrapped.iter().enumerate().filter(|(index, _)| help(*index) == wants_help) {
            let more = lines.len().saturating_sub(1).min(left);
            left -= more;
            if let Some(granted) = granted.get_mut(index) {
                *granted += more;
            }
        }
    }
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (((label, _, style), mut wrapped), most) in parts.into_iter().zip(wrapped).zip(granted) {
        if wrapped.len() > most {
            let rest = wrapped.split_off(most - 1).join(" ");
            wrapped.push(cut(&rest, room, theme).into_owned());
        }
        for (number, line) in wrapped.into_iter().enumerate() {
            let spans = match line.strip_prefix(label).filter(|_| number == 0) {
                Some(rest) => vec![Span::styled(label, theme.heading), Span::styled(rest.to_owned(), style)],
                None => vec![Span::styled(line, style)],
            };
            lines.push(Line::from(spans));
        }
    }
    Paragraph::new(lines).render(area, buffer);
}
