//! Passwords, tokens that end, and a server that is not there.

use std::time::Duration;

use sipreg::demo::{Exchange, ServerOptions};
use tokio::net::TcpSocket;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::pty::{Mark, contains};
use crate::kit::runtime;
use crate::kit::server::{Server, is_list, is_sign_in};

#[test]
fn a_wrong_password_is_asked_for_in_the_console_and_the_right_one_opens_it() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().env("SIPREG_PASSWORD", "not this one"));
    console.wait_for_text("Sign in");
    console.wait_for_text("password");
    console.send("nor this\r");
    server.wait_for_requests("refused sign-ins", 2, |exchange| is_sign_in(exchange) && exchange.status == Some(401));
    console.wait_for("the second refusal", |screen| {
        let text = screen.contents();
        text.contains("Incorrect login or") && text.contains("The password is kept in memory only")
    });
    console.send(server.password.expose());
    console.wait_for_text("****");
    console.send("\r");
    console.wait_for_text("Signed in as demo");
    console.wait_for_text("1/120");
    let raw = console.bytes_since(Mark::START);
    assert!(!contains(&raw, b"nor this"), "a password is never shown");
}

#[test]
fn a_token_that_login_keeps_meanwhile_opens_a_console_that_waits_for_a_password() {
    let server = Server::new();
    let address = ["--url", &server.url, "--username", &server.username];
    let console = Console::launch(Launch::new(SIPREG).args(address));
    console.wait_for_text("Sign in");
    let login = server.launch().arg("login");
    let login = console.beside(login);
    assert!(login.wait_exit().success(), "{}", login.contents());
    console.wait_for_text("Signed in as demo");
    console.wait_for_text("1/120");
}

#[test]
fn without_a_user_the_console_asks_who_it_is() {
    let server = Server::new();
    let mut console = Console::start(&["--url", &server.url]);
    console.wait_for_text("Sign in");
    console.send(&server.username);
    console.send("\r");
    console.send(server.password.expose());
    console.send("\r");
    console.wait_for_text("1/120");
}

#[test]
fn a_token_that_ends_after_two_seconds_goes_unnoticed() {
    let server =
        Server::start(ServerOptions { token_lifetime: Some(Duration::from_secs(2)), ..ServerOptions::default() });
    let mut console = server.open();
    for refresh in 1..=2 {
        // Each refresh comes after the token of the one before has ended.
        server.wait_for_requests("sign-ins", 2 * refresh + 1, is_sign_in);
        let before = server.control.exchanges().iter().filter(|exchange| answers(exchange)).count();
        console.send("r");
        server.wait_for_requests("good answers", before + 1, answers);
        console.wait_until_read();
    }
    let screen = console.contents();
    assert!(!screen.contains("Sign in") && !screen.contains("!!"), "{}", console.contents());
    console.send("!");
    console.wait_for_text("no messages yet");
}

#[test]
fn a_token_that_the_server_forgot_goes_unnoticed() {
    let (server, mut console) = Server::open_one();
    server.control.clear_exchanges();
    server.control.revoke_tokens();
    console.send("r");
    server.wait_for_requests("good answers", 1, answers);
    console.wait_until_read();
    let exchanges = server.control.exchanges();
    let list: Vec<Option<u16>> =
        exchanges.iter().filter(|exchange| is_list(exchange)).map(|exchange| exchange.status).collect();
    assert_eq!(list, [Some(401), Some(304)], "refused once, then replayed");
    assert_eq!(exchanges.iter().filter(|exchange| is_sign_in(exchange)).count(), 1);
    console.send("!");
    console.wait_for_text("no messages yet");
}

fn answers(exchange: &Exchange) -> bool {
    is_list(exchange) && matches!(exchange.status, Some(200 | 304))
}

#[test]
fn a_server_that_cannot_be_reached_is_told_and_found_again() {
    let runtime = runtime();
    // A port that is taken, but that no one listens on.
    let socket = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        socket
    });
    let address = socket.local_addr().unwrap();
    let url = format!("http://{address}");
    let console =
        Console::launch(Launch::new(SIPREG).args(["--url", &url, "--username", "demo"]).env("SIPREG_PASSWORD", "demo"));
    console.wait_for_text("Could not load registrations from");
    console.wait_for_text("OFFLINE, again in");
    console.wait_for_text("r: retry now");
    drop(socket);
    let _server = Server::start_on(runtime, ServerOptions { listen: address, ..ServerOptions::default() });
    console.wait_for_text("1/120");
    console.wait_until_read();
}

#[test]
fn a_server_that_goes_away_leaves_the_list_and_r_finds_it_again() {
    let runtime = runtime();
    let server = Server::start_on(runtime, ServerOptions::default());
    let mut console = server.open();
    let address = server.address;
    let runtime = server.stop();
    console.send("r");
    console.wait_for_text("STALE");
    console.wait_for_cursor_on(1);
    let server = Server::start_on(runtime, ServerOptions { listen: address, ..ServerOptions::default() });
    console.send("r");
    console.wait_until_read();
    console.send("j");
    console.wait_for_cursor_on(server.control.ids()[1]);
}

#[test]
fn a_server_that_is_not_there_is_told_before_anybody_is_asked_for_a_password() {
    let server = Server::new();
    let url = server.url.clone();
    let address = server.address;
    let runtime = server.stop();
    let nobody = ["--url", url.as_str(), "--username", "demo"];
    let console = Console::start(&nobody);
    console.wait_for_text("Could not load registrations from");
    console.wait_for_text("OFFLINE, again in");
    assert!(!console.contents().contains("Sign in"), "{}", console.contents());
    // A command at a prompt does the same.
    let list = console.beside(Launch::new(SIPREG).arg("list").args(nobody));
    assert_eq!(list.wait_exit().exit_code(), 7, "{}", list.contents());
    assert!(!list.contents().contains("Password"), "{}", list.contents());
    let _server = Server::start_on(runtime, ServerOptions { listen: address, ..ServerOptions::default() });
    console.wait_for_text("Sign in");
}

#[test]
fn the_first_sign_in_is_no_error() {
    let server = Server::new();
    let console = Console::start(&["--url", &server.url, "--username", "demo"]);
    console.wait_for_text("The password is kept in memory only");
    let screen = console.contents();
    assert!(!screen.contains("not signed in") && !screen.contains("Could not load"), "{screen}");
}
