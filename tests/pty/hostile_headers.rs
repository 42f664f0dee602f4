//! Headers and tokens that would act on a terminal: shown, never obeyed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::hostile::{esc, listen, press};
use crate::kit::console::Console;
use crate::kit::home::SIPREG;
use crate::kit::launch::Launch;

/// A server on a bare socket, for headers that no library would send. It answers each connection once.
fn bare(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let Ok(clone) = stream.try_clone() else { return };
            let mut reader = BufReader::new(clone);
            let (mut first, mut length) = (String::new(), 0);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some(announced) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = announced.trim().parse().unwrap_or(0);
                }
                if first.is_empty() {
                    first.clone_from(&line);
                }
                line.clear();
            }
            let mut body = vec![0; length];
            let _ = reader.read_exact(&mut body);
            let _ = stream.write_all(&answer(&first));
        }
    });
    url
}

#[test]
fn headers_and_tokens_obey_no_data() {
    let claims = r#"{"sub":"\u001b[2J","name":"\u202e\u009b2J","exp":99999999999}"#;
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
    let signed_in = format!(r#"{{"jwt":"{token}"}}"#);
    for (status, nasty) in [
        (
            "503 \u{9b}2J\u{202e}",
            "X-Request-Id: \u{9b}2J\u{202e}x\r\nRetry-After: \u{9b}9999999999999\r\nDate: \u{202e}soon",
        ),
        ("429 Slow", "Retry-After: 99999999999999999999\r\nX-Request-Id: a\tb\u{85}c\r\nServer: \u{9d}0;x\u{9c}"),
        ("301 Away", "Location: http://evil.example/\u{9b}2J\u{202e}?\x1b[2J\r\nX-Request-Id: x"),
        ("307 Away", "Location: http://\u{202e}evil\u{200b}.example/"),
        ("500 \x1b[2J", "X-Request-Id: \x1b]0;x\x07"),
        ("200 OK", "ETag: W/\"\u{9b}2J\u{202e}\"\r\nContent-Type: \u{9b}2J"),
    ] {
        let signed_in = signed_in.clone();
        let head = format!("HTTP/1.1 {status}\r\n{nasty}\r\nConnection: close\r\n");
        let url = bare(move |request| {
            if request.contains("/auth") {
                let length = signed_in.len();
                return format!(
                    "HTTP/1.1 201 Created\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{signed_in}"
                )
                .into_bytes();
            }
            format!("{head}Content-Length: 0\r\n\r\n").into_bytes()
        });
        let launch = Launch::new(SIPREG).args(["--url", &url, "--username", "noc"]).env("SIPREG_PASSWORD", "pass");
        let mut console = Console::launch(launch);
        console.wait_for("word of the failure", |screen| {
            let text = screen.contents();
            text.contains("Could not load registrations") || text.contains("Sign in")
        });
        press(&mut console, "r");
        press(&mut console, "!");
        esc(&mut console, 1);
        console.send("q");
        console.wait_exit();
        listen(&console);
    }
}
