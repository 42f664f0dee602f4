//! Commands for a password: slow ones, ones that want the terminal, ones that leave children behind.

use std::time::Duration;

use sipreg::demo::Options;

use crate::console::{Console, SIPREG, Server};
use crate::kit::Launch;

/// A profile whose password command does the first thing at the first call and the other from then on.
fn profile(server: &Server, first: &str, then: &str) -> String {
    let command = format!("if [ -e used ]; then {then}; else touch used; {first}; fi");
    format!("[profile.lab]\nurl = {:?}\nusername = \"demo\"\npassword_command = {command:?}\n", server.running.url)
}

fn locked(server: &Server, then: &str) -> Console {
    let mut console = Console::configured(&profile(server, "echo demo", then), Launch::new(SIPREG).size(100, 30));
    console.wait_until_read();
    console.send(":lock\r");
    console.wait_for_text("Enter uses password_command");
    console
}

#[test]
fn a_password_command_that_reads_the_terminal_fails_at_the_lock_and_a_typed_password_opens() {
    let server = Server::start(Options::default());
    let mut console = locked(&server, "read -r x </dev/tty && echo $x");
    console.send("\r");
    console.wait_for_text("password_command (");
    console.wait_for_text("failed");
    console.send(format!("{}\r", server.running.password.expose()));
    console.wait_for_text("signed in as demo");
}

#[test]
fn a_password_command_that_takes_long_is_named_and_ctrl_c_ends_it_and_the_console() {
    let server = Server::start(Options::default());
    let mut console = locked(&server, "echo $$ > pid; exec sleep 600");
    console.send("\r");
    console.wait_for_text("waiting for password_command (");
    console.send("\x03");
    console.wait_exit();
    let pid = std::fs::read_to_string(console.home().join("pid")).unwrap();
    let stat = format!("/proc/{}/stat", pid.trim());
    console.wait_for_disk("the command is gone", |_| {
        std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "))
    });
}

#[test]
fn a_child_of_the_command_that_keeps_its_output_open_holds_nothing_up() {
    let server = Server::start(Options::default());
    let mut console = locked(&server, "sleep 600 & echo demo");
    console.send("\r");
    console.wait_for_text("signed in as demo");
}

#[test]
fn a_slow_command_is_named_before_the_console_opens_and_may_use_the_terminal() {
    let server = Server::start(Options::default());
    let asks = "read -r x </dev/tty && echo $x";
    let mut console = Console::configured(&profile(&server, asks, "false"), Launch::new(SIPREG).size(100, 30));
    console.wait_for_text("sipreg: waiting for password_command (");
    console.send("demo\r");
    console.wait_until_read();
}

#[test]
fn the_time_out_ends_a_command() {
    let server = Server::start(Options::default());
    let launch = Launch::new(SIPREG).args(["--timeout", "1500ms", "whoami"]).size(100, 30);
    let console = Console::configured(&profile(&server, "exec sleep 600", "false"), launch);
    console.wait_for_text("did not end within 1.5 s (timeout)");
    console.settle(Duration::ZERO);
    assert!(!console.contents().contains("sleep"), "it is named, not quoted");
}
