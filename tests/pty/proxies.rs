//! Proxies in front of the real console: whichever fails is named as the proxy, never as the server behind it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;
use crate::kit::server::Server;

/// A proxy that answers everything so.
fn proxy(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(answer);
        }
    });
    address
}

/// A console on a server that only the proxy could reach.
fn behind(proxy: &str, url: &str) -> Console {
    let profile =
        format!("[profile.lab]\nurl = {url:?}\nusername = \"demo\"\nallow_plaintext = true\nproxy = {proxy:?}\n");
    Console::configured(&profile, Launch::new(SIPREG).env("SIPREG_PASSWORD", "typ3d-Bussard-pw").size(120, 40))
}

/// What is on the screen in one line, however it was wrapped.
fn words(screen: &str) -> String {
    let words = screen.split(|c: char| c.is_whitespace() || c == '\u{2502}').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_proxy_that_is_dead_or_refuses_is_named_and_no_password_is_shown() {
    let refuses = proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    let forbids = proxy(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    let garbage = proxy(b"SSH-2.0-x\r\n");
    for (address, url, reported) in [
        ("127.0.0.1:1", "http://yeti.example", "no connection to the proxy http://127.0.0.1:1 (proxy of the profile)"),
        ("127.0.0.1:1", "https://yeti.example", "no connection to the proxy http://127.0.0.1:1 (proxy of the profile)"),
        (&refuses, "https://yeti.example", "it wants a user name and password (407)"),
        (&refuses, "http://yeti.example", "the proxy wants a user name and password (407)"),
        (&forbids, "https://yeti.example", "it does not connect to https://yeti.example"),
        (&garbage, "http://yeti.example", "it went through the proxy http://127.0.0.1:"),
    ] {
        let console = behind(&format!("http://bob:s3cret@{address}"), url);
        console.wait_for(reported, |screen| words(&screen.contents()).contains(reported));
        assert!(!console.contents().contains("s3cret"), "{}", console.contents());
        let named = words(&console.contents()).contains(&format!("the proxy http://{address}"));
        assert!(named || reported.contains("(407)"), "{reported}");
    }
}

#[test]
fn none_goes_straight_to_the_server_whatever_the_environment_says_and_a_wrong_value_opens_nothing() {
    let server = Server::new();
    let profile = |proxy: &str| format!("[profile.lab]\nproxy = {proxy:?}\n");
    let console = Console::configured(&profile("none"), server.launch().env("http_proxy", "http://127.0.0.1:1"));
    console.wait_until_read();
    let console = Console::configured(&profile("ftp://p.example"), server.launch());
    console.wait_exit();
    assert!(console.contents().contains("proxy cannot be \"ftp://p.example\""), "{}", console.contents());
}
