//! A person does one thing to many records: shown before, counted, stopped, killed, taken up again, taken back.

use std::path::Path;

use rustix::process::Signal;
use sipreg::demo::Exchange;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::Record as _;

use crate::kit::console::Console;
use crate::kit::server::Server;

fn is_on(server: &Server, id: u64) -> Option<bool> {
    server.control.registration(id).and_then(|record| record.enabled())
}

fn is_patch(exchange: &Exchange) -> bool {
    exchange.method == "PATCH"
}

fn on(server: &Server, ids: &[u64]) -> Vec<bool> {
    ids.iter().map(|id| is_on(server, *id) == Some(true)).collect()
}

/// The first records of the view of those that are on.
const IDS: [u64; 5] = [1, 2, 3, 4, 5];

fn marked(console: &mut Console) {
    console.send("gg     ");
    console.wait_for_text("5 marked");
}

fn plans(home: &Path) -> usize {
    std::fs::read_dir(home.join("state/sipreg/bulk")).map(Iterator::count).unwrap_or_default()
}

#[test]
fn five_are_switched_off_by_their_number_and_taken_back_with_one_question() {
    let (server, mut console) = Server::open_one();
    marked(&mut console);
    console.send("td");
    console.wait_for_text("Disable 5 registrations?");
    console.wait_for_text("Type 5 and press Enter");
    console.send("4\r");
    console.wait_for_text("That is a different number");
    console.send("\x155\r");
    console.wait_for_text("Done: disable 5");
    console.wait_for_text("5 done");
    assert_eq!(on(&server, &IDS), [false; 5]);
    console.wait_for_disk("what is over leaves no plan", |home| plans(home) == 0);
    console.send("u");
    console.wait_for_text("Undo changes of 5 registrations?");
    console.send("5\r");
    console.wait_for_text("Done: undo");
    assert_eq!(on(&server, &IDS), [true; 5]);
    console.send("\x1b[27u");
    console.wait_for_text("5 marked");
    console.quit();
}

#[test]
fn a_console_that_is_killed_in_the_middle_is_followed_by_one_that_tells_and_finishes() {
    let (server, mut console) = Server::open_one();
    marked(&mut console);
    // The second answer never comes back.
    server.fault(Fault::always("PATCH", "/registrations/2", FaultEffect::HoldAnswer));
    server.fault(Fault::always("PATCH", "/registrations/3", FaultEffect::HoldAnswer));
    server.fault(Fault::always("PATCH", "/registrations/4", FaultEffect::HoldAnswer));
    server.fault(Fault::always("PATCH", "/registrations/5", FaultEffect::HoldAnswer));
    console.send("td");
    console.wait_for_text("Disable 5 registrations?");
    console.send("5\r");
    server.wait_for_requests("changes", 5, is_patch);
    console.wait_for_text("1 done");
    console.signal(Signal::KILL);
    console.wait_exit();
    server.control.clear_faults();
    server.control.release();
    assert_eq!(plans(console.home()), 1);
    let mut console = console.again(server.launch());
    console.wait_for_text("Unfinished");
    console.wait_for_text("1 done, 0 not sent, 0 failed, 4 UNKNOWN");
    console.send("f");
    console.wait_for_text("registrations?");
    console.wait_for_text("already disabled");
    console.send("\x1b[27uq");
    assert!(console.wait_exit().success());
}

#[test]
fn a_bulk_whose_plan_cannot_be_kept_asks_before_anything_is_sent() {
    let (server, mut console) = Server::open_one();
    let place = console.home().join("state/sipreg/bulk");
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    // Where the plan would be.
    std::fs::write(&place, "").unwrap();
    marked(&mut console);
    console.send("td");
    console.wait_for_text("Disable 5 registrations?");
    console.send("5\r");
    console.wait_for_text("Cannot write the plan to disk, so nothing more is sent. Continue without it?");
    assert_eq!(on(&server, &IDS), [true; 5], "nothing was sent");
    // The question stands there already: an answer to another key shows that it is a new one.
    console.send("x");
    console.wait_for_text("Unknown key x");
    console.send("r");
    console.wait_for("the question again", |screen| {
        let text = screen.contents();
        text.contains("y: continue without") && !text.contains("Unknown key x")
    });
    assert_eq!(on(&server, &IDS), [true; 5]);
    std::fs::remove_file(&place).unwrap();
    console.send("r");
    console.wait_for_text("5 done");
    assert_eq!(on(&server, &IDS), [false; 5]);
    std::fs::remove_dir_all(&place).unwrap();
    std::fs::write(&place, "").unwrap();
    console.send("u");
    console.wait_for_text("Undo changes of 5 registrations?");
    console.send("5\r");
    console.wait_for_text("y: continue without");
    assert_eq!(on(&server, &IDS), [false; 5]);
    console.send("y");
    console.wait_for_text("Done: undo");
    assert_eq!(on(&server, &IDS), [true; 5]);
}

