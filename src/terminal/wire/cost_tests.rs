//! What frames of a list cost on the wire. The figures are limits of the product: SSH links are slow.

use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::Wire;
use crate::terminal::depth::Depth;

/// How the cursor is drawn.
#[derive(Clone, Copy)]
enum Cursor {
    /// A sign before the row.
    Sign,
    /// A bar from the id to the end of the name.
    Bar,
}

/// A list as the console has it: two rows above, three below, columns of names, numbers and words.
fn list(width: u16, height: u16, first: u64, cursor: u64, drawn: Cursor) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let reversed = Style::new().add_modifier(Modifier::REVERSED);
    buffer.set_string(0, 0, " [PROD rw] ", reversed);
    buffer.set_string(11, 0, " eu-noc  alice          tok 7:41  rtt 182ms  synced 12s", Style::new());
    buffer.set_string(
        0,
        1,
        format!("{:>9} {:<20} {:<28} {:<8} {:<5}", "ID", "NAME", "USER@DOMAIN", "NODE", "POP"),
        bold,
    );
    for y in 2..height - 3 {
        let id = first + u64::from(y) - 2;
        let mix = id.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let name = ["acme", "betatel", "carrierx", "delta", "euronet"][usize::try_from(mix >> 32).unwrap() % 5];
        let place = ["fra", "lon", "ams", "waw"][usize::try_from(mix >> 40).unwrap() % 4];
        buffer.set_string(
            2,
            y,
            format!(
                "{} {id:>6} {:<20} {:<28} {:<8} {:<5}",
                if mix.is_multiple_of(7) { '-' } else { '+' },
                format!("{name}-{place}-{}", mix % 100),
                format!("49{}@sip.{name}.example", mix % 100_000),
                format!("{place}-n{}", mix % 4),
                place.to_uppercase()
            ),
            if mix.is_multiple_of(7) { Style::new().fg(Color::DarkGray) } else { Style::new() },
        );
        if width > 130 {
            buffer.set_string(
                92,
                y,
                format!(
                    "sip:49{}@{}.{}.{}.{}:5060;transport=udp",
                    mix % 99_991,
                    mix % 251,
                    mix % 241,
                    mix % 239,
                    mix % 233
                ),
                Style::new(),
            );
        }
        if id == cursor {
            match drawn {
                Cursor::Sign => buffer.set_string(0, y, ">", Style::new()),
                Cursor::Bar => buffer.set_style(Rect::new(4, y, 27, 1), Style::new().fg(Color::White).bg(Color::Blue)),
            }
        }
    }
    buffer.set_string(0, height - 2, format!("row {cursor} of 1318"), Style::new());
    buffer.set_string(
        0,
        height - 1,
        "Enter: open  e edit  t on/off  Space mark  / filter  : cmd  x actions  ? help",
        Style::new(),
    );
    buffer
}

/// The bytes of the second frame, here and by ratatui's own way.
fn cost(before: &Buffer, after: &Buffer) -> (usize, usize) {
    let area = before.area;
    let mut wire = Wire::new(Vec::new(), Depth::Ansi256, area.width, area.height);
    wire.present(before, None).unwrap();
    let ours = wire.present(after, None).unwrap();

    let mut bytes = Vec::new();
    let mut backend = CrosstermBackend::new(&mut bytes);
    backend.draw(before.diff(after).into_iter()).unwrap();
    (ours, bytes.len())
}

#[test]
fn a_row_down_by_a_sign() {
    let (ours, ratatui) = cost(&list(80, 24, 1, 5, Cursor::Sign), &list(80, 24, 1, 6, Cursor::Sign));
    println!("row down by a sign: {ours}, ratatui {ratatui}");
    assert!(ours <= 40, "{ours}");
}

#[test]
fn a_row_down_by_a_bar() {
    let (ours, ratatui) = cost(&list(80, 24, 1, 5, Cursor::Bar), &list(80, 24, 1, 6, Cursor::Bar));
    println!("row down by a bar: {ours}, ratatui {ratatui}");
    assert!(ours <= 125, "{ours}");
}

