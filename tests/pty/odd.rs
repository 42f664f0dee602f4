//! Small and odd terminals, and configurations that cannot be meant.

use std::time::Duration;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::{Server, is_list};

#[test]
fn two_commands_on_one_key_are_refused_at_the_start_with_file_and_line() {
    let server = Server::new();
    let config = "[ui]\n\n[keys]\nfilter = \"s\"\n";
    let console = Console::configured(config, server.launch().size(160, 24));
    let exit = console.wait_exit();
    assert_eq!(exit.exit_code(), 2);
    let said = console.contents();
    assert!(said.contains("config.toml:4:"), "{said}");
    assert!(said.contains("\"s\" of filter conflicts in list with \"s\" of sort"), "{said}");
    assert!(!contains(&console.bytes_since(Mark::START), b"\x1b[?1049h"));
}

#[test]
fn a_terminal_that_cannot_be_drawn_on_is_told_of_the_list_command() {
    let server = Server::new();
    for (term, reported) in [("dumb", "TERM is \"dumb\""), ("", "TERM is \"\"")] {
        let console = Console::launch(server.launch().env("TERM", term).size(160, 24));
        let exit = console.wait_exit();
        assert_eq!(exit.exit_code(), 2, "{term:?}");
        let said = console.contents();
        assert!(said.contains(reported) && said.contains("`sipreg list`"), "{said}");
        assert!(!console.bytes_since(Mark::START).contains(&0x1b), "{term:?}");
    }
    // The command that needs no terminal still works on one.
    let console = Console::launch(Launch::new(SIPREG).args(["config", "keys"]).env("TERM", "dumb"));
    assert!(console.wait_exit().success());
}

/// The final letters of the control sequences that a VT100 obeys.
const VT100: &[u8] = b"ABCDHJKmrhl";

/// Control sequences in what was written that a VT100 would neither obey nor leave alone: it leaves private modes alone.
fn unknown_to_a_vt100(written: &[u8]) -> Vec<String> {
    let mut unknown = Vec::new();
    let mut rest = written;
    while let Some(at) = rest.iter().position(|byte| *byte == 0x1b) {
        rest = &rest[at + 1..];
        match rest.first() {
            Some(b'[') => {
                let end = rest.iter().skip(1).position(|byte| (0x40..=0x7e).contains(byte)).unwrap() + 1;
                if !VT100.contains(&rest[end]) {
                    unknown.push(String::from_utf8_lossy(&rest[..=end]).into_owned());
                }
            }
            Some(b'M' | b'(' | b'>') => {}
            other => unknown.push(format!("{other:?}")),
        }
    }
    unknown
}

#[test]
fn old_terminals_are_sent_only_what_they_understand() {
    let server = Server::new();
    for (term, colour) in [("vt100", false), ("linux", true)] {
        let mut console = Console::launch(server.launch().env("TERM", term));
        console.wait_until_read();
        console.go_to(22);
        console.send("\x06\x02jk/acme");
        console.wait_for_text("/ acme");
        console.send("\x1b[27ufpop\r\r");
        console.wait_for_text("which value?");
        console.send("\x1b[27u\x1b[27u\x1b[27uG");
        console.wait_for_text("120/120");
        console.send("q");
        assert!(console.wait_exit().success());
        let written = console.bytes_since(Mark::START);
        // Giving back the title is for those that have one; the others leave it alone.
        let drawn: Vec<u8> = String::from_utf8_lossy(&written).replace("\x1b[23;0t", "").into_bytes();
        assert_eq!(unknown_to_a_vt100(&drawn), [""; 0], "{term}");
        assert_eq!(contains(&drawn, b"\x1b[32m") || contains(&drawn, b";32m"), colour, "{term}");
        // Without a second screen the shell goes on below nothing.
        assert!(contains(&drawn, b"\x1b[H\x1b[J"), "{term}");
    }
}

#[test]
fn a_vt100_gets_ascii_and_screen_gets_colours() {
    let server = Server::with_records(5);
    let mut console = Console::launch(server.launch().env("TERM", "vt100").size(130, 40));
    console.wait_until_read();
    console.send("y");
    console.wait_for_text("y .");
    let frame = console.contents();
    assert!(frame.contains('|') && !frame.contains('│'), "{frame}");
    console.send("\x1b[27uq");
    console.wait_exit();
    let console = Console::launch(server.launch().env("TERM", "screen-256color").env("COLORTERM", "truecolor"));
    console.wait_until_read();
    assert!(contains(&console.bytes_since(Mark::START), b"32m"));
    assert!(!contains(&console.bytes_since(Mark::START), b"38;2;"));
}

#[test]
fn no_colour_leaves_marks_and_signs() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().env("NO_COLOR", "1"));
    console.wait_until_read();
    console.send("/acme\r");
    console.wait_for_text("/acme");
    console.send("q");
    console.wait_exit();
    let written = console.bytes_since(Mark::START);
    for colour in 30..=37 {
        assert!(!contains(&written, format!("\x1b[{colour}m").as_bytes()), "{colour}");
        assert!(!contains(&written, format!(";{colour}m").as_bytes()), "{colour}");
    }
    assert!(contains(&written, b"1;4m") || contains(&written, b";4m") || contains(&written, b"[4m"));
}

#[test]
fn it_starts_and_ends_at_sizes_from_one_cell_to_a_wall() {
    let server = Server::new();
    for (columns, rows) in [(40, 10), (60, 16), (300, 80), (1, 24), (1, 1)] {
        server.control.clear_exchanges();
        let mut console = Console::launch(server.launch().size(columns, rows));
        match columns {
            // Nothing can be read there. What was typed before the start is dropped: the list is asked for after it.
            1 => {
                console.wait_for_bytes(Mark::START, b"\x1b[?1049h");
                server.wait_for_requests("the list", 1, is_list);
                console.settle(Duration::from_millis(200));
            }
            40 => console.wait_for_text("enlarge to 60x16 to see all"),
            _ => console.wait_until_read(),
        }
        console.send("jG/acme\r");
        console.settle(Duration::from_millis(50));
        console.send("q");
        assert!(console.wait_exit().success(), "{columns}x{rows}");
        console.assert_given_back();
    }
}
