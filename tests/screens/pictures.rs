//! The pictures of the README and the documents, drawn from the cells that the snapshots compare.
//! After a wanted change: `README_UPDATE=1 cargo test --test screens pictures`, then look at them.

use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs};

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use sipreg::demo::ServerClock;
use sipreg::domain::record::{FieldId, Value};
use sipreg::view;
use sipreg::view::theme::Theme;
use svg::Document;
use svg::node::element::{Rectangle, Text};
use unicode_width::UnicodeWidthStr as _;

use crate::list_at;
use crate::sitting::{BEGINNING, Sitting};
use crate::themes::look_in_themes;

/// Pixels of a cell, and of the letters in it.
const CELL: (f32, f32) = (8.4, 18.0);
const LETTERS: f32 = 14.0;
/// Pixels around the screen.
const EDGE: f32 = 10.0;

const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#c9cdd6";

/// The colour that a terminal shows, for letters or behind them.
fn shown(colour: Color, behind: bool) -> &'static str {
    match (colour, behind) {
        (Color::Black, _) => "#16181d",
        (Color::Red | Color::LightRed, false) => "#f07178",
        (Color::Red | Color::LightRed, true) => "#b3263a",
        (Color::Green | Color::LightGreen, false) => "#8bcf7b",
        (Color::Green | Color::LightGreen, true) => "#2f7d32",
        (Color::Yellow | Color::LightYellow, false) => "#e6c06b",
        (Color::Yellow | Color::LightYellow, true) => "#a87f1f",
        (Color::Blue | Color::LightBlue, false) => "#73a7f0",
        (Color::Blue | Color::LightBlue, true) => "#2257a8",
        (Color::Magenta | Color::LightMagenta, _) => "#c792ea",
        (Color::Cyan | Color::LightCyan, false) => "#62c4d6",
        (Color::Cyan | Color::LightCyan, true) => "#1f6f86",
        (Color::White, _) => "#ffffff",
        (_, true) => BACKGROUND,
        (_, false) => FOREGROUND,
    }
}

/// Letters, what is behind them, and how they look.
fn paint(style: Style) -> (&'static str, &'static str, Modifier) {
    let (fore, back) = (style.fg.unwrap_or(Color::Reset), style.bg.unwrap_or(Color::Reset));
    let marks = style.add_modifier;
    if marks.contains(Modifier::REVERSED) {
        let behind = if fore == Color::Reset { FOREGROUND } else { shown(fore, true) };
        let letters = if back == Color::Reset { BACKGROUND } else { shown(back, false) };
        return (letters, behind, marks);
    }
    (shown(fore, false), shown(back, true), marks)
}

/// A row of cells with one style: column, cells and text.
fn runs(buffer: &Buffer, y: u16) -> Vec<(u16, u16, String, Style)> {
    let mut runs: Vec<(u16, u16, String, Style)> = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        // The cell behind a wide letter is that letter's.
        let cells = u16::try_from(cell.symbol().width().max(1)).unwrap();
        match runs.last_mut() {
            Some((_, all, text, style)) if *style == cell.style() => {
                *all += cells;
                text.push_str(cell.symbol());
            }
            _ => runs.push((x, cells, cell.symbol().to_owned(), cell.style())),
        }
        x += cells;
    }
    runs
}

