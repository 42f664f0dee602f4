//! A person finds records: filters, sorts, arranges, copies, with keys and with the mouse, on a real terminal.

use crate::kit::console::Console;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::Server;

/// Whether every row of the list in view has a text, and there is one.
fn only(screen: &vt100::Screen, text: &str) -> bool {
    let (_, columns) = screen.size();
    let mut rows = screen.rows(0, columns).skip(3).take(18).filter(|row| !row.trim().is_empty()).peekable();
    rows.peek().is_some() && rows.all(|row| row.contains(text))
}

/// Ids in view, from top to bottom.
fn ids(screen: &vt100::Screen) -> Vec<u64> {
    let (_, columns) = screen.size();
    let id = |row: &str| row.split(|c: char| !c.is_ascii_digit()).find_map(|word| word.parse().ok());
    screen.rows(0, columns).skip(3).take(18).filter_map(|row| id(&row)).collect()
}

/// What a heading sorts by is on the title line.
fn headings(screen: &vt100::Screen) -> String {
    screen.rows(0, 80).nth(2).unwrap()
}

#[test]
fn typed_characters_narrow_the_list_and_esc_restores_it() {
    let (_server, mut console) = Server::open_one();
    console.go_to(22);
    console.send("/betatel");
    console.wait_for("only betatel", |screen| only(screen, "betatel"));
    console.send("\x15domain:\"");
    console.wait_for_text("the quote is not closed");
    console.wait_for_text("/domain: ");
    console.send("\x1b");
    console.wait_for_cursor_on(22);
    console.send("/enabled:no\r");
    console.wait_for("only those that are off", |screen| screen.contents().contains("3 Disabled 9"));
    console.send("/\x15\r");
    console.wait_for_text("/120");
}

#[test]
fn the_builder_writes_the_filter() {
    let (_server, mut console) = Server::open_one();
    console.send("f");
    console.wait_for_text("which field?");
    console.send("pop\r");
    console.wait_for_text("compared how?");
    console.send("\r");
    console.wait_for_text("which value?");
    console.send("ams");
    console.wait_for_text("/ pop=AMS");
    console.send("\r");
    console.wait_for("only those of the pop", |screen| only(screen, "AMS") && screen.contents().contains("/pop=AMS"));
}

#[test]
fn sorting_keeps_the_cursor_on_its_record() {
    let (_server, mut console) = Server::open_one();
    console.go_to(13);
    console.send("S");
    console.wait_for("the other way round", |screen| {
        ids(screen).windows(2).all(|pair| pair[0] > pair[1]) && screen.contents().contains("↓id")
    });
    console.wait_for_cursor_on(13);
    console.send(">");
    console.wait_for_text("↑name");
    console.wait_for_cursor_on(13);
}

#[test]
fn columns_are_as_they_were_after_a_restart() {
    let (server, mut console) = Server::open_one();
    console.send("C");
    console.wait_for_text("Space: show/hide");
    console.send("j ");
    console.wait_for_text("[ ] name");
    console.send("\x1b");
    console.wait_for("a list without names", |screen| {
        headings(screen).contains("USER@DOMAIN") && !headings(screen).contains("NAME")
    });
    console.send("q");
    assert!(console.wait_exit().success());
    let mut console = console.again(server.launch());
    console.wait_until_read();
    assert!(!headings(&console.screen()).contains("NAME"), "{}", headings(&console.screen()));
    // Another profile has its own.
    console.send("CR");
    console.wait_for_text("[x] name");
    console.send("\x1b");
    console.wait_for("a list with names", |screen| headings(screen).contains("NAME"));
}

#[test]
fn a_view_is_saved_and_shown_by_its_digit_after_a_restart() {
    let (server, mut console) = Server::open_one();
    console.send("/acme\rFs");
    console.wait_for_text("name:");
    console.send("acme\r");
    console.wait_for_text("Saved view 4 acme");
    console.send("2");
    console.wait_for("the second view in use", |screen| screen.cell(1, 11).is_some_and(vt100::Cell::inverse));
    console.send("q");
    assert!(console.wait_exit().success());
    let mut console = console.again(server.launch());
    console.wait_until_read();
    console.wait_for_text("4 acme ");
    console.send("4");
    console.wait_for("only acme", |screen| only(screen, "acme") && screen.contents().contains("4 acme "));
}