#[test]
fn scrolling_by_one_row() {
    for ((width, height), limit, with_bar) in [((80, 24), 160, 210), ((160, 48), 220, 290)] {
        let last = u64::from(height) - 5;
        let (ours, ratatui) =
            cost(&list(width, height, 1, last, Cursor::Sign), &list(width, height, 2, last + 1, Cursor::Sign));
        println!("scroll down {width}x{height}: {ours}, ratatui {ratatui}");
        assert!(ours <= limit, "{ours} at {width}x{height}");
        let (ours, ratatui) = cost(&list(width, height, 9, 9, Cursor::Sign), &list(width, height, 8, 8, Cursor::Sign));
        println!("scroll up {width}x{height}: {ours}, ratatui {ratatui}");
        assert!(ours <= limit, "{ours} at {width}x{height}");
        let (ours, ratatui) =
            cost(&list(width, height, 1, last, Cursor::Bar), &list(width, height, 2, last + 1, Cursor::Bar));
        println!("scroll down with a bar {width}x{height}: {ours}, ratatui {ratatui}");
        assert!(ours <= with_bar, "{ours} at {width}x{height}");
    }
}

#[test]
fn scrolling_by_half_a_page() {
    let (ours, ratatui) = cost(&list(80, 24, 1, 8, Cursor::Sign), &list(80, 24, 10, 17, Cursor::Sign));
    println!("half a page: {ours}, ratatui {ratatui}");
    assert!(ours <= ratatui / 2, "{ours} against {ratatui}");
}

#[test]
fn a_page_down_costs_no_more_than_ratatui() {
    for (width, height) in [(80, 24), (160, 48)] {
        let page = u64::from(height) - 5;
        let (ours, ratatui) =
            cost(&list(width, height, 1, 3, Cursor::Sign), &list(width, height, 1 + page, 3 + page, Cursor::Sign));
        println!("page down {width}x{height}: {ours}, ratatui {ratatui}");
        assert!(ours <= ratatui, "{ours} against {ratatui} at {width}x{height}");
    }
}

#[test]
fn a_row_inserted_or_removed_in_the_middle_moves_the_rest() {
    let before = list(80, 24, 1, 3, Cursor::Sign);
    let mut after = before.clone();
    for y in (10..21u16).rev() {
        for x in 0..80 {
            after[(x, y)] = if y == 10 { ratatui::buffer::Cell::EMPTY } else { before[(x, y - 1)].clone() };
        }
    }
    after.set_string(4, 10, "  4711 a new one", Style::new());
    for (from, to) in [(&before, &after), (&after, &before)] {
        let (ours, ratatui) = cost(from, to);
        println!("a row more or less: {ours}, ratatui {ratatui}");
        assert!(ours <= 150, "{ours}");
    }
}

#[test]
fn a_shorter_list_is_erased_not_overwritten() {
    let before = list(80, 24, 1, 1, Cursor::Sign);
    let mut after = before.clone();
    for y in 4..21 {
        (0..80).for_each(|x| after[(x, y)].reset());
    }
    let (ours, ratatui) = cost(&before, &after);
    println!("most rows gone: {ours}, ratatui {ratatui}");
    assert!(ours <= 120, "{ours}");
}

#[test]
fn a_list_beside_a_detail_is_still_scrolled() {
    for (width, height) in [(120, 40), (160, 48)] {
        let beside = |first: u64, cursor: u64| {
            let mut buffer = list(width, height, first, cursor, Cursor::Sign);
            let left = width * 55 / 100;
            for y in 2..height - 3 {
                (left..width).for_each(|x| buffer[(x, y)].reset());
                buffer.set_string(left, y, "|", Style::new());
            }
            for (y, field) in
                (3u16..).zip(["name", "enabled", "pop", "node", "transport", "username", "domain", "contact"])
            {
                let value = format!("{field}-{}", cursor.wrapping_mul(7919) % 1000);
                buffer.set_string(left + 2, y, format!("{field:<18}: {value}"), Style::new());
            }
            buffer
        };
        let last = u64::from(height) - 5;
        let (ours, ratatui) = cost(&beside(1, last), &beside(2, last + 1));
        println!("scroll beside a detail {width}x{height}: {ours}, ratatui {ratatui}");
        assert!(ours <= ratatui / 4, "{ours} against {ratatui}");
    }
}
