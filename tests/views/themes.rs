//! Themes change how things look, never what they say.

use ratatui::style::Color;
use sipreg::view::theme::{Characters, Theme};

use crate::screen::{Desk, six};

fn text(desk: &Desk, theme: &Theme) -> String {
    desk.frame_in(theme).content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn every_theme_says_the_same() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter l");
    let said = text(&desk, &Theme::terminal());
    for theme in [Theme::mono(), Theme::high_contrast(), Theme::deuteranopia()] {
        assert_eq!(text(&desk, &theme), said);
    }
}

#[test]
fn mono_has_no_colour() {
    let desk = Desk::over(&six(), (120, 40));
    for cell in &desk.frame_in(&Theme::mono()).content {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
    }
}

#[test]
fn ascii_has_no_box_drawing() {
    let mut desk = Desk::over(&six(), (120, 40));
    desk.keys("y");
    let ascii = text(&desk, &Theme::terminal().drawn_with(Characters::Ascii));
    assert!(ascii.is_ascii(), "{ascii}");
    assert!(ascii.contains("y ...") && ascii.contains('|'));
}
