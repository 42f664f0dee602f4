//! Questions on a terminal.

use sipreg::domain::record::{FieldId, Secret, Value};

use crate::kit::command::Desk;
use crate::kit::pty::Mark;

#[test]
fn many_records_are_changed_once_their_count_is_typed() {
    let desk = Desk::new();
    let count = desk.sipreg(&["list", "-f", "domain:acme enabled:yes", "-o", "ids"]).data.lines().count();
    assert!(count > 3);
    let mut terminal = desk.at_terminal(&["disable", "-f", "domain:acme enabled:yes"]);
    terminal.wait_for_text(&format!("Type {count}: "));
    terminal.send(format!("{count}\r"));
    terminal.wait_for_text(&format!("{count} done"));
    assert_eq!(desk.writes().len(), count);
}

#[test]
fn another_answer_than_the_count_sends_nothing() {
    let desk = Desk::new();
    for answer in ["y\r", "\r", "4 \x15no\r"] {
        let mut terminal = desk.at_terminal(&["disable", "-f", "domain:acme enabled:yes"]);
        terminal.wait_for_text("Type ");
        terminal.send(answer);
        terminal.wait_for_text("Nothing was sent");
    }
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn an_interrupt_at_the_question_sends_nothing() {
    let desk = Desk::new();
    let mut terminal = desk.at_terminal(&["disable", "-f", "domain:acme enabled:yes"]);
    terminal.wait_for_text("Type ");
    terminal.send("\x03");
    terminal.wait_for_text("interrupted");
    assert!(terminal.contents().lines().any(|line| line == "sipreg: interrupted"), "on a line of its own");
    assert_eq!(desk.writes().len(), 0);
}

#[test]
fn a_record_is_deleted_once_its_name_is_typed() {
    let desk = Desk::new();
    let mut terminal = desk.at_terminal(&["delete", "22"]);
    terminal.wait_for_text("delete 22 carrierx-ams on ");
    terminal.wait_for_text("Type carrierx-ams: ");
    terminal.send("y\r");
    terminal.wait_for_text("That is not carrierx-ams. Nothing was sent.");
    let mut terminal = desk.at_terminal(&["delete", "22"]);
    terminal.wait_for_text("Type carrierx-ams: ");
    terminal.send("carrierx-ams\r");
    terminal.wait_for_text("22 carrierx-ams: deleted");
    assert!(desk.control.registration(22).is_none());
}

#[test]
fn a_careful_profile_asks_about_one_record() {
    let desk = Desk::new();
    desk.configure("access = \"confirm\"");
    let mut terminal = desk.at_terminal(&["disable", "22"]);
    terminal.wait_for_text("disable 22 carrierx-ams on eu-noc? Type y: ");
    terminal.send("y\r");
    terminal.wait_for_text("22 carrierx-ams: enabled yes -> no");
}

#[test]
fn a_password_is_typed_without_echo_and_an_interrupt_gives_the_echo_back() {
    let desk = Desk::new();
    let mut terminal = desk.at_terminal(&["set", "22", "auth-user=x", "auth-password=-"]);
    terminal.wait_for_text("auth-password: ");
    terminal.send("hunter2\r");
    terminal.wait_for_text("auth-user");
    terminal.wait_for_text("22 carrierx-ams: ");
    assert!(!String::from_utf8_lossy(&terminal.bytes_since(Mark::START)).contains("hunter2"));
    assert_eq!(desk.stored(22, FieldId::AuthPassword), Value::Secret(Secret::new("hunter2")));
    let mut terminal = desk.at_terminal(&["set", "22", "auth-password=-"]);
    terminal.wait_for_text("auth-password: ");
    terminal.send("hun\x03");
    terminal.wait_for_text("interrupted");
    assert!(terminal.has_its_modes_back());
}

#[test]
fn a_bounce_counts_down_on_the_terminal() {
    let desk = Desk::new();
    let mut terminal = desk.at_terminal(&["bounce", "22"]);
    terminal.wait_for_text("disabled for 5m: 22 carrierx-ams. Ctrl-c leaves it disabled");
    terminal.wait_for_text("enabling in 4:");
    terminal.send("\x03");
    terminal.wait_for_text("22 carrierx-ams is DISABLED because of an unfinished bounce");
    assert_eq!(terminal.wait_exit().exit_code(), 130);
    assert!(!terminal.contents().contains("enabling in"), "{}", terminal.contents());
}
