//! The recorded wire against the embedded server: every exchange that was recorded from a real server is sent
//! again, in order and over HTTP, and the answers are compared. What holds here is what the client may rely on.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may end where what it expects is not there"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use ring::digest::{self, SHA256};
use serde_json::Value;
use sipreg::demo::{self, Creation, Estate, Network, RunningServer, ServerClock, ServerOptions, User};
use sipreg::domain::record::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Exchanges that do not hold, each with the reason. This list may only shrink: an entry that holds fails the test.
const DIFFERENT: [(&str, &str); 0] = [];

/// How many exchanges were recorded.
const RECORDED: usize = 356;

/// Headers that differ from run to run, or that say how a body is framed, which is the transport's business.
const PER_RUN: [&str; 6] = ["x-request-id", "x-runtime", "date", "transfer-encoding", "content-length", "connection"];

/// With this the recording's tokens were signed; it was made up for it.
const KEY: &str = "jr-test-server-secret-key-base-0123456789abcdef0123456789abcdef0123456789abcdef";

/// When the first exchange was recorded: its token ends 600 s later. With the clock standing there, the tokens
/// in the recording are as fresh as they were, and the sign-in answers the same bytes.
const SIGNED_IN_AT: u64 = 1_795_427_036 - 600;

/// When the expired token of the recording had expired, and all others had not.
const REPLAYED_AT: u64 = SIGNED_IN_AT + 2;

#[derive(Debug)]
struct Transcript {
    number: String,
    name: String,
    request: Value,
    response: Value,
}

fn transcripts() -> Vec<Transcript> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/transcripts");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        Transcript {
            number: path.file_name().unwrap().to_str().unwrap()[..3].to_owned(),
            name: document["name"].as_str().unwrap().to_owned(),
            request: document["request"].clone(),
            response: document["response"].clone(),
        }
    };
    files.into_iter().map(read).collect()
}

