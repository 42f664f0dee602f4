//! Whatever is painted, in whatever order, a terminal that interprets the bytes shows exactly that.

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use super::Wire;
use crate::terminal::backend::{Backend, complete_wide};
use crate::terminal::depth::Depth;

/// One change to the picture between two frames.
#[derive(Debug, Clone)]
enum Stroke {
    Text { x: u16, y: u16, text: String, style: Style },
    Fill { area: Rect, style: Style },
    Shift { top: u16, bottom: u16, up: i16 },
    Blank { y: u16 },
    Table { seed: u16 },
    Resize { width: u16, height: u16 },
    Forget,
}

fn color() -> impl Strategy<Value = Color> {
    prop_oneof![
        4 => Just(Color::Reset),
        1 => Just(Color::Red),
        1 => Just(Color::LightBlue),
        1 => Just(Color::White),
        1 => any::<u8>().prop_map(Color::Indexed),
        1 => any::<(u8, u8, u8)>().prop_map(|(red, green, blue)| Color::Rgb(red, green, blue)),
    ]
}

fn style() -> impl Strategy<Value = Style> {
    // Bold together with dim is left out: the interpreter under test keeps only one of the two.
    let weight = prop_oneof![3 => Just(Modifier::empty()), 1 => Just(Modifier::BOLD), 1 => Just(Modifier::DIM)];
    let others = prop_oneof![
        3 => Just(Modifier::empty()),
        1 => Just(Modifier::REVERSED),
        1 => Just(Modifier::UNDERLINED),
        1 => Just(Modifier::ITALIC | Modifier::REVERSED),
    ];
    (color(), color(), weight, others).prop_map(|(fg, bg, weight, others)| {
        // ratatui adds modifiers to those of the cell: all others are taken away, to keep bold and dim apart.
        Style::new().fg(fg).bg(bg).remove_modifier(Modifier::all()).add_modifier(weight | others)
    })
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[a-z0-9]{1,8}",
        3 => " {1,12}",
        1 => Just("東京".to_owned()),
        1 => Just("한".to_owned()),
        1 => Just("e\u{301}".to_owned()),
        1 => Just("😀".to_owned()),
        1 => Just("─│ü".to_owned()),
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

fn stroke() -> impl Strategy<Value = Stroke> {
    let at = 0..100u16;
    prop_oneof![
        8 => (at.clone(), at.clone(), text(), style()).prop_map(|(x, y, text, style)| Stroke::Text { x, y, text, style }),
        2 => (at.clone(), at.clone(), 1..60u16, 1..8u16, style())
            .prop_map(|(x, y, width, height, style)| Stroke::Fill { area: Rect { x, y, width, height }, style }),
        4 => (at.clone(), at.clone(), -12..12i16).prop_map(|(top, bottom, up)| Stroke::Shift { top, bottom, up }),
        1 => at.clone().prop_map(|y| Stroke::Blank { y }),
        2 => any::<u16>().prop_map(|seed| Stroke::Table { seed }),
        1 => (1..100u16, 1..100u16).prop_map(|(width, height)| Stroke::Resize { width, height }),
        1 => Just(Stroke::Forget),
    ]
}

fn paint(buffer: &mut Buffer, stroke: &Stroke) {
    let Rect { width, height, .. } = buffer.area;
    match stroke {
        Stroke::Text { x, y, text, style } => {
            let (x, y) = (x % width, y % height);
            // A wide character that loses its right half to the text is no longer drawn by anyone: as views do, blank it.
            if x > 0 && buffer[(x - 1, y)].cell_width() > 1 {
                buffer[(x - 1, y)].set_symbol(" ");
            }
            buffer.set_string(x, y, text, *style);
        }
        Stroke::Fill { area, style } => {
            buffer.set_style(Rect { x: area.x % width, y: area.y % height, ..*area }, *style);
        }
        Stroke::Shift { top, bottom, up } => {
            let (top, bottom) = (top % height, bottom % height);
            let (top, bottom) = (top.min(bottom), top.max(bottom));
            let before = buffer.clone();
            for y in top..=bottom {
                let from = i32::from(y) + i32::from(*up);
                for x in 0..width {
                    buffer[(x, y)] = if (i32::from(top)..=i32::from(bottom)).contains(&from) {
                        before[(x, u16::try_from(from).unwrap())].clone()
                    } else {
                        ratatui::buffer::Cell::EMPTY
                    };
                }
            }
        }
        Stroke::Blank { y } => (0..width).for_each(|x| buffer[(x, y % height)].reset()),
        Stroke::Table { seed } => {
            for y in 0..height {
                let number = u64::from(*seed) + u64::from(y) * 7919;
                buffer.set_string(0, y, format!("+ {number:>6} name-{} 東{}", number % 97, number % 13), Style::new());
            }
        }
        Stroke::Resize { width, height } => buffer.resize(Rect::new(0, 0, *width, *height)),
        Stroke::Forget => {}
    }
}

/// What can be seen of a cell.
#[derive(Debug, PartialEq)]
struct Seen {
    text: String,
    colors: (vt100::Color, vt100::Color),
    marks: [bool; 5],
}

impl Seen {
    fn new(text: &str, fg: vt100::Color, bg: vt100::Color, marks: [bool; 5]) -> Self {
        let [.., underline, inverse] = marks;
        if text.trim().is_empty() && !underline && !inverse {
            return Self { text: " ".into(), colors: (vt100::Color::Default, bg), marks: [false; 5] };
        }
        Self { text: if text.is_empty() { " ".into() } else { text.into() }, colors: (fg, bg), marks }
    }
}

fn reported(color: Color) -> vt100::Color {
    match color {
        Color::Reset => vt100::Color::Default,
        Color::Red => vt100::Color::Idx(1),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::White => vt100::Color::Idx(15),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
        other => unreachable!("{other} is not generated"),
    }
}

fn assert_shows(terminal: &vt100::Screen, buffer: &Buffer) {
    let Rect { width, height, .. } = buffer.area;
    for y in 0..height {
        let mut x = 0;
        while x < width {
            let cell = &buffer[(x, y)];
            let cells = cell.cell_width().max(1);
            let fits = x + cells <= width;
            let marks = [Modifier::BOLD, Modifier::DIM, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED]
                .map(|mark| cell.modifier.contains(mark));
            let expected =
                Seen::new(if fits { cell.symbol() } else { " " }, reported(cell.fg), reported(cell.bg), marks);
            let shown = terminal.cell(y, x).unwrap();
            let seen = Seen::new(
                shown.contents(),
                shown.fgcolor(),
                shown.bgcolor(),
                [shown.bold(), shown.dim(), shown.italic(), shown.underline(), shown.inverse()],
            );
            assert_eq!(seen, expected, "column {x} of row {y} in {width}x{height}");
            x += if fits { cells } else { 1 };
        }
    }
}

/// A terminal on which others drew before, with margins set and the pen in use: nothing of it may shine through.
fn left_behind(width: u16, height: u16) -> vt100::Parser {
    let mut terminal = vt100::Parser::new(height, width, 0);
    for y in 1..=height {
        terminal.process(format!("\x1b[{y};1H\x1b[41;7m{}", "x".repeat(width.into())).as_bytes());
    }
    terminal.process(b"\x1b[2;3r\x1b[3;3H");
    terminal
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_terminal_shows_what_was_painted(
        (width, height) in prop_oneof![(1..100u16, 1..100u16), (1..5u16, 1..5u16), Just((40, 12))],
        frames in prop::collection::vec((prop::collection::vec(stroke(), 0..5), prop::option::of((0..100u16, 0..100u16))), 1..12),
    ) {
        let mut terminal = left_behind(width, height);
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let mut wire = Wire::new(Vec::new(), Depth::TrueColor, width, height);
        for (strokes, cursor) in frames {
            for stroke in &strokes {
                paint(&mut buffer, stroke);
                match stroke {
                    Stroke::Resize { width, height } => {
                        terminal = left_behind(*width, *height);
                        wire.resize(*width, *height);
                    }
                    Stroke::Forget => wire.forget(),
                    _ => {}
                }
            }
            let cursor = cursor.map(|(x, y)| Position { x: x % buffer.area.width, y: y % buffer.area.height });
            let written = wire.present(&buffer, cursor).unwrap();
            prop_assert_eq!(written, wire.out.len());
            terminal.process(&wire.out);
            wire.out.clear();
            assert_shows(terminal.screen(), &buffer);
            prop_assert_eq!(terminal.screen().hide_cursor(), cursor.is_none());
            if let Some(Position { x, y }) = cursor {
                prop_assert_eq!(terminal.screen().cursor_position(), (y, x));
            }
            prop_assert_eq!(wire.present(&buffer, cursor).unwrap(), 0, "the same frame again costs nothing");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_ratatui_hands_over_is_the_frame_and_the_terminal_shows_it(
        (width, height) in prop_oneof![(1..60u16, 1..40u16), (1..5u16, 1..5u16), Just((40, 12))],
        frames in prop::collection::vec(prop::collection::vec(stroke(), 0..5), 1..12),
    ) {
        let mut shown = left_behind(width, height);
        let mut picture = Buffer::empty(Rect::new(0, 0, width, height));
        let mut terminal = Terminal::new(Backend::new(Vec::new(), Depth::TrueColor, width, height)).unwrap();
        for strokes in frames {
            for stroke in &strokes {
                paint(&mut picture, stroke);
                match stroke {
                    Stroke::Resize { width, height } => {
                        shown = left_behind(*width, *height);
                        terminal.backend_mut().resize(*width, *height);
                    }
                    Stroke::Forget => terminal.backend_mut().wire().forget(),
                    _ => {}
                }
            }
            for again in [false, true] {
                let drawn = terminal.draw(|frame| {
                    frame.buffer_mut().clone_from(&picture);
                    complete_wide(frame.buffer_mut());
                }).unwrap();
                let frame = drawn.buffer.clone();
                prop_assert_eq!(terminal.backend().mirror(), &frame);
                prop_assert!(!again || terminal.backend().sent() == 0, "the same frame again costs nothing");
                shown.process(terminal.backend_mut().wire().out());
                terminal.backend_mut().wire().out().clear();
                assert_shows(shown.screen(), &frame);
            }
        }
    }
}

#[test]
fn cells_after_a_character_of_disputed_width_stay_in_place() {
    // The interpreter draws the family as several characters, as many terminals do.
    let mut terminal = vt100::Parser::new(3, 30, 0);
    let mut wire = Wire::new(Vec::new(), Depth::TrueColor, 30, 3);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 30, 3));
    buffer.set_string(0, 1, "ab 👨\u{200d}👩\u{200d}👧 cd ☎\u{fe0f} ef", Style::new());
    let at = |text: &str| {
        let row: String = (0..30).map(|x| buffer[(x, 1)].symbol().chars().next().unwrap_or(' ')).collect();
        row.chars().collect::<Vec<_>>().windows(2).position(|pair| pair.iter().collect::<String>() == text).unwrap()
    };
    wire.present(&buffer, None).unwrap();
    terminal.process(&wire.out);
    for text in ["ab", "cd", "ef"] {
        let x = u16::try_from(at(text)).unwrap();
        let shown: String = (x..x + 2).map(|x| terminal.screen().cell(1, x).unwrap().contents().to_owned()).collect();
        assert_eq!(shown, text);
    }
}

#[test]
fn control_characters_in_a_cell_steer_nothing() {
    let mut wire = Wire::new(Vec::new(), Depth::TrueColor, 20, 2);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
    buffer[(0, 0)].set_symbol("\u{9b}");
    buffer[(1, 0)].set_symbol("a\x1b[2J");
    buffer[(12, 0)].set_symbol("\u{202e}");
    buffer[(14, 0)].set_symbol("");
    buffer[(19, 1)].set_symbol("東");
    wire.present(&buffer, None).unwrap();
    let sent = String::from_utf8(wire.out).unwrap();
    assert!(!sent.contains("\x1b[2J") && !sent.contains('\u{9b}') && !sent.contains('\u{202e}'), "{sent:?}");
    assert!(sent.contains("a\u{241b}[2J"), "{sent:?}");
}

#[test]
fn after_a_failed_write_everything_is_drawn_again() {
    struct Flaky {
        fails: bool,
        bytes: Vec<u8>,
    }
    impl std::io::Write for Flaky {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.fails {
                return Err(std::io::ErrorKind::BrokenPipe.into());
            }
            self.bytes.extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut wire = Wire::new(Flaky { fails: true, bytes: Vec::new() }, Depth::Mono, 20, 3);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 3));
    buffer.set_string(0, 0, "hello", Style::new());
    assert!(wire.present(&buffer, None).is_err());
    wire.out.fails = false;
    assert!(wire.present(&buffer, None).is_ok_and(|bytes| bytes > 0));
    let mut terminal = vt100::Parser::new(3, 20, 0);
    terminal.process(&wire.out.bytes);
    assert_eq!(terminal.screen().contents(), "hello");
}

#[test]
fn a_frame_is_one_write() {
    struct Counting(usize);
    impl std::io::Write for Counting {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += 1;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut wire = Wire::new(Counting(0), Depth::TrueColor, 200, 60);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
    paint(&mut buffer, &Stroke::Table { seed: 1 });
    assert!(wire.present(&buffer, None).unwrap() > 1000);
    assert_eq!(wire.out.0, 1);
}

#[test]
fn a_terminal_without_colours_gets_none() {
    let mut wire = Wire::new(Vec::new(), Depth::Mono, 20, 2);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
    buffer.set_string(
        0,
        0,
        "alert",
        Style::new().fg(Color::Red).bg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::BOLD | Modifier::REVERSED),
    );
    wire.present(&buffer, None).unwrap();
    let mut terminal = vt100::Parser::new(2, 20, 0);
    terminal.process(&wire.out);
    let cell = terminal.screen().cell(0, 0).unwrap();
    assert!(cell.bold() && cell.inverse());
    assert_eq!((cell.fgcolor(), cell.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
}
