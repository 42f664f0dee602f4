//! The embedded server as a command.

use std::io::{Read, Write};
use std::net::TcpStream;

use rustix::process::Signal;

use crate::kit::home::Home;

/// Status line and body of the answer to a request over a bare socket.
fn exchange(url: &str, request: &str) -> (String, String) {
    let address = url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    let request = request.replace('\n', "\r\n").replace("HOST", address);
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

fn sign_in(url: &str, username: &str, password: &str) -> (String, String) {
    let body = format!("{{\"auth\":{{\"username\":\"{username}\",\"password\":\"{password}\"}}}}");
    exchange(
        url,
        &format!(
            "POST /api/rest/admin/auth HTTP/1.1\nHost: HOST\nConnection: close\nContent-Type: application/json\n\
             Content-Length: {}\n\n{body}",
            body.len()
        ),
    )
}

#[test]
fn serve_demo_prints_how_to_reach_it_serves_and_ends_in_peace_on_sigterm_and_ctrl_c() {
    let home = Home::new();
    for signal in [Signal::TERM, Signal::INT] {
        let mut serving = home.serve(&["--records", "7"]);
        let (url, username, password) = (serving.value("url"), serving.value("username"), serving.value("password"));
        let (status, body) = sign_in(&url, &username, &password);
        assert!(status.starts_with("HTTP/1.1 201"), "{status}");
        let token = body.split('"').nth(3).unwrap();
        let (status, body) = exchange(
            &url,
            &format!(
                "GET /api/rest/admin/registrations HTTP/1.1\nHost: HOST\nConnection: close\n\
                 Accept: application/vnd.api+json\nAuthorization: {token}\n\n"
            ),
        );
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        assert!(body.contains("\"total-count\":7"), "{body}");
        serving.signal(signal);
        assert_eq!(serving.end().code, Some(0));
    }
}

#[test]
fn serve_demo_rehearses_faults() {
    let mut serving = Home::new().serve(&["--faults", "POST /auth: 503 3 x1"]);
    let (url, username, password) = (serving.value("url"), serving.value("username"), serving.value("password"));
    assert!(sign_in(&url, &username, &password).0.starts_with("HTTP/1.1 503"));
    assert!(sign_in(&url, &username, &password).0.starts_with("HTTP/1.1 201"));
}

#[test]
fn serve_demo_is_for_this_machine_only() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let reported = Home::new().sipreg(&["serve-demo", "--listen", address]);
        assert_eq!(reported.code, Some(2));
        assert!(reported.messages.contains("only on loopback addresses"), "{reported:?}");
    }
}

#[test]
fn serve_demo_tells_what_is_wrong_with_its_options() {
    let home = Home::new();
    for (arguments, expected) in [
        (["--records", "100001"], "100000"),
        (["--latency", "soon"], "500ms"),
        (["--token-lifetime", "0"], "at least 1"),
        (["--faults", "GET: explode"], "there are: delay TIME, late TIME"),
    ] {
        let reported = home.sipreg(&[&["serve-demo"], &arguments[..]].concat());
        assert_eq!((reported.code, reported.data.as_str()), (Some(2), ""), "{reported:?}");
        assert!(reported.messages.contains(expected), "{reported:?}");
    }
}

#[test]
fn serve_demo_says_when_the_address_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let reported = Home::new().sipreg(&["serve-demo", "--listen", &address]);
    assert_eq!((reported.code, reported.data.as_str()), (Some(1), ""));
    assert!(reported.messages.starts_with(&format!("sipreg: cannot listen on {address}: ")), "{reported:?}");
}