fn estate() -> Estate {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dataset-120.json");
    Estate::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

async fn serve(estate: Estate, creation: Creation) -> RunningServer {
    let network = Network { address: "10.9.8.0".parse().unwrap(), prefix: 24 };
    let users = vec![
        User::new(188, "admin", "admin-secret"),
        User { allowed_from: vec![network], ..User::new(189, "admin-ip", "admin-secret") },
    ];
    let options = ServerOptions {
        estate: Some(estate),
        users,
        creation,
        signing_key: Secret::new(KEY),
        clock: ServerClock::Fixed(SIGNED_IN_AT),
        ..ServerOptions::default()
    };
    demo::start(options).await.unwrap()
}

struct Answer {
    status: u64,
    /// Names in lower case.
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// The bytes of a recorded body. Text that was no UTF-8 is recorded with `\xNN` in the place of a byte.
fn recorded_body(request: &Value) -> Vec<u8> {
    let text = match &request["body"] {
        Value::Null => return Vec::new(),
        Value::String(text) => text.clone(),
        document => return document.to_string().into_bytes(),
    };
    let length: usize = request["headers"]["Content-Length"].as_str().unwrap().parse().unwrap();
    if text.len() == length {
        return text.into_bytes();
    }
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    assert_eq!(bytes.len(), length);
    bytes
}

/// Sends a recorded request byte for byte; no HTTP client would send all of them.
async fn send(server: &RunningServer, request: &Value) -> Answer {
    let body = recorded_body(request);
    let mut bytes =
        format!("{} {} HTTP/1.1\r\n", request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
    for (name, value) in request["headers"].as_object().unwrap() {
        if name != "Content-Length" {
            write!(bytes, "{name}: {}\r\n", value.as_str().unwrap()).unwrap();
        }
    }
    if !request["body"].is_null() {
        write!(bytes, "Content-Length: {}\r\n", body.len()).unwrap();
    }
    bytes.push_str("Connection: close\r\n\r\n");
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(&body);

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    let head_end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
    let head = std::str::from_utf8(&answer[..head_end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    let headers: BTreeMap<String, String> = headers.collect();
    let body = answer[head_end + 4..].to_vec();
    if request["method"] != "HEAD" && status != 304 {
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        assert_eq!(body.len(), length, "the whole body came");
    }
    Answer { status, headers, body }
}

fn digest(body: &[u8]) -> String {
    digest::digest(&SHA256, body).as_ref().iter().take(16).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// What differs between the recorded answer and this one.
fn differences(recorded: &Value, answer: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, recorded: String, answered: String| {
        if recorded != answered {
            let cut = |text: String| text.chars().take(1500).collect::<String>();
            found.push(format!("{what}\n    recorded {}\n    answered {}", cut(recorded), cut(answered)));
        }
    };
    compare("status", recorded["status"].to_string(), answer.status.to_string());

    let headers = recorded["headers"].as_object().unwrap();
    let headers: BTreeMap<String, &str> =
        headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str().unwrap())).collect();
    let names: BTreeSet<&String> = headers.keys().chain(answer.headers.keys()).collect();
    for name in names.into_iter().filter(|name| !PER_RUN.contains(&name.as_str())) {
        let recorded = headers.get(name).map_or("nothing", |value| value);
        let answered = answer.headers.get(name).map_or("nothing", |value| value);
        compare(name, recorded.to_owned(), answered.to_owned());
    }
    for name in ["x-request-id", "x-runtime"] {
        let there = |there: bool| if there { "there" } else { "not there" }.to_owned();
        compare(name, there(headers.contains_key(name)), there(answer.headers.contains_key(name)));
    }

    // Where the recording has another page in its place, only its kind can be compared.
    if recorded.get("body_replaced").is_some() {
        compare("has a page", "true".to_owned(), (!answer.body.is_empty()).to_string());
        return found;
    }
    if let Some(length) = headers.get("content-length") {
        compare("length", (*length).to_owned(), answer.body.len().to_string());
    }
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    match &recorded["body"] {
        Value::Null => compare("body", String::new(), text),
        Value::String(recorded) => compare("body", recorded.clone(), text),
        document => {
            let answered = serde_json::from_str(&text).unwrap_or(Value::Null);
            if *document != answered {
                compare("document", document.to_string(), answered.to_string());
            }
        }
    }
    if let Some(recorded) = recorded.get("body_sha256_32") {
        compare("digest of the bytes", recorded.as_str().unwrap().to_owned(), digest(&answer.body));
    }
    found
}

#[tokio::test]
async fn every_recorded_exchange_holds() {
    let transcripts = transcripts();
    assert_eq!(transcripts.len(), RECORDED);
    let main = serve(estate(), Creation::Silent).await;
    let later_release = serve(estate(), Creation::WithLocation).await;
    let empty = serve(estate().without_registrations(), Creation::Silent).await;
    for server in [&later_release, &empty] {
        server.control().set_clock(ServerClock::Fixed(REPLAYED_AT));
    }

    let mut failed = BTreeMap::new();
    for transcript in &transcripts {
        let server = match transcript.name.as_str() {
            "post-minimal-release-0-9" => &later_release,
            "list-empty" => &empty,
            _ => &main,
        };
        if transcript.name == "seed-show-7" {
            main.control().set_clock(ServerClock::Fixed(REPLAYED_AT));
        }
        let answer = send(server, &transcript.request).await;
        let mut found = differences(&transcript.response, &answer);
        if transcript.name == "request-id-echo" {
            let recorded = transcript.response["headers"]["X-Request-Id"].as_str();
            if recorded != answer.headers.get("x-request-id").map(String::as_str) {
                found.push("the request id is not echoed as recorded".to_owned());
            }
        }
        if !found.is_empty() {
            failed.insert(
                transcript.number.as_str(),
                format!("{} {}: {}", transcript.number, transcript.name, found.join("\n  ")),
            );
        }
    }
    println!("{} of {RECORDED} recorded exchanges hold", RECORDED - failed.len());

    let listed: BTreeMap<&str, &str> = DIFFERENT.into_iter().collect();
    let unexpected: Vec<&String> =
        failed.iter().filter(|(number, _)| !listed.contains_key(*number)).map(|(_, report)| report).collect();
    assert!(unexpected.is_empty(), "{} exchanges differ:\n{}", unexpected.len(), join(&unexpected));
    let fixed: Vec<&&str> = listed.keys().filter(|number| !failed.contains_key(**number)).collect();
    assert!(fixed.is_empty(), "these hold now, take them off the list: {fixed:?}");
}

fn join(reports: &[&String]) -> String {
    reports.iter().map(|report| report.as_str()).collect::<Vec<_>>().join("\n")
}
