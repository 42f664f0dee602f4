//! How screens look, not only what they say: each cell with its colour and its marks, in colour and without.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use sipreg::view;
use sipreg::view::theme::Theme;

use crate::list_at;
use crate::pictures::untag;
use crate::sitting::Sitting;

fn in_theme(sitting: &Sitting, theme: &Theme) -> Buffer {
    let mut buffer = view::picture(&sitting.app, theme);
    untag(&mut buffer);
    buffer
}

/// Every row, and under it a letter for each cell that is not plain; then what the letters stand for.
fn dressed(buffer: &Buffer) -> String {
    let mut text = String::new();
    let mut looks: Vec<Style> = Vec::new();
    for y in 0..buffer.area.height {
        let mut letters = String::new();
        let mut symbols = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            symbols.push_str(cell.symbol());
            let style = cell.style();
            if style == ratatui::buffer::Cell::EMPTY.style() {
                letters.push(' ');
                continue;
            }
            let at = looks.iter().position(|known| *known == style).unwrap_or_else(|| {
                looks.push(style);
                looks.len() - 1
            });
            letters.push(char::from(b'a' + u8::try_from(at).unwrap()));
        }
        writeln!(text, "|{}", symbols.trim_end()).unwrap();
        if !letters.trim().is_empty() {
            writeln!(text, ":{}", letters.trim_end()).unwrap();
        }
    }
    for (letter, style) in (b'a'..).map(char::from).zip(looks) {
        let colour = style.fg.map(|colour| format!(" {colour}")).filter(|colour| colour != " Reset");
        let ground = style.bg.map(|colour| format!(" on {colour}")).filter(|ground| ground != " on Reset");
        let (colour, ground) = (colour.unwrap_or_default(), ground.unwrap_or_default());
        writeln!(text, "{letter}:{colour}{ground} {:?}", style.add_modifier).unwrap();
    }
    text
}

pub fn look_dressed(sitting: &Sitting, name: &str, theme: &Theme) {
    let (width, height) = sitting.app.cx.size;
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let looks = dressed(&in_theme(sitting, theme));
    settings.bind(|| insta::assert_snapshot!(format!("dressed-{name}_{width}x{height}"), looks));
}

/// A list with all that is marked in it: a filter, a column, a finding, a message.
fn busy(size: (u16, u16)) -> Sitting {
    let mut sitting = list_at(size, "16");
    sitting.press("/");
    sitting.write("tel");
    sitting.press("Enter l l > Z");
    sitting
}

#[test]
fn a_list_in_colour_and_without() {
    for size in [(80, 24), (120, 40)] {
        look_dressed(&busy(size), "mono", &Theme::mono());
        look_dressed(&busy(size), "default", &Theme::standard());
    }
}

#[test]
fn a_list_for_eyes_that_need_more_contrast_or_see_no_red() {
    look_dressed(&busy((80, 24)), "high-contrast", &Theme::high_contrast());
    look_dressed(&busy((80, 24)), "deuteranopia", &Theme::deuteranopia());
}

#[test]
fn a_filter_with_a_mistake_and_a_choice_of_views_without_colour() {
    let mut sitting = list_at((80, 24), "22");
    sitting.press("/");
    sitting.write("acme expire>1h");
    look_dressed(&sitting, "mono-mistake", &Theme::mono());
    let mut sitting = list_at((80, 24), "22");
    sitting.press("F");
    look_dressed(&sitting, "mono-views", &Theme::mono());
}
