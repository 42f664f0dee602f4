//! A server that is broken, silent, hostile, or not the right one: what the user sees, and that the console goes on.

use std::time::Duration;

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{ServerClock, ServerOptions};
use tokio::runtime::Runtime;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::raw::{Raw, Reply, answer, bomb};
use crate::kit::runtime;
use crate::kit::server::Server;
use crate::kit::tls_server;

/// The console on a server at this URL, waiting a second for each answer.
fn on(url: &str) -> Console {
    let launch = Launch::new(SIPREG).args(["--url", url, "--username", "alice", "--timeout", "1s"]);
    Console::launch(launch.env("SIPREG_PASSWORD", "pw-of-alice").size(110, 30))
}

fn raw(script: impl Fn(&crate::kit::raw::Seen) -> Reply + Send + Sync + 'static) -> (Runtime, Raw) {
    let runtime = runtime();
    let server = runtime.block_on(Raw::signing_in(script));
    (runtime, server)
}

/// The screen as one line of words, however it was wrapped, without the borders of panes and boxes.
fn words(screen: &vt100::Screen) -> String {
    screen.contents().replace(['│', '█'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn wait_for_words(console: &Console, wanted: &str) {
    console.wait_for(wanted, |screen| words(screen).contains(wanted));
}

/// Nothing is busy, a key is still a key, and the end is one.
fn assert_in_order(mut console: Console) {
    console.assert_idle();
    console.send("?");
    console.wait_for_text("type: filter");
    console.send("\x1b");
    console.wait_for("the help closed", |screen| !screen.contents().contains("type: filter"));
    console.quit();
}

#[test]
fn a_server_that_accepts_and_says_nothing_is_told_after_the_time_out_and_tried_again() {
    let (_runtime, server) = raw(|_| Reply::Silence);
    let console = on(&server.url());
    wait_for_words(&console, "Could not load registrations");
    wait_for_words(&console, "GET registrations: no complete answer within 1 s");
    wait_for_words(&console, "OFFLINE, again in");
    wait_for_words(&console, "r: retry now");
    assert_in_order(console);
}

#[test]
fn an_answer_that_trickles_in_is_told_after_the_time_out() {
    let (_runtime, server) = raw(|_| {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n".to_vec();
        Reply::Trickle([head, vec![b' '; 9_999]].concat(), Duration::from_millis(20))
    });
    let console = on(&server.url());
    wait_for_words(&console, "no complete answer within 1 s");
    assert_in_order(console);
}

#[test]
fn a_connection_that_is_reset_is_told_and_tried_again() {
    let (_runtime, server) = raw(|_| Reply::Reset);
    let console = on(&server.url());
    wait_for_words(&console, "GET registrations: the connection closed before an answer came");
    wait_for_words(&console, "OFFLINE, again in");
    assert_in_order(console);
}

#[test]
fn ten_gigabytes_in_ten_megabytes_are_refused_without_the_memory() {
    let packed = bomb(10 << 10);
    let (_runtime, server) = raw(move |_| answer(200, &[("content-encoding", "gzip")], &packed));
    let launch = Launch::new(SIPREG).args(["--url", &server.url(), "--username", "alice"]).size(110, 30);
    let console = Console::launch(launch.env("SIPREG_PASSWORD", "pw-of-alice"));
    wait_for_words(&console, "GET registrations: the answer is larger than 64 MiB and was ignored");
    wait_for_words(&console, "r: retry q: quit");
    assert!(console.peak_memory() < 400 << 20, "{} MiB", console.peak_memory() >> 20);
    assert_in_order(console);
}

/// What each fault of the list's requests looks like while nothing was read yet.
fn first_sight(effect: FaultEffect, wanted: &[&str]) {
    let server = Server::new();
    server.fault(Fault::always("GET", "/registrations", effect));
    let console = Console::launch(server.launch().size(110, 30));
    for wanted in wanted {
        wait_for_words(&console, wanted);
    }
    wait_for_words(&console, "Request ID: sipreg-");
    assert_in_order(console);
}

#[test]
fn a_page_for_browsers_with_a_success_is_no_list() {
    first_sight(FaultEffect::Portal, &["NOT READ", "cannot be used: it is an HTML page titled", "r: retry q: quit"]);
}

#[test]
fn an_empty_success_is_no_list() {
    first_sight(FaultEffect::Empty, &["NOT READ", "GET registrations: the answer (200) cannot be used: it is empty"]);
}

#[test]
fn half_a_body_is_told_and_asked_for_again() {
    first_sight(
        FaultEffect::CutBody,
        &[
            "OFFLINE, again in",
            "the connection broke within the answer (200)",
            "r: retry \
                                                                                                         now",
        ],
    );
}

#[test]
fn a_server_without_the_api_names_the_setting() {
    first_sight(FaultEffect::NoApi, &["no such API on the server (404)", "check the `url` setting", "r: retry"]);
}

#[test]
fn a_proxy_that_forbids_is_told_as_one() {
    let wanted = ["NOT READ", "not allowed (403): an HTML page titled \"403 Forbidden\"", "a proxy in front"];
    first_sight(FaultEffect::ProxyPage { status: 403 }, &wanted);
}

#[test]
fn a_media_type_that_a_proxy_changed_is_told() {
    first_sight(FaultEffect::ProxyPage { status: 406 }, &["a proxy may have changed the Accept header"]);
    first_sight(FaultEffect::ProxyPage { status: 415 }, &["a proxy may have changed the Content-Type header"]);
}

#[test]
fn a_server_that_wants_to_be_left_alone_is_for_as_long_as_it_says() {
    first_sight(FaultEffect::TooMany { retry_after: Some(90) }, &["too many requests (429)", "OFFLINE, again in 8"]);
    first_sight(
        FaultEffect::Unavailable { retry_after: Some(90) },
        &["the server is unavailable (503)", "OFFLINE, again in 8"],
    );
}

#[test]
fn a_server_that_fails_and_a_proxy_without_one_are_told_apart() {
    first_sight(FaultEffect::ServerError, &["NOT READ", "the server failed (500)", "r: retry"]);
    first_sight(FaultEffect::HtmlPage, &["again in", "the proxy could not reach the server (502)", "r: retry now"]);
    first_sight(FaultEffect::ProxyPage { status: 504 }, &["again in", "the proxy could not reach the server (504)"]);
}

#[test]
fn a_fresh_token_that_is_refused_ends_the_trying() {
    let wanted = ["NOT SIGNED IN", "the server refuses a new token", "clocks differ", "r: retry"];
    first_sight(FaultEffect::Unauthorized, &wanted);
}

#[test]
fn a_token_that_is_refused_with_nothing_else_at_hand_asks_who_it_is() {
    let server = Server::new();
    let launch = Launch::new(SIPREG).args(["--url", &server.url]).env("SIPREG_TOKEN", "a.e30.b");
    let mut console = Console::launch(launch);
    console.wait_for_text("Sign in");
    wait_for_words(&console, "the server refuses the configured token");
    console.send(format!("{}\r{}\r", server.username, server.password.expose()));
    console.wait_for_text("1/120");
    assert_in_order(console);
}

#[test]
fn a_redirect_to_another_server_is_refused_and_nobody_goes_there() {
    let runtime = runtime();
    let stranger = runtime.block_on(Raw::start(|_| Reply::Silence));
    let to = format!("{}/api/rest/admin/registrations", stranger.url());
    first_sight(FaultEffect::Redirect { to }, &["NOT READ", "the server redirects (302) to", "Nothing was sent there"]);
    assert_eq!(stranger.connections(), 0);
}

#[test]
fn a_certificate_that_is_refused_is_shown_and_nothing_is_sent() {
    let runtime = runtime();
    for (certificate, reason) in [
        ("alone.pem", "it is self-signed, or its authority is not trusted; it names CN=sipreg lonely server"),
        ("ended.pem", "it names CN=sipreg test server, was signed by CN=sipreg test authority"),
    ] {
        let (url, _alive) = runtime.block_on(tls_server::server(certificate));
        let console = on(&url);
        wait_for_words(&console, reason);
        wait_for_words(&console, "Nothing was sent. For a private authority set `ca_file`");
        wait_for_words(&console, "r: retry");
        assert_in_order(console);
    }
}

#[test]
fn a_server_whose_clock_is_years_away_works_and_is_told() {
    let server = Server::start(ServerOptions { clock: ServerClock::Fixed(3_600), ..ServerOptions::default() });
    let mut console = server.open();
    console.send("!");
    wait_for_words(&console, "behind this machine's. Check both clocks");
    console.send("q");
    console.wait_for("the list", |screen| !screen.contents().contains("Messages of this session"));
    assert_in_order(console);
}

#[test]
fn a_write_whose_answer_is_lost_is_looked_after_and_never_sent_again() {
    let server = Server::new();
    let mut console = Console::launch(server.launch().size(200, 30));
    console.wait_until_read();
    for effect in [FaultEffect::CutBefore, FaultEffect::CutAfter] {
        server.fault(Fault::next("PATCH", "/registrations", effect.clone()));
        server.control.clear_exchanges();
        let mark = console.mark();
        console.send("t");
        console.wait_for_bytes(mark, b"~");
        server.wait_for_requests("look after the write", 1, |exchange| exchange.method == "PATCH");
        console.wait_for("an outcome", |screen| !screen.contents().contains("writing 1"));
        console.settle(Duration::from_millis(300));
        let writes = server.control.exchanges().iter().filter(|exchange| exchange.method == "PATCH").count();
        assert_eq!(writes, 1, "{effect:?}");
        // The record stays locked until it is known what became of the write.
        console.send("j");
    }
    console.send("?");
    console.wait_for_text("type: filter");
    console.send("\x1b");
    console.wait_for("the help closed", |screen| !screen.contents().contains("type: filter"));
    console.send("q");
    console.wait_for_text("the result of the last change is not known yet");
    console.send("y");
    assert_eq!(console.wait_exit().exit_code(), 9, "the last change is unknown");
    console.assert_given_back();
}
