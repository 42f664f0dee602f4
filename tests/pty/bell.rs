//! The terminal's bell, heard at the terminal: once at the end of what was waited for, and when the list goes stale.

use std::time::Duration;

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::Record as _;

use crate::kit::console::Console;
use crate::kit::server::{Server, is_list};

const ON: &str = "[ui]\nbell = true\n";

/// How often the bell rang since the console was opened.
fn rings(console: &Console) -> usize {
    // A string to the terminal (the title) may end with one, too: those are counted by what they begin with.
    let bytes = console.bytes_since(crate::kit::pty::Mark::START);
    let titles =
        bytes.windows(4).filter(|window| window.starts_with(b"\x1b]2;") || window.starts_with(b"\x1b]0;")).count();
    bytes.split(|byte| *byte == 7).count().saturating_sub(1 + titles)
}

/// Rings once what is under way has been heard.
fn heard(console: &Console) -> usize {
    console.quiet_for(Duration::from_millis(300));
    rings(console)
}

fn open(configuration: &str) -> (Server, Console) {
    let server = Server::new();
    let console = Console::configured(configuration, server.launch().size(120, 40));
    console.wait_until_read();
    (server, console)
}

#[test]
fn it_rings_once_at_the_end_of_a_bulk_change_where_it_is_on() {
    for (configuration, expected) in [(ON, 1), ("", 0)] {
        let (_server, mut console) = open(configuration);
        console.send("  ");
        console.wait_for_text("2 marked");
        let before = rings(&console);
        console.send(":bulk-disable");
        console.wait_for_text("disable marked or range");
        console.settle(Duration::from_millis(60));
        console.send("\r");
        console.wait_for_text("y: ");
        console.send("y");
        console.wait_for_text("isabled 2 registrations");
        assert_eq!(heard(&console) - before, expected, "{configuration}");
    }
}

#[test]
fn it_rings_once_at_the_end_of_a_bounce_and_not_before() {
    let (server, mut console) = open(&format!("[profile.lab]\nnode_poll = 1\n{ON}"));
    console.go_to(13);
    let before = rings(&console);
    let is_on = || server.control.registration(13).unwrap().enabled();
    console.send("B");
    console.wait_for_text("y: ");
    assert_eq!(heard(&console), before);
    console.send("y");
    let writes = |count| {
        server.wait_for_requests("writes", count, |exchange| exchange.method == "PATCH" && exchange.status.is_some());
    };
    writes(1);
    assert_eq!((is_on(), rings(&console)), (Some(false), before), "it waits for the nodes");
    writes(2);
    assert_eq!((is_on(), heard(&console) - before), (Some(true), 1));
    console.send("jjkk");
    assert_eq!(heard(&console) - before, 1, "and never again for the same");
}

#[test]
fn it_rings_once_when_the_list_goes_stale() {
    let (server, mut console) = open(ON);
    let before = rings(&console);
    server.fault(Fault::always("GET", "/registrations", FaultEffect::ServerError));
    console.send("R");
    console.wait_for_text("STALE");
    assert_eq!(heard(&console) - before, 1);
    server.control.clear_exchanges();
    console.send("R");
    server.wait_for_requests("failed lists", 1, |exchange| is_list(exchange) && exchange.status == Some(500));
    assert_eq!(heard(&console) - before, 1, "it is the same outage");
}
