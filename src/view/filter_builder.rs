//! The filter builder, and the box that shows one value in full.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::App;
use crate::app::overlay::cell_popup::Whole;
use crate::app::overlay::filter_builder::{BuilderStep, Building};
use crate::app::overlay::output::ProgramOutput;

use crate::view::dialog::{DialogBox, draw_editor};
use crate::view::lines::listed;
use crate::view::pen::{put, put_at, row};
use crate::view::text::clamped;
use crate::view::theme::Theme;

/// Cells in front of what a choice means.
const MEANING: u16 = 24;

/// The steps on the first line, the choices under it, and the filter that comes of them at the bottom.
pub fn draw(app: &App, theme: &Theme, area: Rect, building: &Building, buffer: &mut Buffer) -> Position {
    let typed = building.is_typed(app);
    let (title, keys) = match building.step {
        BuilderStep::Subject => ("Filter builder: which field?", "type: find  Enter: choose  Esc: close"),
        BuilderStep::Asking(_) => ("Filter builder: compared how?", "Enter: choose  Esc: back"),
        BuilderStep::Value(..) if typed => {
            ("Filter builder: type the value", "Enter: apply  Tab: add another  Esc: back")
        }
        BuilderStep::Value(..) => ("Filter builder: which value?", "Enter: apply  Tab: add another  Esc: back"),
    };
    let inside = DialogBox::page(title, keys).open(app, theme, area, buffer);
    let prompt = match building.step {
        BuilderStep::Subject => "field: ".to_owned(),
        BuilderStep::Asking(subject) => format!("{}  comparison: ", subject.name()),
        BuilderStep::Value(subject, asking) => format!("{}  {}: ", subject.name(), asking.words()),
    };
    let cursor = draw_editor(theme, row(inside, 0), &prompt, &building.line, false, buffer);
    // The filter and its count take the two lines at the bottom.
    let shown = usize::from(inside.height).saturating_sub(3);
    let choices = building.choices(app);
    let body = Rect { y: inside.y + 1, height: clamped(shown), ..inside };
    listed(theme, body, building.pager, &choices, buffer, |place, (word, meaning), buffer| {
        let room = if meaning.is_empty() { place.width } else { MEANING.min(place.width) };
        put_at(buffer, Rect { width: room, ..place }, 2, word, theme.key);
        put_at(buffer, place, MEANING, meaning, theme.faint);
    });
    if let (Some(mistake), true) = (&building.mistake, shown > 0) {
        let used = put_at(buffer, row(inside, 2), 2, "!! ", theme.bad);
        put_at(buffer, row(inside, 2), 2 + used, &mistake.to_string(), theme.bad);
    } else if choices.is_empty() && !typed {
        put_at(buffer, row(inside, 2), 2, "no match", theme.faint);
    }
    let text = &app.list.arranging.text;
    let text = if text.is_empty() { "all registrations" } else { text };
    let bottom = usize::from(inside.height);
    if bottom >= 4 {
        let used = put(buffer, row(inside, bottom - 2), "/ ", theme.key);
        put_at(buffer, row(inside, bottom - 2), used, text, theme.active);
    }
    if bottom >= 2 {
        let count = format!("{} of {}", app.list.rows.len(&app.store.records), app.store.records.len());
        put(buffer, row(inside, bottom - 1), &count, Style::new());
    }
    cursor
}

/// A box at the bottom of the screen, as high as the value needs.
pub fn draw_whole(app: &App, theme: &Theme, area: Rect, whole: &Whole, buffer: &mut Buffer) {
    let (lines, shown) = (whole.lines(app.cx.size.0), app.cx.whole_height(whole));
    let dialog = DialogBox::page(whole.title.as_str(), "y: copy  Esc: close");
    draw_text(app, theme, area, dialog, &lines, whole.pager.top, shown, buffer);
}

/// What a program printed, in such a box.
pub fn draw_output(app: &App, theme: &Theme, area: Rect, output: &ProgramOutput, buffer: &mut Buffer) {
    let (lines, shown) = (output.lines(app.cx.size.0), app.cx.output_height(output));
    let keys = if output.running { "Ctrl-c: cancel  Esc: close, it keeps running" } else { "j/k: scroll  Esc: close" };
    let dialog = DialogBox::page(output.title.as_str(), keys);
    draw_text(app, theme, area, dialog, &lines, output.pager.top, shown, buffer);
}

/// Rows below the text that a message covers: what came by itself must not hide what a program printed.
fn covered(app: &App) -> usize {
    usize::from(app.cx.layout().dressed && app.cx.notices.current().is_some())
}

fn draw_text(
    app: &App,
    theme: &Theme,
    area: Rect,
    dialog: DialogBox,
    lines: &[String],
    top: usize,
    shown: usize,
    buffer: &mut Buffer,
) {
    let dialog = if lines.len() > shown {
        dialog.with(format!("{}-{} of {}", top + 1, (top + shown).min(lines.len()), lines.len()))
    } else {
        dialog
    };
    let inside = dialog.open_low(app, theme, area, shown + covered(app), buffer);
    for (index, line) in lines.iter().skip(top).take(shown).enumerate() {
        put_at(buffer, row(inside, index), 1, line, Style::new());
    }
}
