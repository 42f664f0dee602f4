//! The command line, the action menu and the box of a prefix: low boxes that leave most of the screen as it is,
//! so that few cells are drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::App;
use crate::app::overlay::action_menu::{self, Actions};
use crate::app::overlay::palette::Palette;
use crate::app::overlay::palette::complete::PaletteOffer;
use crate::domain::text::width;
use crate::keys::argument::in_vi;
use crate::keys::sequence;

use crate::view::dialog::{DialogBox, draw_editor};
use crate::view::lines::{listed, point};
use crate::view::pen::{put_at, row};
use crate::view::text::clamped;
use crate::view::theme::Theme;

/// Cells in which a command's name and argument stand.
const NAME: u16 = 26;

/// Cells in which its keys stand.
const KEYS: u16 = 11;

/// Writes a text that is fit to be shown, with some of its letters as found.
fn put_found(buffer: &mut Buffer, place: Rect, skip: u16, text: &str, letters: &[u32], style: Style, theme: &Theme) {
    put_at(buffer, place, skip, text, style);
    let mut x = usize::from(skip);
    for (index, c) in (0_u32..).zip(text.chars()) {
        let cells = width(c.encode_utf8(&mut [0; 4]));
        // The last cell may show that the text goes on.
        if x + cells >= usize::from(place.width) {
            return;
        }
        if let (true, Ok(at), Ok(cells)) = (letters.contains(&index), u16::try_from(x), u16::try_from(cells)) {
            buffer.set_style(Rect { x: place.x + at, width: cells, ..place }, theme.found);
        }
        x += cells;
    }
}

pub fn draw_palette(app: &App, theme: &Theme, area: Rect, palette: &Palette, buffer: &mut Buffer) -> Position {
    let rows = app.cx.palette_rows();
    let about = match palette.command().and_then(|command| Some((command, command.row().argument?))) {
        Some((command, argument)) => {
            format!("{} {}   {}", command.row().name, argument.words, app.cx.explain(command.row().help))
        }
        None => "Command, or an ID".to_owned(),
    };
    let at = palette.marked().map_or(0, |row| row + 1);
    let count = if palette.offers.is_empty() { String::new() } else { format!("{at}/{}", palette.offers.len()) };
    let keys = "Enter: run  Tab: complete  Down: choose  Up: history  Esc: close";
    let place = DialogBox::page(about, keys).with(count).open_low(app, theme, area, rows + 1, buffer);
    let line = row(place, 0);
    let cursor = draw_editor(theme, line, ": ", &palette.input, false, buffer);
    if palette.offers.is_empty() {
        put_at(buffer, row(place, 1), 2, &nothing(palette), theme.faint);
    }
    for (index, offer) in palette.offers.iter().enumerate().skip(palette.pager.top).take(rows) {
        let place = row(place, index - palette.pager.top + 1);
        draw_offer(app, theme, place, offer, buffer);
        if palette.marked() == Some(index) {
            point(theme, place, place.width, buffer);
        }
    }
    cursor
}

/// What stands in place of offers.
fn nothing(palette: &Palette) -> String {
    match palette.command().and_then(|command| command.row().argument) {
        Some(argument) => format!("for example: {}", argument.example),
        None if palette.is_id() => "not in the list. Enter: fetch it from the server".to_owned(),
        None => in_vi(palette.input.text().trim()).unwrap_or("no command matches").to_owned(),
    }
}

