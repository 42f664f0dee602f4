//! A person marks records, makes new ones, copies one and deletes it, and takes that back.

use rustix::process::Signal;
use sipreg::demo::Exchange;
use sipreg::domain::record::{FieldId, Record as _, Registration, Value};

use crate::kit::console::Console;
use crate::kit::home::whole_files_below;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::Server;

/// The record that is copied and deleted.
const ID: u64 = 16;

fn named(server: &Server, name: &str) -> Option<Registration> {
    let control = &server.control;
    control.ids().into_iter().filter_map(|id| control.registration(id)).find(|record| record.name() == name)
}

fn posts(server: &Server) -> usize {
    let is_post = |exchange: &&Exchange| exchange.method == "POST" && exchange.path().ends_with("/registrations");
    server.control.exchanges().iter().filter(is_post).count()
}

fn go_to(console: &mut Console) {
    console.go_to(ID);
}

#[test]
fn a_new_registration_is_blocked_until_it_can_be_then_reviewed_and_made() {
    let (server, mut console) = Server::open_one();
    console.send("a");
    console.wait_for_text("4 errors");
    console.send("ibetatel-1\r");
    console.insist("w", "registration 16 already has the name betatel-1");
    console.send("i\x15acme-new\r");
    console.insist("w", "Not sent; domain: required");
    // The cursor is where the error is.
    console.send("inew.acme.example\r");
    console.insist("w", "Not sent; username: required");
    console.send("i493999\r");
    console.insist("w", "Not sent; contact: required");
    console.send("isips:493999@192.0.2.9\r");
    console.insist("w", "Not sent; contact: needs a URI of the scheme sip:");
    assert_eq!(posts(&server), 0);
    console.send("i\x15sip:493999@192.0.2.9\r");
    console.insist("w", "Review new acme-new");
    console.wait_for_text("The server fills in");
    console.send("\r");
    console.wait_for_text("Unknown key Enter");
    assert_eq!(posts(&server), 0, "Enter sends nothing");
    console.send("y");
    console.wait_for_text("OK Created");
    let made = named(&server, "acme-new").unwrap();
    console.wait_for_cursor_on(made.id());
    assert_eq!(made.get(FieldId::RetryDelay), &Value::Number(5));
    assert_eq!(posts(&server), 1);
}

#[test]
fn a_new_registration_outlives_a_console_that_is_killed() {
    let (server, mut console) = Server::open_one();
    console.send("a");
    console.wait_for_text("New registration");
    console.send("iacme-new");
    // Each key is kept on its own, so the screen may tell of the state before the last one.
    console.wait_for_disk("the last key", |home| contains(&whole_files_below(&home.join("state")), b"acme-new"));
    console.signal(Signal::KILL);
    console.wait_exit();
    let mut console = console.again(server.launch());
    console.wait_until_read();
    console.wait_for_text("1 draft is from an earlier session: new acme-new");
    console.send("a");
    console.wait_for_text("an empty form");
    console.send("\r");
    console.wait_for_text("New registration acme-new");
}

#[test]
fn a_copy_has_the_password_which_is_never_on_the_terminal() {
    let (server, mut console) = Server::open_one();
    go_to(&mut console);
    console.send("c");
    console.wait_for_text("New registration betatel-1 copy");
    console.wait_for_text("its password too (not shown)");
    console.send("i\x15betatel-copied\r");
    console.insist("w", "Review new betatel-copied");
    console.send("b");
    console.wait_for_text("BODY");
    console.send("b");
    // All of the review has to be on the screen once.
    console.send("\x1b[6~");
    console.insist("y", "betatel-copied. u: undo");
    let (made, source) = (named(&server, "betatel-copied").unwrap(), server.control.registration(ID).unwrap());
    let Value::Secret(password) = source.get(FieldId::AuthPassword) else { panic!("it has one") };
    assert_eq!(made.get(FieldId::AuthPassword), source.get(FieldId::AuthPassword));
    assert!(!contains(&console.bytes_since(Mark::START), password.expose().as_bytes()));
}

#[test]
fn a_registration_is_deleted_by_its_name_and_made_anew_by_undo() {
    let (server, mut console) = Server::open_one();
    let before = server.control.registration(ID).unwrap();
    go_to(&mut console);
    console.send("D");
    console.wait_for_text("Type the name betatel-1 and press Enter to delete it");
    console.send("\r");
    console.wait_for_text("Nothing typed yet");
    console.send("D\r");
    console.wait_for_text("That does not match");
    assert!(server.control.registration(ID).is_some());
    console.send("\x15betatel-1\r");
    console.wait_for_text("OK Deleted 16 betatel-1");
    assert!(server.control.registration(ID).is_none());
    console.send("u");
    console.wait_for_text("It gets a new ID");
    console.send("y");
    console.wait_for_text("Re-created 16 betatel-1 as");
    let made = named(&server, "betatel-1").unwrap();
    console.wait_for_cursor_on(made.id());
    assert_eq!(made.get(FieldId::AuthPassword), before.get(FieldId::AuthPassword));
    console.quit();
}

#[test]
fn marks_follow_their_records_and_come_back_after_a_wrong_key() {
    let (_server, mut console) = Server::open_one();
    go_to(&mut console);
    console.send("  ");
    console.wait_for_text("2 marked");
    console.send("vjjv");
    console.wait_for_text("5 marked");
    console.send("/carrierx\r");
    console.wait_for_text("hidden by filter");
    console.send("/\x15\r");
    console.send("M");
    console.wait_for_text("5 marks cleared. M: restore them");
    console.send("M");
    console.wait_for_text("5 marks restored");
    console.send("/is:marked\r");
    console.wait_for_text("5 of 120");
}
