//! Nodes that list every registration of a server, in threads of this process: netstrings over TCP, as the switch's own.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

use super::Outcome;
use super::server::Server;
use crate::kit::home::SIPREG;

/// Nodes of the demo's switch.
const NAMES: [&str; 14] = [
    "fra-n1", "fra-n2", "fra-n3", "lon-n1", "lon-n2", "lon-n3", "ams-n1", "ams-n2", "ams-n3", "waw-n1", "waw-n2",
    "nyc-n1", "nyc-n2", "sin-n1",
];

/// What all of them say.
#[derive(Debug)]
struct Talk {
    listing: RwLock<String>,
    answered: AtomicUsize,
}

/// All nodes, with one list.
#[derive(Debug)]
pub struct Nodes {
    talk: Arc<Talk>,
    /// Lines of a profile: where each node is.
    pub endpoints: String,
}

impl Nodes {
    /// They list what the server has. Each is asked on an address of its own.
    ///
    /// # Errors
    /// The server cannot be read, or there is no address.
    pub fn of(server: &Server) -> Outcome<Self> {
        let talk = Arc::new(Talk { listing: RwLock::new(listing(server, 1_700)?), answered: AtomicUsize::new(0) });
        let mut endpoints = String::new();
        for name in NAMES {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            writeln!(endpoints, "{name:?} = \"{}\"", listener.local_addr()?)?;
            let talk = Arc::clone(&talk);
            thread::spawn(move || {
                listener.incoming().map_while(Result::ok).for_each(|stream| {
                    let talk = Arc::clone(&talk);
                    thread::spawn(move || serve(stream, &talk));
                });
            });
        }
        Ok(Self { talk, endpoints })
    }

    /// From now on each registration has so many seconds left.
    ///
    /// # Errors
    /// The server cannot be read.
    pub fn say_left(&self, server: &Server, seconds: u32) -> Outcome<()> {
        *self.talk.listing.write().unwrap_or_else(PoisonError::into_inner) = listing(server, seconds)?;
        Ok(())
    }

    /// Rounds that were answered by all.
    pub fn rounds(&self) -> usize {
        self.talk.answered.load(Ordering::Relaxed) / NAMES.len()
    }
}

/// All registrations of a server, as a node writes them; one in twenty failing.
fn listing(server: &Server, left: u32) -> Outcome<String> {
    let reported = Command::new(SIPREG)
        .args(["list", "-o", "jsonl", "--url", &server.url])
        .env("SIPREG_USERNAME", &server.user)
        .env("SIPREG_PASSWORD", &server.password)
        .output()?;
    let mut json = String::new();
    for (place, line) in String::from_utf8(reported.stdout)?.lines().enumerate() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        let text =
            |name: &str| serde_json::json!(record.get(name).and_then(|value| value.as_str()).unwrap_or_default());
        let number = |name: &str| record.get(name).and_then(serde_json::Value::as_u64).unwrap_or_default();
        let id = |name: &str| record.pointer(name).and_then(|value| value.as_str()).unwrap_or("0").to_owned();
        let routes: Vec<&str> = record
            .get("route-set")
            .and_then(|value| value.as_array())
            .map(|routes| routes.iter().filter_map(|route| route.as_str()).collect())
            .unwrap_or_default();
        let (code, reason, state) = if place % 20 == 0 { (403, "\"Forbidden\"", 2) } else { (0, "null", 1) };
        let comma = if place > 0 { "," } else { "" };
        write!(
            json,
            r#"{comma}{{"handle":"{place}-0DD51BD4","id":{},"domain":{},"port":0,"user":{},"display_name":{},"auth_user":{},"proxy":"","contact":{},"route_set":{},"sip_interface_name":{},"scheme_id":{},"transport_protocol_id":{},"expires_interval":{},"expires":1800,"expires_left":{left},"retry_delay":{},"max_attempts":{},"attempt":0,"last_request_time":1800000000,"last_succ_reg_time":1800000000,"state_code":{state},"state":"x","last_error_code":{code},"last_error_reason":{reason},"last_error_initiator":null,"postpone_timeout_msec":0,"node_id":1,"pop_id":1}}"#,
            text("id"),
            text("domain"),
            text("username"),
            text("display-username"),
            text("auth-user"),
            text("contact"),
            serde_json::json!(routes.join(",")),
            text("sip-interface-name"),
            number("sip-schema-id"),
            id("/transport-protocol/id"),
            number("expire"),
            number("retry-delay"),
            number("max-attempts"),
        )?;
    }
    if json.is_empty() { Err("the server lists nothing".into()) } else { Ok(json) }
}

/// Answers each question on a connection with the list.
fn serve(mut stream: TcpStream, talk: &Talk) {
    let mut request = Vec::new();
    let mut byte = [0];
    while stream.read_exact(&mut byte).is_ok() {
        request.extend_from_slice(&byte);
        if !request.ends_with(b"\"},") {
            continue;
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        request.clear();
        let number = text.rsplit('"').nth(1).unwrap_or_default().to_owned();
        let answer = {
            let listing = talk.listing.read().unwrap_or_else(PoisonError::into_inner);
            format!(r#"{{"jsonrpc":"2.0","result":[{listing}],"id":"{number}"}}"#)
        };
        if write!(stream, "{}:", answer.len()).and_then(|()| stream.write_all(answer.as_bytes())).is_err() {
            return;
        }
        talk.answered.fetch_add(1, Ordering::Relaxed);
        if stream.write_all(b",").is_err() {
            return;
        }
    }
}
