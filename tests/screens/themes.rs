//! Each screen in each theme: it says the same in all of them, every letter can be read on the ground that the theme is
//! made for, and what carries a meaning by colour carries it in black and white too.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use sipreg::view;
use sipreg::view::theme::Theme;

use super::dressed::look_dressed;
use super::sitting::Sitting;

/// The least contrast of letters to their ground that is still read, after WCAG's formula. Terminals are far from its
/// 4.5: the green of xterm has 2.1 on white.
const LEAST: f64 = 2.0;

/// The ground and the plain letters of a terminal.
type Ground = ((u8, u8, u8), (u8, u8, u8));
const DARK: Ground = ((0, 0, 0), (229, 229, 229));
const LIGHT: Ground = ((255, 255, 255), (0, 0, 0));

/// Themes and the grounds that each is made for.
fn themes() -> [(&'static str, Theme, &'static [Ground]); 5] {
    [
        ("default", Theme::standard(), &[DARK]),
        ("light", Theme::light(), &[LIGHT]),
        ("high-contrast", Theme::high_contrast(), &[DARK, LIGHT]),
        ("deuteranopia", Theme::deuteranopia(), &[DARK]),
        ("mono", Theme::mono(), &[DARK, LIGHT]),
    ]
}

/// What xterm shows for a colour of the palette.
const fn shown(color: Color, other: (u8, u8, u8)) -> (u8, u8, u8) {
    match color {
        Color::Black => (0, 0, 0),
        Color::Red => (205, 0, 0),
        Color::Green => (0, 205, 0),
        Color::Yellow => (205, 205, 0),
        Color::Blue => (0, 0, 238),
        Color::Magenta => (205, 0, 205),
        Color::Cyan => (0, 205, 205),
        Color::Gray => (229, 229, 229),
        Color::White => (255, 255, 255),
        _ => other,
    }
}

fn luminance((red, green, blue): (u8, u8, u8)) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.0722_f64.mul_add(part(blue), 0.2126_f64.mul_add(part(red), 0.7152 * part(green)))
}

/// How well a cell is read on a ground. Dim letters are not judged: terminals show them as they like.
fn contrast(cell: &Cell, (ground, plain): Ground) -> f64 {
    let (mut back, mut fore) = (luminance(shown(cell.bg, ground)), luminance(shown(cell.fg, plain)));
    if cell.modifier.contains(Modifier::REVERSED) {
        (back, fore) = (fore, back);
    }
    (back.max(fore) + 0.05) / (back.min(fore) + 0.05)
}

fn cells(buffer: &Buffer) -> impl Iterator<Item = ((u16, u16), &Cell)> {
    let area = buffer.area;
    (0..area.height).flat_map(move |y| (0..area.width).map(move |x| ((x, y), &buffer[(x, y)])))
}

/// Whether an underline begins or ends at a blank, in a row that is no rule as a whole.
fn has_bare_underline(buffer: &Buffer) -> bool {
    let width = usize::from(buffer.area.width);
    width > 0
        && buffer.content.chunks(width).any(|row| {
            let underlined = |cell: &&Cell| cell.modifier.contains(Modifier::UNDERLINED);
            let runs = row.split(|cell| !underlined(&cell)).filter(|run| !run.is_empty());
            let edges = runs.flat_map(|run| [run.first(), run.last()]).flatten();
            2 * row.iter().filter(underlined).count() <= width
                && edges.into_iter().any(|cell| cell.symbol().trim().is_empty())
        })
}

/// Holds a screen to these rules in every theme.
pub fn hold(sitting: &Sitting, name: &str) {
    let usual = view::picture(&sitting.app, &Theme::standard());
    for (theme, look, grounds) in themes() {
        let buffer = view::picture(&sitting.app, &look);
        assert!(theme != "high-contrast" || !has_bare_underline(&buffer), "{name} in {theme}: an underlined gap");
        for ((place, cell), (_, other)) in cells(&buffer).zip(cells(&usual)) {
            assert_eq!(cell.symbol(), other.symbol(), "{name} says something else in {theme} at {place:?}");
            assert!(theme != "mono" || (cell.fg, cell.bg) == (Color::Reset, Color::Reset), "{name}: colour in mono");
            let known = |color| color == Color::Reset || shown(color, (1, 2, 3)) != (1, 2, 3);
            assert!(known(cell.fg) && known(cell.bg), "{name}: {:?} is not one of the 16 colours", cell.style());
            if cell.symbol().trim().is_empty() || cell.modifier.contains(Modifier::DIM) {
                continue;
            }
            for ground in grounds {
                let contrast = contrast(cell, *ground);
                assert!(contrast >= LEAST, "{name} in {theme} at {place:?}: {:?} has {contrast:.1}", cell.style());
            }
        }
    }
}

/// Records how a screen looks in the three themes that differ most.
pub fn look_in_themes(sitting: &Sitting, name: &str) {
    for (theme, look, _) in themes() {
        if matches!(theme, "light" | "high-contrast" | "mono") {
            look_dressed(sitting, &format!("{name}-{theme}"), &look);
        }
    }
}
