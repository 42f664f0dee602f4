//! The line above the keys: a message, or else what is wrong with the record under the cursor.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::app::core::Tone;
use crate::app::model::columns::heading;
use crate::app::widget::Layout;
use crate::app::widget::layout::SMALLEST;
use crate::app::{App, Focus};
use crate::domain::record::Record as _;
use crate::domain::rules::check;
use crate::domain::text::{width, wrap};
use crate::keys::{Command, Scope, sequence};

use crate::view::pane::padded;
use crate::view::text::{clamped, line};
use crate::view::theme::Theme;
use crate::view::{hints, list};

pub fn draw(app: &App, theme: &Theme, layout: &Layout, frame: &mut Frame<'_>) {
    if layout.tiny && app.overlay.current.is_some() && app.cx.notices.current().is_none() {
        // The keys of the dialog stand there.
        return;
    }
    if layout.tiny
        && app.panes.focus == Focus::Side
        && app.input.pending.is_empty()
        && app.cx.notices.current().is_none()
    {
        // What can be pressed counts more than what a larger screen would show.
        let keys = hints::line(app, theme, usize::from(layout.message.width.saturating_sub(2)));
        frame.render_widget(Paragraph::new(padded(keys)), layout.message);
    } else if layout.tiny {
        let text = tiny(app);
        let parts = [(Cow::Owned(text), theme.faint)];
        frame.render_widget(Paragraph::new(line(&parts, usize::from(layout.message.width), theme)), layout.message);
    } else if app.cx.notices.current().is_some() {
        notice(app, theme, layout, frame);
    } else if let Some(about) = about(app, theme, layout).or_else(|| tip(app, theme, layout)) {
        let lines: Vec<Line<'_>> = about.into_iter().map(padded).collect();
        let width = lines.iter().map(Line::width).max().unwrap_or(0);
        let rows = clamped(lines.len());
        let place = Rect {
            y: layout.message.y.saturating_sub(rows.saturating_sub(1)),
            width: clamped(width).min(layout.message.width),
            height: rows,
            ..layout.message
        };
        frame.render_widget(Clear, place);
        frame.render_widget(Paragraph::new(lines), place);
    }
}

/// What stands on the only line of a very small screen.
fn tiny(app: &App) -> String {
    if !app.input.pending.is_empty() {
        let next = app.cx.setup.keymap.continuations(app.panes.scope(), &app.input.pending);
        let next: Vec<String> = next.into_iter().map(|(keys, _)| keys).collect();
        return format!("{} … {}", sequence(&app.input.pending), next.join(" "));
    }
    if let Some(notice) = app.cx.notices.current() {
        return notice.text.clone();
    }
    let (columns, rows) = SMALLEST;
    let verb = if app.panes.focus == Focus::List { "quit" } else { "back" };
    let key = app.key_here(Command::Back);
    let filter = &app.list.arranging.text;
    if app.panes.focus == Focus::List && !filter.is_empty() {
        // There is no header here that says what is not shown.
        let (shown, all) = (app.list.rows.len(&app.store.records), app.store.present());
        format!("{shown} of {all} /{filter}. {key}: {verb}")
    } else {
        format!("enlarge to {columns}x{rows} to see all. {key}: {verb}")
    }
}

/// The last message, on more lines where it needs them.
fn notice(app: &App, theme: &Theme, layout: &Layout, frame: &mut Frame<'_>) {
    let Some(notice) = app.cx.notices.current() else { return };
    let style = match notice.tone {
        Tone::Good => theme.good,
        Tone::Plain => theme.faint,
        Tone::Bad => theme.bad,
    };
    let word = notice.tone.word();
    // It begins where hints begin, and stands apart from a border.
    let edge: u16 = 1;
    let mut lines = wrap(&notice.text, notice.room(layout.message.width));
    // Over a box only one of its lines is free, and the row under the cursor stays in sight.
    let last_row = app.list.rows.top() + layout.list_height();
    let over_cursor = if app.panes.focus == Focus::List && !layout.dressed {
        last_row.saturating_sub(app.list.rows.position()).max(1)
    } else {
        usize::MAX
    };
    let most = if app.overlay.current.is_some() { 1 } else { notice.tone.lines().min(over_cursor) };
    let cut = lines.len() > most;
    lines.truncate(most);
    let rows = clamped(lines.len());
    let longest = lines.iter().map(|line| width(line)).max().unwrap_or(0);
    let mut place = Rect {
        y: layout.message.y.saturating_sub(rows.saturating_sub(1)),
        height: rows,
        width: clamped(longest + word.len() + 2 + usize::from(edge)).min(layout.message.width),
        ..layout.message
    };
    if layout.dressed && app.overlay.current.is_some() {
        // The border of a box has its keys.
        place.y = place.y.saturating_sub(1);
    }
    if cut || !layout.dressed {
        place.width = layout.message.width;
    }
    let shown: Vec<Line<'_>> = lines
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            let word = if index == 0 { word } else { "  " };
            let edge = " ".repeat(edge.into());
            Line::from(vec![Span::styled(format!("{edge}{word} "), style), Span::raw(text)])
        })
        .collect();
    // Rows above its last one lie over the list or a pane: nothing of that is left beside them.
    let gap = u16::from(layout.dressed);
    let cells = layout.message.width + 2 * gap;
    let above = Rect { x: place.x - gap, width: cells, height: rows.saturating_sub(1), ..place };
    frame.render_widget(Clear, above.intersection(frame.area()));
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(shown), place);
    if cut {
        let keys = app.key_here(Command::Messages);
        let all = format!("{} {keys} all", theme.signs().cut);
        // What to do is not cut with its reason, where both have room.
        let advice = what_to_do(&notice.text).map(|advice| format!("{} {advice}  {keys} all", theme.signs().cut));
        let hint = advice.filter(|advice| 2 * width(advice) <= usize::from(place.width)).unwrap_or(all);
        let cells = clamped(width(&hint)).min(place.width);
        let end = Rect { x: place.right() - cells, y: place.bottom() - 1, width: cells, height: 1 };
        frame.render_widget(Paragraph::new(Span::styled(hint, theme.key)), end);
    }
}

