//! Commands for a password: slow ones, ones that want the terminal, ones that leave children behind.

use std::time::Duration;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::server::Server;

/// A profile whose password command does the first thing at the first call and the other from then on.
fn profile(server: &Server, first: &str, then: &str) -> String {
    let command = format!("if [ -e used ]; then {then}; else touch used; {first}; fi");
    format!("[profile.lab]\nurl = {:?}\nusername = \"demo\"\npassword_command = {command:?}\n", server.url)
}

fn locked(server: &Server, then: &str) -> Console {
    let mut console = Console::configured(&profile(server, "echo demo", then), Launch::new(SIPREG).size(100, 30));
    console.wait_until_read();
    console.send(":lock\r");
    console.wait_for_text("Enter: use password_command");
    console
}

#[test]
fn a_password_command_that_reads_the_terminal_fails_at_the_lock_and_a_typed_password_opens() {
    let server = Server::new();
    let mut console = locked(&server, "read -r x </dev/tty && echo $x");
    console.send("\r");
    console.wait_for_text("password_command (");
    console.wait_for_text("failed");
    console.send(format!("{}\r", server.password.expose()));
    console.wait_for_text("Signed in as demo");
}

#[test]
fn a_password_command_that_takes_long_is_named_and_ctrl_c_ends_it_and_the_console() {
    let server = Server::new();
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
    let server = Server::new();
    let mut console = locked(&server, "sleep 600 & echo demo");
    console.send("\r");
    console.wait_for_text("Signed in as demo");
}

#[test]
fn a_slow_command_is_named_before_the_console_opens_and_may_use_the_terminal() {
    let server = Server::new();
    let asks = "read -r x </dev/tty && echo $x";
    let mut console = Console::configured(&profile(&server, asks, "false"), Launch::new(SIPREG).size(100, 30));
    console.wait_for_text("sipreg: waiting for password_command (");
    console.send("demo\r");
    console.wait_until_read();
}

#[test]
fn the_time_out_ends_a_command() {
    let server = Server::new();
    let launch = Launch::new(SIPREG).args(["--timeout", "1500ms", "whoami"]).size(100, 30);
    let console = Console::configured(&profile(&server, "exec sleep 600", "false"), launch);
    console.wait_for_text("took longer than 1.5 s (timeout)");
    console.settle(Duration::ZERO);
    assert!(!console.contents().contains("sleep"), "it is named, not quoted");
}

/// An address of no one, by RFC 5737.
const NOBODY: &str = "http://192.0.2.1:9";

#[test]
fn a_password_in_plaintext_is_asked_about_once_and_marked() {
    let launch = || Launch::new(SIPREG).args(["--url", NOBODY, "--username", "a", "--timeout", "300ms"]).size(100, 30);
    let mut console = Console::launch(launch().env("SIPREG_PASSWORD", "hunter2"));
    console.wait_for_text("anything else: cancel: ");
    console.send("n\r");
    console.wait_for_text("Cancelled. Nothing was sent.");
    let mut console = console.again(launch().env("SIPREG_PASSWORD", "hunter2"));
    console.wait_for_text("http://192.0.2.1:9 is not encrypted");
    console.send("y\r");
    console.wait_for_text("PLAINTEXT");
}

#[test]
fn a_profile_that_allows_plaintext_is_not_asked_and_is_marked_and_answers_for_no_other_server() {
    let lab = format!("[profile.lab]\nurl = {NOBODY:?}\nusername = \"a\"\nallow_plaintext = true\n");
    let launch = || Launch::new(SIPREG).args(["--timeout", "300ms"]).env("SIPREG_PASSWORD", "hunter2").size(100, 30);
    let console = Console::configured(&lab, launch());
    console.wait_for_text("PLAINTEXT");
    let console = console.again(launch().args(["--url", "http://192.0.2.2:9"]));
    console.wait_for_text("anything else: cancel: ");
}

#[test]
fn no_core_file_is_written_unless_it_is_allowed() {
    let server = Server::new();
    let limit = |console: &Console| {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", console.id())).unwrap();
        limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned()
    };
    let ours = std::fs::read_to_string("/proc/self/limits").unwrap();
    let console = server.open();
    assert_eq!(limit(&console).split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    let console = Console::launch(server.launch().arg("--allow-core"));
    console.wait_until_read();
    assert!(ours.contains(&limit(&console)));
}
