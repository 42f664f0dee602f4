//! Themes change how things look, never what they say.

use ratatui::style::{Color, Modifier};
use sipreg::domain::query::Segment;
use sipreg::domain::record::{FieldId, Relation, Target, Value};
use sipreg::view::theme::{Characters, Cursor, Theme};

use crate::screen::{Desk, six};

fn text(desk: &Desk, theme: &Theme) -> String {
    desk.frame_in(theme).content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn every_theme_says_the_same() {
    let mut desk = Desk::six();
    desk.keys("/ 'acme' Enter l");
    let said = text(&desk, &Theme::standard());
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

/// The rows of the list as characters, without a look at how they are drawn.
fn rows(desk: &Desk) -> Vec<String> {
    desk.lines().into_iter().skip(3).take(6).collect()
}

#[test]
fn each_sign_is_a_character_of_its_own_and_reads_without_colour() {
    let mut records = six();
    // A node that is not in its pop: a finding.
    records[1].set(FieldId::Enabled, Value::Missing);
    let mut desk = Desk::over(&records, (80, 24));
    desk.app.store.targets.add(Target {
        relation: Relation::Node,
        id: 9,
        name: Some("lon-n1".into()),
        pop: Some(4),
        attributes: Vec::new(),
    });
    records[4].set(FieldId::Node, Value::Reference(9));
    records[4].set(FieldId::Pop, Value::Reference(3));
    desk.app.store.records.absorb(std::sync::Arc::new(Segment::of(&records)));
    let signs = |desk: &Desk| rows(desk).iter().map(|row| row.chars().take(2).collect::<String>()).collect::<Vec<_>>();
    assert_eq!(signs(&desk)[..], [">●", " ?", " ○", " ●", " ✗", " ○"].map(String::from)[..]);
    // A switch under way, until the server answered.
    desk.keys("j j t");
    assert_eq!(signs(&desk)[2], ">~");
    // The view shown, the direction of the sort, the tone of a message.
    let mut desk = Desk::six();
    desk.keys("3 >");
    let title = desk.lines()[1].clone();
    assert!(title.contains(" 3 Disabled 2 ") && title.contains("↑name"), "{title}");
    desk.keys("Z");
    assert!(desk.line_with("Unknown key").starts_with(" -- "));
}

#[test]
fn without_colour_the_column_cursor_and_what_was_found_differ_by_more_than_colour() {
    let mut desk = Desk::six();
    desk.keys("l l");
    let plain = desk.frame_in(&Theme::mono());
    let reversed = |x: u16| plain.cell((x, 2)).is_some_and(|cell| cell.modifier.contains(Modifier::REVERSED));
    let x = u16::try_from(desk.lines()[2].find("NAME").unwrap()).unwrap();
    assert!(reversed(x) && !reversed(x + 30));
    for theme in [Theme::mono(), Theme::standard(), Theme::light(), Theme::high_contrast(), Theme::deuteranopia()] {
        assert!(theme.found.add_modifier.contains(Modifier::UNDERLINED));
        assert!(theme.selected.add_modifier.contains(Modifier::REVERSED));
    }
}

#[test]
fn ascii_has_no_box_drawing() {
    let mut desk = Desk::over(&six(), (120, 40));
    desk.keys("y");
    let ascii = text(&desk, &Theme::standard().drawn_with(Characters::Ascii));
    assert!(ascii.is_ascii(), "{ascii}");
    assert!(ascii.contains("y .") && ascii.contains('|') && ascii.contains("^id"), "{ascii}");
}

#[test]
fn the_cursor_is_a_bar_over_id_and_name_of_one_piece_or_a_marker() {
    for theme in [Theme::mono(), Theme::standard(), Theme::light(), Theme::high_contrast()] {
        let desk = Desk::six();
        let frame = desk.frame_in(&theme);
        let line = desk.lines()[2].clone();
        let end = u16::try_from(line.find("USER@").unwrap()).unwrap() - 2;
        let styles: Vec<_> = (3..=end).map(|x| frame[(x, 3)].style()).collect();
        assert!(styles.windows(2).all(|pair| pair[0] == pair[1]), "{styles:?}");
        assert_ne!(styles[0], frame[(1, 3)].style(), "the sign keeps its own");
        assert_ne!(styles[0], frame[(end + 2, 3)].style());
        let marked = desk.frame_in(&theme.pointing_with(Cursor::Marker));
        assert_eq!(marked[(0, 3)].symbol(), ">");
    }
}

#[test]
fn only_the_first_six_colours_are_used_and_white_where_the_background_is_set() {
    let safe = [Color::Red, Color::Green, Color::Yellow, Color::Blue, Color::Magenta, Color::Cyan, Color::Reset];
    for theme in [Theme::mono(), Theme::standard(), Theme::light(), Theme::high_contrast(), Theme::deuteranopia()] {
        let mut desk = Desk::over(&six(), (160, 48));
        for keys in ["j", "Enter", "e", "?", "Esc / 'acme' Enter s"] {
            desk.keys(keys);
            for cell in &desk.frame_in(&theme).content {
                let on_ground = cell.bg != Color::Reset && matches!(cell.fg, Color::White | Color::Black);
                assert!(safe.contains(&cell.fg) || on_ground, "{:?} on {:?}", cell.fg, cell.bg);
            }
        }
    }
}