/// A screen as a picture.
fn drawn(buffer: &Buffer) -> String {
    let size = (f32::from(buffer.area.width) * CELL.0, f32::from(buffer.area.height) * CELL.1);
    let (width, height) = (size.0 + 2.0 * EDGE, size.1 + 2.0 * EDGE);
    let ground = Rectangle::new().set("width", width).set("height", height).set("rx", 6).set("fill", BACKGROUND);
    let mut document = Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("width", width)
        .set("height", height)
        .set("font-family", "DejaVu Sans Mono, Menlo, Consolas, monospace")
        .set("font-size", LETTERS)
        // As terminals without bidi show it: from the left.
        .set("style", "unicode-bidi: bidi-override; direction: ltr")
        .add(ground);
    for y in 0..buffer.area.height {
        let top = EDGE + f32::from(y) * CELL.1;
        for (x, cells, text, style) in runs(buffer, y) {
            let (letters, behind, marks) = paint(style);
            let (left, wide) = (EDGE + f32::from(x) * CELL.0, f32::from(cells) * CELL.0);
            if behind != BACKGROUND {
                let block = Rectangle::new().set("x", left).set("y", top).set("width", wide).set("height", CELL.1);
                document = document.add(block.set("fill", behind));
            }
            let blank = text.trim_end();
            let lead = blank.len() - blank.trim_start().len();
            let words = blank.trim_start();
            if words.is_empty() {
                continue;
            }
            let cells = u16::try_from(words.width()).unwrap();
            // Spaces that are not folded, in place of xml:space: that would show the line ends of the file, too.
            let mut line = Text::new(words.replace(' ', "\u{a0}"))
                .set("x", left + f32::from(u16::try_from(lead).unwrap()) * CELL.0)
                .set("y", top + CELL.1 * 0.75)
                .set("textLength", f32::from(cells) * CELL.0)
                .set("fill", letters);
            if marks.contains(Modifier::BOLD) {
                line = line.set("font-weight", "bold");
            }
            if marks.contains(Modifier::DIM) {
                line = line.set("opacity", 0.6);
            }
            if marks.contains(Modifier::UNDERLINED) {
                line = line.set("text-decoration", "underline");
            }
            document = document.add(line);
        }
    }
    document.to_string() + "\n"
}

/// Entity tags digest documents, and those tell the server's port: every picture has the same tag.
pub fn untag(buffer: &mut Buffer) {
    for y in 0..buffer.area.height {
        let row: Vec<String> = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol().to_owned()).collect();
        for x in 0..row.len().saturating_sub(13) {
            if row.get(x..x + 3).is_some_and(|start| start.concat() == "W/\"")
                && row.get(x + 13).is_some_and(|end| end == "\"")
            {
                for (at, c) in "eb20..3623".chars().enumerate() {
                    buffer[(u16::try_from(x + 3 + at).unwrap(), y)].set_char(c);
                }
            }
        }
    }
}

/// Compares a picture with its file, or writes it.
fn hold(name: &str, sitting: &Sitting) {
    let mut buffer = view::picture(&sitting.app, &Theme::standard());
    untag(&mut buffer);
    let wanted = drawn(&buffer);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/pictures").join(format!("{name}.svg"));
    if env::var_os("README_UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, wanted).unwrap();
    } else {
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == wanted, "{name}.svg is behind: README_UPDATE=1 cargo test --test screens pictures");
    }
}

const SIZE: (u16, u16) = (120, 36);

/// Two fields of 13 changed in the form.
fn changed(size: (u16, u16)) -> Sitting {
    let mut sitting = list_at(size, "13");
    sitting.press(":");
    sitting.write("set expire 600");
    sitting.carry_out("Enter");
    sitting.press(":");
    sitting.write("set retry-delay 30");
    sitting.carry_out("Enter");
    sitting
}

/// The screens that the documents show.
fn scenes() -> Vec<(&'static str, Sitting)> {
    let mut detail = list_at(SIZE, "22");
    detail.carry_out("Enter");
    let mut help = list_at(SIZE, "13");
    help.press("?");

    let mut review = changed(SIZE);
    review.carry_out("w");

    let mut conflict = changed(SIZE);
    conflict.server.change(13, FieldId::Expire, Value::Number(777));
    conflict.carry_out("w");

    let mut overview = Sitting::ready(SIZE, 600);
    overview.carry_out("O");

    let mut lint = Sitting::ready(SIZE, 600);
    lint.carry_out("L");

    let mut bulk = Sitting::ready(SIZE, 120);
    bulk.carry_out("g g Space Space Space Space Space Space Space Space t d");

    let mut live = Sitting::live((160, 44), 120, Duration::from_secs(15));
    live.server.control().set_clock(ServerClock::Fixed(BEGINNING + 60));
    live.answer_all();
    live.pass(Duration::from_secs(15));
    live.answer_all();
    vec![
        ("list", list_at(SIZE, "13")),
        ("detail", detail),
        ("form", changed(SIZE)),
        ("review", review),
        ("conflict", conflict),
        ("bulk", bulk),
        ("overview", overview),
        ("lint", lint),
        ("help", help),
        ("live", live),
    ]
}

#[test]
fn pictures_show_the_screens_as_they_are() {
    for (name, sitting) in scenes() {
        hold(name, &sitting);
    }
}

#[test]
fn the_screens_of_the_pictures_in_other_themes() {
    for (name, sitting) in scenes() {
        look_in_themes(&sitting, name);
    }
}
