//! Keys at moments when no one is there to take them: while the user's editor has the terminal, while a record is being
//! read, in one burst, and while an enormous answer is being read.

use std::path::Path;

use rustix::process::Signal;
use sipreg::demo::Exchange;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::FieldId;

use crate::kit::console::{Console, cursor_on, keys_to};
use crate::kit::pty::{Mark, contains};
use crate::kit::server::{Server, is_list};

const ID: u64 = 13;

fn writes(server: &Server) -> usize {
    let is_write = |exchange: &&Exchange| {
        !matches!(exchange.method.as_str(), "GET" | "HEAD") && !exchange.target.contains("/auth")
    };
    server.control.exchanges().iter().filter(is_write).count()
}

/// An editor that turns on modes which others would leave on, and ends when the test says so.
const EDITOR: &str = r#"sh -c 'printf "\033[?1003h\033[?1006h\033[?1004h\033[>1u\033[4hEDITOR"
    while [ ! -e "$HOME/go" ]; do sleep 0.02; done' --"#;

/// The editor is told to end.
fn end_editor(home: &Path) {
    std::fs::write(home.join("go"), "").unwrap();
}

fn at_the_record(server: &Server) -> Console {
    let mut console = Console::launch(server.launch().env("EDITOR", EDITOR));
    console.wait_until_read();
    console.go_to(ID);
    console
}

/// Esc alone: with a key right behind it, it would be another key.
fn back_to_the_list(console: &mut Console) {
    console.send("\x1b");
    console.wait_for_cursor_on(ID);
}

#[test]
fn what_came_while_the_editor_ran_is_no_key_and_its_modes_are_off_when_it_returns() {
    let server = Server::with_records(40);
    let mut console = at_the_record(&server);
    console.send("E");
    console.wait_for_bytes(Mark::START, b"EDITOR");
    let mark = console.mark();
    // Typed ahead, and what terminals answer to the editor's questions after it ended.
    console.send("tDtB\rqy\r");
    console.send(b"\x1bP>|tmux 3.4\x1b\\\x1b[?62;22c\x1b]11;rgb:1d1d/1f1f/2121\x1b\\\x1b[<0;20;9M\x1b[");
    end_editor(console.home());
    console.wait_for_bytes(mark, b"\x1b[?1049h");
    for mode in [&b"\x1b[?1003l"[..], b"\x1b[?1004l", b"\x1b[=0;1u", b"\x1b[4l"] {
        console.wait_for_bytes(mark, mode);
    }
    console.wait_for_text("the text was not changed");
    back_to_the_list(&mut console);
    console.send("k");
    console.wait_for("the keyboard is ours again", |screen| cursor_on(screen).is_some_and(|id| id != ID));
    assert_eq!(writes(&server), 0);
    assert!(console.runs(), "q was not meant for us");
    let screen = console.contents();
    assert!(!screen.contains("DELETE") && !screen.contains("disabled"), "{screen}");
    console.quit();
}

#[test]
fn what_is_typed_behind_a_key_that_reads_the_record_goes_to_what_it_opens_or_nowhere() {
    let server = Server::with_records(40);
    let mut console = at_the_record(&server);
    let read = "/registrations/13";
    // A copy: into its form.
    server.hold(read);
    console.send("c");
    console.wait_for_text("loading");
    console.send("i");
    console.wait_for_text("your keys wait for it");
    console.send("\x15HELLO");
    server.let_go(read);
    console.wait_for_text("HELLO");
    console.send("\r");
    back_to_the_list(&mut console);
    // A new one: its form is there at once, behind the choice of a draft.
    console.send("a");
    console.wait_for_text("an empty form");
    console.send("\r");
    console.send("i\x15WORLD");
    console.wait_for_text("WORLD");
    console.send("\r");
    back_to_the_list(&mut console);
    // The editor: nowhere, and that is said.
    server.hold(read);
    console.send("E");
    console.wait_for_text("loading");
    let mark = console.mark();
    // Four in one read might be a paste, which is another story.
    for key in ["t", "D", "q"] {
        console.send(key);
    }
    console.settle(std::time::Duration::from_millis(100));
    server.let_go(read);
    console.wait_for_bytes(mark, b"EDITOR");
    end_editor(console.home());
    console.wait_for_text("the text was not changed");
    back_to_the_list(&mut console);
    console.send("!");
    console.wait_for_text("3 keys typed while the registration was loading: dropped");
    assert_eq!(writes(&server), 0);
    assert!(console.runs());
}

#[test]
fn the_key_for_the_review_is_not_run_in_a_burst() {
    let server = Server::with_records(40);
    let mut console = at_the_record(&server);
    console.send("e");
    console.wait_for_text("Auth user");
    console.send(keys_to(FieldId::Expire));
    console.send("i");
    console.send("\x15611");
    console.wait_for_text("611");
    console.send("\r");
    console.send("jjjkwy");
    console.wait_for_text("w was not run");
    assert!(!console.contents().contains("CHECK"), "{}", console.contents());
    assert_eq!(writes(&server), 0);
    // What comes right behind a burst is the rest of it.
    console.insist("w", "CHECK");
}

/// A list whose answer takes long to read: 50 MB of what records refer to.
fn enormous() -> String {
    let mut body = String::with_capacity(51 << 20);
    body.push_str(r#"{"data":[],"meta":{"total-count":1},"included":["#);
    let mut id = 0;
    while body.len() < 50 << 20 {
        id += 1;
        for part in [r#"{"id":""#, &id.to_string(), r#"","type":"pops","attributes":{"name":"pop-number"}},"#] {
            body.push_str(part);
        }
    }
    body.push_str(r#"{"id":"0","type":"pops","attributes":{"name":"last"}}]}"#);
    body
}

#[test]
fn while_an_enormous_answer_is_read_the_key_and_the_signal_that_end_are_heard() {
    let server = Server::with_records(5);
    let body = enormous();
    for by_key in [true, false] {
        server.control.clear_exchanges();
        let content_type = "application/vnd.api+json".to_owned();
        let answer = FaultEffect::Answer { status: 200, content_type, body: body.clone() };
        server.fault(Fault::always("GET", "/registrations", answer));
        let mut console = Console::launch(server.launch());
        server.wait_for_requests("the list", 1, is_list);
        if by_key {
            console.send("q");
        } else {
            console.signal(Signal::TERM);
        }
        assert!(console.wait_exit().success());
        let seen = console.bytes_since(Mark::START);
        assert!(!contains(&seen, b"synced"), "it ended before the answer was read");
        console.assert_given_back();
        server.control.clear_faults();
    }
}
