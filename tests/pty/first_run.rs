//! `sipreg` where nothing is configured: the setup in the terminal, from the first key to the open console.

use std::os::unix::fs::PermissionsExt as _;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::{Mark, contains};
use crate::kit::server::{Server, is_sign_in};

fn fill_in(console: &mut Console, server: &Server, password: &str) {
    console.wait_for_text("Server URL");
    console.send(&server.url);
    console.send("\r");
    console.wait_for_text("the server answers");
    console.send(&server.username);
    console.send("\r");
    console.send(password);
    console.wait_for_text("****");
    console.send("\r");
    console.wait_for_text("> [ Test ]");
}

#[test]
fn the_setup_tests_saves_and_opens_and_the_next_start_needs_no_setup() {
    let server = Server::new();
    let password = server.password.expose().to_owned();
    let mut console = Console::start(&[]);
    fill_in(&mut console, &server, &password);
    console.send("\r");
    console.wait_for_text("passed");
    console.wait_for_text("ok   sign-in");
    console.send("\u{15}lab\rLAB\r");
    console.wait_for_text("LAB");
    console.send(" \r");
    console.wait_for_text("> [ Save and open ]");
    console.send("\r");
    console.wait_for_text("1/120");
    console.wait_for("name, badge and access", |screen| {
        let text = screen.contents();
        text.contains("LAB") && text.contains("lab") && text.contains("confirm")
    });
    console.send("q");
    assert!(console.wait_exit().success(), "{}", console.contents());
    console.assert_given_back();
    let path = console.home().join("config/sipreg/config.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("[profile.lab]") && text.contains("access = \"confirm\""), "{text}");
    assert!(!text.contains("password"), "{text}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let again = console.again(Launch::new(SIPREG));
    again.wait_for_text("Sign in");
    assert!(!again.contents().contains("sipreg setup"), "{}", again.contents());
}

#[test]
fn a_wrong_password_is_told_by_the_check_and_nothing_typed_is_lost() {
    let server = Server::new();
    let mut console = Console::start(&[]);
    fill_in(&mut console, &server, "hunter2");
    console.send("\r");
    console.wait_for_text("fail sign-in");
    console.wait_for_text("failed");
    let screen = console.contents();
    assert!(screen.contains(&server.url) && screen.contains("*******"), "{screen}");
    console.send("\u{15}");
    console.send(server.password.expose());
    console.send("\r\r");
    console.wait_for_text("passed");
    console.send("\u{1b}");
    console.wait_for_text("1/120");
    assert!(!console.home().join("config/sipreg/config.toml").exists(), "Esc saves nothing");
    let raw = console.bytes_since(Mark::START);
    assert!(!contains(&raw, b"hunter2"), "a password is never shown");
    assert_eq!(server.control.exchanges().iter().filter(|exchange| is_sign_in(exchange)).count(), 3);
}

#[test]
fn a_server_that_is_not_there_is_found_before_the_password_is_sent() {
    let server = Server::new();
    let url = server.url.clone();
    drop(server.stop());
    let mut console = Console::start(&[]);
    console.wait_for_text("Server URL");
    // Said at once, before anyone types a password.
    console.send(format!("{url}\r"));
    console.wait_for_text("not reached");
    console.send("demo\rdemo\r\r");
    console.wait_for_text("fail connection");
    console.wait_for_text("skip sign-in");
    console.wait_for("the cursor on the URL", |screen| screen.contents().contains("> Server URL"));
}

#[test]
fn a_password_command_that_hangs_is_cancelled_and_never_gets_the_terminal() {
    let server = Server::new();
    let mut console = Console::start(&[]);
    console.wait_for_text("Server URL");
    console.send(format!("{}\rdemo\r\r", server.url));
    console.wait_for_text(">   or command");
    console.send("read x < /dev/tty; sleep 600\r\r\r");
    console.wait_for_text("testing");
    console.send("\u{3}");
    console.wait_for_text("Test cancelled");
    console.send("\u{3}\u{3}");
    assert_eq!(console.wait_exit().exit_code(), 2, "{}", console.contents());
    console.wait_for_text("no server configured.");
    console.assert_given_back();
}

#[test]
fn ctrl_c_at_the_start_and_sigterm_say_what_to_do_and_give_the_terminal_back() {
    let mut console = Console::start(&[]);
    console.wait_for_text("sipreg setup");
    console.send("\u{3}");
    assert_eq!(console.wait_exit().exit_code(), 2);
    console.wait_for_text("sipreg config init --url URL");
    console.assert_given_back();
}

#[test]
fn a_paste_goes_into_the_field_and_presses_no_button() {
    let mut console = Console::start(&[]);
    console.wait_for_text("Server URL");
    console.send("\u{1b}[200~https://yeti.invalid\nalice\n\u{1b}[201~");
    console.wait_for_text("https://yeti.invalid alice");
    console.wait_for("the cursor on the URL", |screen| screen.contents().contains("> Server URL"));
}

#[test]
fn what_cannot_be_saved_is_told_and_the_console_can_be_opened_all_the_same() {
    let server = Server::new();
    let prepare = |home: &std::path::Path| {
        // A link that leads nowhere takes the place: no one writes through it, not even root.
        std::fs::create_dir_all(home.join("config/sipreg")).unwrap();
        std::os::unix::fs::symlink("/proc/nowhere/x", home.join("config/sipreg/config.toml")).unwrap();
    };
    let mut console = Console::prepared(prepare, Launch::new(SIPREG));
    let password = server.password.expose().to_owned();
    fill_in(&mut console, &server, &password);
    console.send("\r");
    console.wait_for_text("passed");
    console.send("\u{13}");
    console.wait_for_text("Not saved to");
    console.send("\u{1b}");
    console.wait_for_text("1/120");
}

#[test]
fn variables_fill_in_what_they_know() {
    let server = Server::new();
    let launch =
        Launch::new(SIPREG).env("SIPREG_USERNAME", &server.username).env("SIPREG_PASSWORD", server.password.expose());
    let mut console = Console::launch(launch);
    console.wait_for_text("from environment SIPREG_PASSWORD");
    console.send(format!("{}\r\r\r\r\r\r", server.url));
    console.wait_for_text("passed");
}