fn draw_offer(app: &App, theme: &Theme, place: Rect, offer: &PaletteOffer, buffer: &mut Buffer) {
    let Some(command) = offer.command else {
        let name = Rect { width: place.width.min(NAME), ..place };
        let wide = width(&offer.text) + 4 > usize::from(NAME) && offer.note.is_empty();
        put_found(buffer, if wide { place } else { name }, 2, &offer.text, &offer.letters, theme.key, theme);
        if !wide {
            put_found(buffer, place, NAME + 2, &offer.note, &offer.note_letters, Style::new(), theme);
        }
        return;
    };
    let keys = app.cx.setup.keymap.keys_of(app.panes.scope(), command).unwrap_or_default();
    let why_not = app.why_not(command);
    let name = if why_not.is_some() { theme.faint } else { theme.key };
    put_found(buffer, Rect { width: place.width.min(NAME + 1), ..place }, 2, &offer.text, &offer.letters, name, theme);
    put_at(buffer, Rect { width: place.width.min(NAME + 2 + KEYS), ..place }, NAME + 2, &keys, Style::new());
    let skip = NAME + 2 + KEYS;
    match why_not {
        Some(why) => {
            // Its name stands there already.
            let why = why
                .strip_prefix(":")
                .and_then(|rest| rest.strip_prefix(command.row().name))
                .map_or(why.as_str(), str::trim_start);
            put_at(buffer, place, skip, &format!("no: {why}"), theme.faint);
        }
        None => put_found(buffer, place, skip, &offer.note, &offer.note_letters, Style::new(), theme),
    }
}

pub fn draw_actions(app: &App, theme: &Theme, area: Rect, menu: &Actions, buffer: &mut Buffer) {
    let lines = action_menu::actions(app);
    let rows = app.cx.action_rows().min(lines.len());
    let begun = if menu.keys.is_empty() { String::new() } else { format!("   {} …", sequence(&menu.keys)) };
    let count = if lines.len() > rows { format!("{}/{}", menu.pager.cursor + 1, lines.len()) } else { String::new() };
    let dialog = DialogBox::page(
        format!("Actions on {}{begun}", action_menu::thing(app)),
        app.cx.explain("Enter: run  {down}/{up}: move  Esc: close"),
    );
    let place = dialog.with(count).open_low(app, theme, area, rows, buffer);
    // Commands without a key show their names, which are longer.
    let keys = lines.iter().map(|line| width(&line.keys)).max().unwrap_or(0).min(usize::from(NAME));
    let keys = u16::try_from(keys).unwrap_or(NAME);
    let body = Rect { height: place.height.min(clamped(rows)), ..place };
    listed(theme, body, menu.pager, &lines, buffer, |place, line, buffer| {
        let why_not = app.why_not(line.command);
        let style = if why_not.is_some() { theme.faint } else { theme.key };
        put_at(buffer, Rect { width: place.width.min(keys + 3), ..place }, 2, &line.keys, style);
        match why_not {
            Some(why) => put_at(buffer, place, keys + 4, &format!("no: {why}"), theme.faint),
            None => put_at(buffer, place, keys + 4, &line.help, Style::new()),
        };
    });
}

/// Cells of one continuation at least.
const CONTINUATION: u16 = 38;

/// What may follow the keys pressed so far, in columns, just above the lowest lines.
pub fn draw_prefix(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let layout = app.cx.layout();
    let next = app.cx.setup.keymap.continuations(app.panes.scope(), &app.input.pending);
    let columns = usize::from((area.width / CONTINUATION).clamp(1, 4));
    let height = next.len().div_ceil(columns);
    let dialog = DialogBox::page(format!("{} …", sequence(&app.input.pending)), "Esc: cancel");
    let room = usize::from(layout.message.y.saturating_sub(layout.status.height + 1));
    let place = dialog.open_low(app, theme, area, height.min(room), buffer);
    let cells = place.width / u16::try_from(columns).unwrap_or(1);
    let keys = next.iter().map(|(keys, _)| width(keys)).max().unwrap_or(1);
    let keys = u16::try_from(keys).unwrap_or(1);
    for (index, (key, command)) in next.iter().enumerate() {
        let line = row(place, index % height.max(1));
        let column = u16::try_from(index / height.max(1)).unwrap_or(0);
        let cell = Rect { x: line.x + column * cells, width: line.width.min(cells), ..line };
        put_at(buffer, cell, 2, key, theme.key);
        let style = if app.why_not(*command).is_some() { theme.faint } else { Style::new() };
        put_at(buffer, cell, 3 + keys, &app.cx.explain(command.row().help), style);
    }
}