/// "16" in base64, as a request to put it on the clipboard.
const SIXTEEN: &[u8] = b"\x1b]52;c;MTY=\x07";

/// What `y i` on record 16 writes besides the picture.
fn copied(server: &Server, environment: &[(&str, &str)]) -> Vec<u8> {
    let launch = environment.iter().fold(server.launch(), |launch, (name, value)| launch.env(name, value));
    let mut console = Console::launch(launch);
    console.wait_until_read();
    console.go_to(16);
    let before = console.mark();
    console.send("yi");
    console.wait_for_text("Copied ID of 16 betatel-1 (2 bytes)");
    let written = console.bytes_since(before);
    let from = written.windows(SIXTEEN.len()).position(|window| window == SIXTEEN).unwrap();
    // The picture follows, or the next thing that is drawn.
    written[from..].to_vec()
}

#[test]
fn copying_reaches_the_clipboard_also_through_tmux_and_screen() {
    let server = Server::new();
    let plain = copied(&server, &[]);
    assert!(plain.starts_with(SIXTEEN) && !contains(&plain, b"\x1bP"));
    let tmux = copied(&server, &[("TMUX", "/tmp/tmux-1000/default,1,0"), ("TERM", "screen-256color")]);
    assert!(tmux.starts_with(b"\x1b]52;c;MTY=\x07\x1bPtmux;\x1b\x1b]52;c;MTY=\x07\x1b\\"));
    let screen = copied(&server, &[("TERM", "xterm-256color"), ("STY", "1.pts-0.host")]);
    assert!(screen.starts_with(b"\x1b]52;c;MTY=\x07\x1bP\x1b]52;c;MTY=\x07\x1b\\"));
}

const MOUSE: [&[u8]; 3] = [b"?1000h", b"?1002h", b"?1006h"];

#[test]
fn without_being_asked_to_it_leaves_the_mouse_to_the_terminal() {
    let (_server, mut console) = Server::open_one();
    console.send("j");
    let written = console.bytes_since(Mark::START);
    assert!(MOUSE.iter().all(|sequence| !contains(&written, sequence)));
    console.send("q");
    console.wait_exit();
}

#[test]
fn with_the_mouse_on_rows_are_clicked_headings_sort_and_the_wheel_scrolls() {
    let server = Server::new();
    let ids = server.control.ids();
    let mut console = Console::configured("[ui]\nmouse = true\n", server.launch());
    console.wait_until_read();
    assert!(contains(&console.bytes_since(Mark::START), MOUSE[0]));
    // Columns and rows count from one; the first record is on the fourth row.
    console.send("\x1b[<0;20;9M\x1b[<0;20;9m");
    console.wait_for_cursor_on(ids[5]);
    console.send("\x1b[<65;20;9M");
    console.wait_for("three rows further", |screen| self::ids(screen).first() == Some(&ids[3]));
    console.wait_for_cursor_on(ids[5]);
    console.send("\x1b[<64;20;9M");
    console.wait_for("three rows back", |screen| self::ids(screen).first() == Some(&ids[0]));
    let name = headings(&console.screen()).find("NAME").unwrap() + 1;
    console.send(format!("\x1b[<0;{name};3M\x1b[<0;{name};3m"));
    console.wait_for_text("↑name");
    console.send(format!("\x1b[<0;{name};3M\x1b[<0;{name};3m"));
    console.wait_for_text("↓name");
    console.send("gg");
    console.send("\x1b[<0;20;6M\x1b[<0;20;6m\x1b[<0;20;6M\x1b[<0;20;6m");
    console.wait_for_text("ETag W/");
    console.send("qq");
    assert!(console.wait_exit().success());
    console.assert_given_back();
    let written = console.bytes_since(Mark::START);
    assert!(contains(&written, b"\x1b[?1006l\x1b[?1000l"));
}
