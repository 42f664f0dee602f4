//! What is drawn: at any size, with hostile records, and when nothing happens.

use std::time::Duration;

use sipreg::demo::ServerOptions;
use sipreg::domain::record::{FieldId, Value};

use crate::kit::console::Console;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::{Server, is_list};

#[test]
fn any_size_down_to_one_cell_is_survived() {
    let server = Server::new();
    let last = *server.control.ids().last().unwrap();
    let mut console = server.open();
    for (columns, rows) in
        [(120, 40), (60, 16), (59, 15), (20, 5), (10, 2), (3, 1), (1, 1), (1, 24), (80, 1), (2, 2), (200, 60), (80, 24)]
    {
        let before = console.mark();
        console.resize(columns, rows);
        // Where there is no room to say anything, a request tells that the keys are still heard.
        server.control.clear_exchanges();
        console.send("R");
        server.wait_for_requests("reloads", 1, is_list);
        console.wait_for_bytes(before, b"\x1b[");
        if columns >= 60 && rows >= 16 {
            console.wait_until_read();
            console.send("gg");
            console.wait_for_cursor_on(1);
            console.send("G");
            console.wait_for_cursor_on(last);
        }
        assert!(console.runs(), "{columns}x{rows}");
    }
    console.quit();
}

#[test]
fn an_opened_detail_and_help_survive_one_cell_and_come_back() {
    let (_server, mut console) = Server::open_one();
    for (keys, shown) in [(":7\r\r", "Registration 7 acme-fra-main"), ("gn", "Node fra-n1"), ("?", "Help: ")] {
        console.send(keys);
        console.wait_for_text(shown);
        for (columns, rows) in [(1, 1), (5, 3), (130, 1)] {
            let before = console.mark();
            console.resize(columns, rows);
            console.send("\x0c");
            console.wait_for_bytes(before, b"\x1b[");
        }
        console.resize(80, 24);
        console.wait_for_text(shown);
    }
}

#[test]
fn a_wide_terminal_shows_the_record_beside_the_list() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().size(160, 48));
    console.wait_until_read();
    console.go_to(7);
    console.wait_for_text("ON THE WIRE");
    console.resize(80, 24);
    console.wait_for("the list alone", |screen| !screen.contents().contains("ON THE WIRE"));
    console.wait_for_cursor_on(7);
}

/// Each is planted as text, and each would be obeyed by a terminal that got it.
const PLANTED: [&str; 9] = [
    "\x1b]0;owned\x07",
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1b[31m\x1b[5m",
    "\x1b[99;99H",
    "\x1bc",
    "\x1bP+q544e\x1b\\",
    "\u{9b}2J",
    "\u{9d}0;owned\u{9c}",
    "a\u{202e}b\u{200b}c\u{2066}d",
];

#[test]
fn no_record_steers_the_terminal() {
    let server = Server::new();
    let control = &server.control;
    let ids = control.ids();
    for (id, planted) in ids.iter().zip(PLANTED) {
        let text = format!("{planted}\r\n\t{id}");
        for field in [FieldId::Name, FieldId::Username, FieldId::Domain, FieldId::Contact, FieldId::DisplayUsername] {
            assert!(control.change(*id, field, Value::Text(text.clone())));
        }
        assert!(control.change(*id, FieldId::RouteSet, Value::Texts(vec![text.clone()])));
    }
    assert!(control.rename(sipreg::domain::record::Relation::Node, 1, PLANTED[0]));
    assert!(control.rename(sipreg::domain::record::Relation::Pop, 1, PLANTED[3]));
    let mut console = server.open();
    for id in &ids[..PLANTED.len()] {
        let title = format!("Registration {id} ");
        console.go_to(*id);
        console.send("\r");
        console.wait_for_text(&title);
        console.send("G");
        console.insist("b", "\"data\": {");
        console.send("G");
        console.send("\x1b");
        console.wait_for_text(&title);
        console.send("\x1b");
        console.wait_for_cursor_on(*id);
    }
    // Deleted behind its back: names are in messages, too.
    assert!(control.remove(ids[0]));
    console.send("gg\rr");
    console.wait_for("who is gone", |screen| {
        let text = screen.contents();
        text.contains("is gone") || text.contains("does not exist")
    });
    console.send("q");
    console.wait_for_cursor_on(ids[0]);
    console.send("!");
    console.wait_for_text("Messages of this session");
    console.send("\x1b");
    console.wait_for("the messages closed", |screen| !screen.contents().contains("Messages of this session"));
    console.wait_for_cursor_on(ids[0]);
    console.send("q");
    assert!(console.wait_exit().success());
    let raw = console.bytes_since(Mark::START);
    for planted in PLANTED {
        let planted = planted.as_bytes();
        let sequence = if planted.starts_with(b"a") { "\u{202e}".as_bytes() } else { planted };
        assert!(!contains(&raw, sequence), "{:?} reached the terminal", String::from_utf8_lossy(sequence));
    }
    for forbidden in ["\x1bc", "\x1bP", "\x1b]0", "\x1b]52", "\u{9b}", "\u{9d}", "\u{200b}", "\u{2066}", "\x1b[5m"] {
        assert!(!contains(&raw, forbidden.as_bytes()), "{forbidden:?} reached the terminal");
    }
    console.assert_given_back();
}

#[test]
fn the_title_names_the_profile() {
    let (_server, console) = Server::open_one();
    assert!(contains(&console.bytes_since(Mark::START), b"\x1b]2;sipreg: "));
}

#[test]
fn two_idle_seconds_write_nothing_and_take_no_processor_time() {
    let server = Server::start(ServerOptions { token_lifetime: None, ..ServerOptions::default() });
    let mut console = server.open();
    console.send("G");
    console.wait_for_text("120/120");
    console.settle(Duration::from_millis(500));
    let (mark, ticks) = (console.mark(), console.ticks());
    console.quiet_for(Duration::from_secs(2));
    assert_eq!(String::from_utf8_lossy(&console.bytes_since(mark)), "");
    let spent = console.ticks() - ticks;
    assert!(spent <= 1, "{spent} ticks");
}