/// The keys that a message ends with: `t: retry`.
fn what_to_do(text: &str) -> Option<&str> {
    let (_, last) = text.rsplit_once(". ")?;
    let (key, verb) = last.split_once(": ")?;
    (!key.contains(' ') && !verb.is_empty()).then_some(last)
}

/// A tip for those who try the console, where the line is free.
fn tip(app: &App, theme: &Theme, layout: &Layout) -> Option<Vec<Line<'static>>> {
    if app.panes.focus != Focus::List || app.overlay.current.is_some() || !app.list.is_at_rest(&app.cx) {
        return None;
    }
    let (keys, text) = app.input.tips.in_turn().find_map(|(command, text)| {
        let usable = !app.is_refused_by_profile(command);
        Some((app.cx.setup.keymap.keys_of(Scope::List, command).filter(|_| usable)?, text))
    })?;
    let parts = [
        (Cow::Borrowed("Tip  "), theme.faint),
        (Cow::Owned(keys), theme.key),
        (Cow::Owned(format!(": {text}")), theme.faint),
    ];
    Some(vec![line(&parts, usize::from(layout.message.width.saturating_sub(2)), theme)])
}

/// About the record, or the field, under the cursor.
fn about(app: &App, theme: &Theme, layout: &Layout) -> Option<Vec<Line<'static>>> {
    if app.overlay.current.is_some() {
        // The cursor is elsewhere.
        return None;
    }
    let room = usize::from(layout.message.width.saturating_sub(if layout.dressed { 2 } else { 1 }));
    if app.panes.focused().is_some() {
        let field = app.panes.chosen_line(&app.cx, &app.store)?.field?;
        return Some(vec![line(&[(Cow::Borrowed(field.field().help), theme.faint)], room, theme)]);
    }
    let record = app.list.under_cursor(&app.store)?;
    if let Some(column) = app.list.rows.column {
        let text = format!("{}: {}", heading(column), column.text(&record, &app.store.targets));
        let keys = app.cx.key(Command::ShowValue);
        let hint = if width(&text) > room { format!(" {keys} all") } else { String::new() };
        let mut shown = line(&[(Cow::Owned(text), Style::new())], room.saturating_sub(hint.len()), theme);
        shown.push_span(Span::styled(hint, theme.key));
        return Some(vec![shown]);
    }
    // Beside the list, or below it, the pane says it first.
    if layout.wide || !app.list.is_at_rest(&app.cx) {
        return None;
    }
    // The worst one; the detail has all of them.
    let findings = check::record(&record, &app.store.lint_context());
    let finding = findings.iter().min_by_key(|finding| std::cmp::Reverse(finding.severity))?;
    let (sign, style) = list::severity(theme, finding.severity);
    let display_name = app.store.display_name(record.id());
    let said = format!("{}: {}", finding.field.field().label, finding.message);
    // A second line where the list leaves one free.
    let used = 2 + width(&display_name) + 2;
    let free = app.list.rows.len(&app.store.records) < layout.list_height();
    let (first, rest) = match room.checked_sub(used).filter(|left| *left > 0 && free) {
        Some(left) => split(&said, left),
        None => (said, None),
    };
    let parts = [
        (Cow::Owned(format!("{sign} ")), style),
        (Cow::Owned(display_name), theme.strong),
        (Cow::Owned(format!("  {first}")), Style::new()),
    ];
    let rest = rest.map(|rest| line(&[(Cow::Owned(format!("  {rest}")), Style::new())], room, theme));
    Some(std::iter::once(line(&parts, room, theme)).chain(rest).collect())
}

/// A text in two, where it does not fit: as many words as fit into `cells`, and those that follow.
fn split(text: &str, cells: usize) -> (String, Option<String>) {
    let mut lines = wrap(text, cells).into_iter();
    let head = lines.next().unwrap_or_default();
    let rest = lines.collect::<Vec<_>>().join(" ");
    (head, (!rest.is_empty()).then_some(rest))
}
