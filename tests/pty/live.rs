//! Nodes are asked again and again while the real console is open.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{NodeFault, ServerClock, ServerOptions};

use crate::kit::console::Console;
use crate::kit::pty::Mark;
use crate::kit::server::Server;

#[expect(clippy::disallowed_methods, reason = "the console under test has the clock of the system")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A console that asks its nodes every 5 s, on a server whose nodes poll no more and whose clock stands still: nothing
/// changes unless a test does it.
fn live() -> (Server, Console) {
    let (nodes, clock) = (Some(Duration::from_secs(86_400)), ServerClock::Fixed(now()));
    let server = Server::start(ServerOptions { nodes, clock, ..ServerOptions::default() });
    let live = "[profile.eu]\nusername = \"demo\"\n[profile.eu.live]\nsource = \"nodes\"\nevery = 5\ntimeout = 60\n";
    let console = Console::configured(live, server.launch().args(["--profile", "eu"]));
    console.wait_until_read();
    console.wait_for_text("14/14");
    (server, console)
}

/// What is written from now until the second round from now begins: the one before it is whole in between.
fn written_in_a_round(server: &Server, console: &Console) -> Vec<u8> {
    let asked = || server.control.node_requests().len() / 14;
    let until = |rounds: usize| {
        let patience = std::iter::repeat_n((), 1_200).find(|()| {
            console.quiet_for(Duration::from_millis(50));
            asked() >= rounds
        });
        assert!(patience.is_some(), "round {rounds} did not come");
    };
    let (from, second): (Mark, usize) = (console.mark(), asked() + 2);
    until(second);
    console.bytes_since(from)
}

#[test]
fn a_round_that_brings_nothing_new_writes_no_byte() {
    let (server, mut console) = live();
    // Sorted by state: the order is found anew in each round, too.
    console.send(":sort live\r");
    console.wait_for_text("↑live");
    console.settle(Duration::from_millis(300));
    // The top line has ages that change with a minute of their own: of the list, of the token.
    let top = || console.contents().lines().next().map(str::to_owned);
    let quiet = (0..5).any(|_| {
        let (minute, before) = (now() / 60, top());
        let written = written_in_a_round(&server, &console);
        let same = (now() / 60, top()) == (minute, before);
        assert!(!same || written.is_empty(), "{:?}", String::from_utf8_lossy(&written));
        same
    });
    assert!(quiet, "the top line changes with each round: {:?}", top());
    server.fault(Fault::always("NODE", "/lon-n1", FaultEffect::Node(NodeFault::Refuse)));
    console.wait_for_text("13/14");
}
