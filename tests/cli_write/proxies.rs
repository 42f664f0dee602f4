//! Proxies: which one is used, which server goes past it, and that one which fails is named.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use crate::kit::command::{CommandResult, Desk};

#[test]
fn a_dead_proxy_is_named_as_the_proxy_and_a_wrong_one_is_an_error() {
    let desk = Desk::new();
    let profile = |proxy: &str| {
        let own = format!("url = \"{}\"\nproxy = \"{proxy}\"\n", desk.server.url);
        desk.configure_exactly(&own);
    };
    profile("http://127.0.0.1:1");
    let reported = desk.sipreg(&["set", "16", "expire=77"]);
    reported.ends(7, "").says("proxy").says("127.0.0.1:1");
    assert!(!reported.messages.contains("does not connect to"), "it was not there to say that: {reported:?}");
    profile("none");
    assert_eq!(desk.sipreg(&["set", "16", "expire=77"]).code, Some(0));
    profile("not a proxy");
    desk.sipreg(&["set", "16", "expire=78"]).ends(2, "").says("proxy");
    assert_eq!(desk.writes().len(), 1);
}

/// A proxy that refuses everything, and what it was asked.
fn proxy() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, asked) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or_default();
            let line = String::from_utf8_lossy(&head[..read]).lines().next().unwrap_or_default().to_owned();
            let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
            let _ = tell.send(line);
        }
    });
    (address, asked)
}

#[test]
fn the_environment_chooses_the_proxy_and_no_proxy_the_servers_that_go_past_it() {
    const PLAIN: &str = "http://192.0.2.1";
    const TLS: &str = "https://192.0.2.1";
    let desk = Desk::new();
    let (address, asked) = proxy();
    for (url, variable, past, through) in [
        (TLS, "HTTPS_PROXY", "", true),
        (TLS, "https_proxy", "", true),
        (TLS, "ALL_PROXY", "", true),
        (PLAIN, "all_proxy", "", true),
        (PLAIN, "http_proxy", "", true),
        // A server that is run by a web server has its clients' headers in variables with such names.
        (PLAIN, "HTTP_PROXY", "", false),
        (PLAIN, "HTTPS_PROXY", "", false),
        (TLS, "ALL_PROXY", "*", false),
        (TLS, "ALL_PROXY", "x.example, 192.0.2.1", false),
        (TLS, "ALL_PROXY", "192.0.2.0/24", false),
        (TLS, "ALL_PROXY", "192.0.3.0/24", true),
        (TLS, "ALL_PROXY", "192.0.2.1:443", false),
        (TLS, "ALL_PROXY", "192.0.2.1:8443", true),
        (PLAIN, "ALL_PROXY", "192.0.2.1:80", false),
    ] {
        // The proxy may take its time to answer; what goes past it is never answered.
        let limit = if through { "60s" } else { "300ms" };
        let mut command = desk.command(&["list", "--url", url, "--timeout", limit]);
        let reported = CommandResult::of(command.env(variable, &address).env("NO_PROXY", past));
        let (case, messages) = (format!("{url} {variable} NO_PROXY={past}"), &reported.messages);
        // What is not sent through it ends in no answer of an address that no one has.
        let lines: Vec<String> = asked.try_iter().collect();
        assert_eq!(!lines.is_empty(), through, "{case}: {messages}");
        assert_eq!(messages.contains("(407)") && messages.contains("proxy"), through, "{case}: {messages}");
        let expected = if url == TLS { "CONNECT 192.0.2.1:443" } else { "POST http://192.0.2.1/" };
        assert!(lines.iter().all(|line| line.starts_with(expected)), "{case}: {lines:?}");
        assert_ne!(reported.code, Some(0), "{case}");
    }
    for wrong in ["ftp://p.example", "socks5://p.example:1080", "http://", "a b"] {
        let mut command = desk.command(&["list", "--url", TLS]);
        let reported = CommandResult::of(command.env("ALL_PROXY", wrong));
        reported.ends(2, "").says("ALL_PROXY: ");
    }
}
