//! Only a key is a key: what terminals send besides, split keys, Alt, pastes and held keys, typed at the real console.

use std::time::Duration;

use sipreg::demo::Exchange;

use sipreg::domain::record::{FieldId, Value};

use crate::kit::console::{Console, cursor_on};
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::Mark;
use crate::kit::server::Server;

/// A console on its list, and its server.
fn at_the_list() -> (Server, Console) {
    let server = Server::with_records(40);
    let console = server.open();
    console.wait_until_read();
    (server, console)
}

fn writes(server: &Server) -> usize {
    let is_write = |exchange: &&Exchange| {
        !matches!(exchange.method.as_str(), "GET" | "HEAD") && !exchange.target.contains("/auth")
    };
    server.control.exchanges().iter().filter(is_write).count()
}

/// Nothing was written and nothing is asked; the console still takes keys.
fn assert_harmless(server: &Server, console: &mut Console, what: &str) {
    // Whatever is begun and swallows has ended by then.
    console.settle(Duration::from_millis(1_200));
    assert_eq!(writes(server), 0, "{what}");
    let screen = console.contents();
    assert!(!screen.contains("DELETE") && !screen.contains("disabled"), "{what}:\n{screen}");
}

#[test]
fn the_answers_of_terminals_do_nothing() {
    let (server, mut console) = at_the_list();
    for answer in [
        &b"\x1bP>|tmux 3.4\x1b\\"[..],
        b"\x1bP>|kitty(0.32.2)\x1b\\",
        b"\x1b]52;c;dEJEdA==\x07",
        b"\x1b]11;rgb:1d1d/1f1f/2121\x1b\\",
        b"\x1b[M tD\x1b[MtDt",
        b"\x1b[32;116;68M",
        b"\x1b[<0;20;9M",
        b"\x1b[116;1:3u",
    ] {
        console.send(answer);
    }
    assert_harmless(&server, &mut console, "answers");
}

#[test]
fn a_key_whose_rest_comes_late_is_that_key() {
    let (server, mut console) = at_the_list();
    let ids = server.control.ids();
    let first = cursor_on(&console.screen());
    assert_eq!(first, Some(ids[0]));
    console.send("\x1b");
    console.wait_for_text("Press q to quit");
    console.send("[B");
    console.wait_for_cursor_on(ids[1]);
    console.send("\x1b");
    console.settle(Duration::from_millis(120));
    console.send("[");
    console.settle(Duration::from_millis(20));
    console.send("D");
    assert_harmless(&server, &mut console, "Left in three pieces");
}

#[test]
fn alt_keys_do_nothing_on_the_list_and_say_so() {
    let (server, mut console) = at_the_list();
    console.send("\x1bt");
    console.wait_for_text("Unknown key Alt-t");
    console.send("\x1bD");
    console.wait_for_text("Unknown key Alt-D");
    console.send("\x1b[15~");
    console.wait_for_text("Unknown key F5");
    console.send("е");
    console.wait_for_text("Cyrillic е: another keyboard layout?");
    console.send("\x1b[99~");
    console.wait_for_text("Unknown key ESC[99~");
    assert_harmless(&server, &mut console, "Alt");
}

#[test]
fn alt_keys_move_and_delete_by_words_in_a_text_box() {
    let (server, mut console) = at_the_list();
    console.send("/acme fra");
    console.wait_for_text("acme fra");
    console.send("\x1bbx");
    console.wait_for_text("acme xfra");
    console.send("\x1b\x7f");
    console.wait_for("the word gone", |screen| screen.contents().contains("acme fra"));
    console.send("\x1bt\x1bd");
    console.wait_for("the word behind gone", |screen| !screen.contents().contains("acme fra"));
    assert_harmless(&server, &mut console, "Alt in a text box");
}

#[test]
fn a_paste_that_is_not_bracketed_writes_nothing_and_says_so() {
    let (server, mut console) = at_the_list();
    console.send("jjtango Delta\rBravo\r");
    console.wait_for_text("t was not run");
    assert_harmless(&server, &mut console, "a paste");
    console.send("jjjj");
    console.wait_for("the cursor below", |screen| cursor_on(screen).is_some());
    console.send("gg/acme\r");
    console.wait_for("only acme", |screen| !screen.contents().contains("betatel"));
    assert_eq!(writes(&server), 0);
}

#[test]
fn a_held_key_switches_a_record_once() {
    let (server, mut console) = at_the_list();
    for _ in 0..12 {
        console.send("t");
        console.settle(Duration::from_millis(30));
    }
    console.wait_for_text("Disabled 1 ");
    console.settle(Duration::from_millis(300));
    assert_eq!(writes(&server), 1);
}

#[test]
fn what_is_typed_while_the_record_is_read_goes_into_the_form() {
    let (server, mut console) = at_the_list();
    console.go_to(7);
    server.hold("/registrations/7");
    console.send("e");
    console.wait_for_text("loading");
    console.send("i");
    console.wait_for_text("your keys wait for it");
    console.send("HELLO");
    server.let_go("/registrations/7");
    console.wait_for_text("HELLO");
    let screen = console.contents();
    assert!(screen.contains("Edit 7") && !screen.contains("HTTP exchanges"), "{screen}");
}

#[test]
fn a_terminal_that_is_not_utf_8_gets_nothing_but_ascii() {
    let server = Server::with_records(5);
    let id = server.control.ids()[0];
    let name = "Ä-\u{4db}2J-東";
    server.change(id, FieldId::Name, Value::Text(name.to_owned()));
    let of_screen = |launch: Launch| launch.env("TERM", "screen").env("LC_ALL", "C").size(140, 24);
    let mut console = Console::launch(of_screen(server.launch()));
    console.wait_until_read();
    console.wait_for_text("<c4>-<4db>2J-<6771>");
    console.send("q");
    console.wait_exit();
    assert!(console.bytes_since(Mark::START).is_ascii());
    let list = Launch::new(SIPREG).args(["list", "--columns", "id,name"]);
    let list = Console::launch(of_screen(server.tell(list)));
    list.wait_exit();
    list.wait_for_text("<c4>-<4db>2J-<6771>");
    assert!(list.bytes_since(Mark::START).is_ascii());
}