#[test]
fn a_damaged_line_of_a_plan_is_counted_and_named_at_the_next_start() {
    let (server, mut console) = Server::open_one();
    marked(&mut console);
    for id in IDS {
        server.fault(Fault::always("PATCH", &format!("/registrations/{id}"), FaultEffect::HoldAnswer));
    }
    console.send("td");
    console.wait_for_text("Disable 5 registrations?");
    console.send("5\r");
    server.wait_for_requests("changes", 4, is_patch);
    console.signal(Signal::KILL);
    console.wait_exit();
    server.control.clear_faults();
    server.control.release();
    let folder = console.home().join("state/sipreg/bulk");
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&file).unwrap();
    let damaged: Vec<String> =
        text.lines().map(|line| line.replace("\"id\":3,", "\"id\":3,\u{0}")).map(|line| line + "\n").collect();
    std::fs::write(&file, damaged.concat()).unwrap();
    let console = console.again(server.launch());
    console.wait_for_text("Unfinished");
    console.wait_for_text("A bulk change of 4 registrations");
    console.wait_for_text("1 line is damaged, check by hand");
    console.wait_for_text("UNKNOWN: the line is damaged");
}

#[test]
fn quitting_in_the_middle_asks_and_the_next_start_finishes_the_rest() {
    let (server, mut console) = Server::open_one();
    marked(&mut console);
    for id in IDS {
        server.fault(Fault::next("PATCH", &format!("/registrations/{id}"), FaultEffect::HoldAnswer));
    }
    console.send("td");
    console.wait_for_text("Disable 5 registrations?");
    console.send("5\r");
    console.wait_for_text("4 running");
    server.wait_for_requests("changes", 4, is_patch);
    console.send("\x1b[27uq");
    console.wait_for_text("Quit anyway?");
    console.send("y");
    // No answer comes in the two seconds that it waits.
    assert!(!console.wait_exit().success());
    server.control.clear_faults();
    server.control.release();
    assert_eq!(on(&server, &IDS), [false, false, false, false, true], "nothing was begun after the word");
    let mut console = console.again(server.launch());
    console.wait_for_text("0 done, 1 not sent, 0 failed, 4 UNKNOWN");
    console.send("f");
    console.wait_for_text("Finish changes of 1 registration?");
    console.send("y");
    console.wait_for_text("Done: ");
    assert_eq!(on(&server, &IDS), [false; 5]);
    console.wait_for_disk("no plan is left", |home| plans(home) == 0);
}

#[test]
fn a_bounce_waits_a_poll_and_switches_on_by_itself() {
    let server = Server::new();
    let mut console = Console::configured("[profile.default]\nnode_poll = \"2s\"\n", server.launch());
    console.wait_until_read();
    console.send("B");
    console.wait_for_text("Bounce 1 registration?");
    console.send("y");
    console.wait_for_text("1 registration disabled");
    assert_eq!(is_on(&server, 1), Some(false));
    console.wait_for_text("Done: bounce 1");
    assert_eq!(is_on(&server, 1), Some(true));
}

#[test]
fn a_terminal_that_goes_while_a_bounce_waits_leaves_it_to_the_next_console() {
    let (server, mut console) = Server::open_one();
    console.send("B");
    console.wait_for_text("Bounce 1 registration?");
    console.send("y");
    console.wait_for_text("Enabling in");
    console.hang_up();
    console.wait_exit();
    assert_eq!(is_on(&server, 1), Some(false));
    let mut console = console.again(server.launch());
    console.wait_for_text("is disabled because of an unfinished bounce");
    console.send("y");
    console.wait_for_text("Starts in");
    console.send("y");
    console.wait_for_text("Enabling in");
    console.send("\x03");
    console.wait_for_text("o: enable now");
    console.send("o");
    console.wait_for_text("Done: ");
    assert_eq!(is_on(&server, 1), Some(true));
}

#[test]
fn marked_records_are_written_to_a_file_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_server, mut console) = Server::open_one();
    marked(&mut console);
    console.send(":export some.csv\r");
    console.wait_for_text("Exported 5 registrations");
    let path = console.home().join("some.csv");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(text.lines().count(), 6);
    console.send(":export some.csv\r");
    console.wait_for_text("Overwrite the file?");
    console.send("n");
}
