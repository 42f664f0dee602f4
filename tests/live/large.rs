//! Fourteen nodes that list ten thousand registrations each: what that costs a process. It is measured in one of its
//! own, so that no other test counts; what the nodes say is written once and sent again and again.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use sipreg::app::model::live::LiveJob;
use sipreg::app::model::time::Moment;
use sipreg::domain::query::{Collection, Segment};
use sipreg::domain::record::{FieldId, Registration, Relation, Target, Targets, Value};
use sipreg::live::Source;

use crate::kit::{process, runtime};
use crate::stage::{PATIENCE, answered, provider};

const RECORDS: u64 = 10_000;
const NODES: u64 = 14;
const ROUNDS: u64 = 2;
/// More than this the live state may not take.
const MOST: u64 = 16 << 20;
/// More than this it may not take while an answer is read beside the last one.
const MOST_AT_ONCE: u64 = 20 << 20;
/// Tells the measured process where the nodes are.
const VARIABLE: &str = "SIPREG_TEST_LARGE_NODES";

/// A registration as the API has it; the node says the same.
fn record(id: u64) -> Registration {
    let mut record = Registration::new(id);
    for (field, value) in [
        (FieldId::Name, Value::Text(format!("carrier-{id}-trunk"))),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Null),
        (FieldId::Node, Value::Null),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::SipSchemaId, Value::Number(1)),
        (FieldId::Domain, Value::Text(format!("sip{id}.carrier.example"))),
        (FieldId::Username, Value::Text(format!("4930{id:07}"))),
        (FieldId::Contact, Value::Text(format!("sip:4930{id:07}@192.0.2.19:5060"))),
        (FieldId::AuthUser, Value::Text(format!("4930{id:07}"))),
        (FieldId::RouteSet, Value::Texts(vec![format!("<sip:edge{id}.carrier.example;lr>")])),
        (FieldId::RetryDelay, Value::Number(5)),
    ] {
        record.set(field, value);
    }
    record
}

/// All registrations as a node writes them, one in twenty failing.
fn listing() -> String {
    let mut json = String::new();
    for id in 1..=RECORDS {
        let comma = if id > 1 { "," } else { "" };
        let (code, reason, state) = if id % 20 == 0 { (403, "\"Forbidden\"", 2) } else { (0, "null", 1) };
        write!(
            json,
            r#"{comma}{{"handle":"{id}-0DD51BD4","id":"{id}","domain":"sip{id}.carrier.example","port":0,"user":"4930{id:07}","display_name":"","auth_user":"4930{id:07}","proxy":"","contact":"sip:4930{id:07}@192.0.2.19:5060","route_set":"<sip:edge{id}.carrier.example;lr>","sip_interface_name":"","scheme_id":1,"transport_protocol_id":1,"proxy_transport_protocol_id":1,"resolve_priority":0,"expires_interval":0,"expires":1800,"expires_left":1700,"force_reregister":0,"retry_delay":5,"max_attempts":0,"attempt":0,"last_request_time":1800000000,"last_succ_reg_time":1800000000,"state_code":{state},"state":"x","last_request_contact":"sip:4930{id:07}@192.0.2.19:5060","last_reply_contacts":"","last_error_code":{code},"last_error_reason":{reason},"last_error_initiator":null,"postpone_timeout_msec":0,"node_id":1,"pop_id":1}}"#
        )
        .unwrap();
    }
    json
}

/// Answers each request on a connection with the list.
fn serve(mut stream: TcpStream, listing: &str) {
    let mut request = Vec::new();
    let mut byte = [0];
    while stream.read_exact(&mut byte).is_ok() {
        request.push(byte[0]);
        if !request.ends_with(b"\"},") {
            continue;
        }
        let text = String::from_utf8(std::mem::take(&mut request)).unwrap();
        let number = text.rsplit('"').nth(1).unwrap();
        let (head, tail) = (r#"{"jsonrpc":"2.0","result":["#, format!(r#"],"id":"{number}"}}"#));
        let length = head.len() + listing.len() + tail.len();
        let sent = write!(stream, "{length}:{head}")
            .and_then(|()| stream.write_all(listing.as_bytes()))
            .and_then(|()| write!(stream, "{tail},"));
        if sent.is_err() {
            return;
        }
    }
}

#[test]
fn live_state_of_fourteen_large_nodes_takes_less_than_16_megabytes() {
    let listing: Arc<str> = listing().into();
    let addresses: Vec<String> = (0..NODES)
        .map(|_| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap().to_string();
            let listing = Arc::clone(&listing);
            std::thread::spawn(move || {
                listener.incoming().map_while(Result::ok).for_each(|stream| serve(stream, &listing));
            });
            address
        })
        .collect();
    let measured = Command::new(std::env::current_exe().unwrap())
        .args(["large::the_process_that_is_measured", "--exact", "--nocapture"])
        .env(VARIABLE, addresses.join(","))
        .output()
        .unwrap();
    let reported = String::from_utf8_lossy(&measured.stdout);
    assert!(measured.status.success(), "{reported}{}", String::from_utf8_lossy(&measured.stderr));
    let bytes: Vec<u64> = reported
        .lines()
        .filter_map(|line| line.split_once("takes "))
        .map(|(_, bytes)| bytes.parse().unwrap())
        .collect();
    println!("after each round, then at most: {bytes:?}");
    assert_eq!(bytes.len() as u64, ROUNDS + 1, "{reported}");
    let (at_once, after_rounds) = bytes.split_last().unwrap();
    assert!(after_rounds.iter().all(|bytes| *bytes < MOST) && *at_once < MOST_AT_ONCE, "{bytes:?}");
}

/// The peak of this process, and what it has now, in bytes.
fn memory() -> (u64, u64) {
    let (peak, now) = process::memory(std::process::id());
    (peak << 10, now << 10)
}

/// Does nothing unless it is started by the test above.
#[test]
fn the_process_that_is_measured() {
    let Ok(addresses) = std::env::var(VARIABLE) else { return };
    let runtime = runtime();
    let mut records = Collection::default();
    for page in 0..10 {
        let page: Vec<Registration> = (1..=1_000).map(|at| record(page * 1_000 + at)).collect();
        records.absorb(Arc::new(Segment::of(&page)));
    }
    let mut targets = Targets::default();
    for (id, address) in (1..).zip(addresses.split(',')) {
        let attributes = vec![("rpc-endpoint".to_owned(), address.to_owned())];
        targets.add(Target { relation: Relation::Node, id, name: Some(format!("n{id}")), pop: Some(1), attributes });
    }
    targets.note_complete(Relation::Node);
    let provider = provider(Source::Nodes, PATIENCE * 5, &[]);
    let mut job = LiveJob { records, targets, picture: Arc::default(), recent: BTreeSet::default() };
    let (_, before) = memory();
    for round in 0..ROUNDS {
        let answers = runtime.block_on(provider.ask(&provider.addresses(&job.targets)));
        assert_eq!(answered(&answers) as u64, NODES, "{:?}", answers.nodes.iter().find(|node| node.result.is_err()));
        let now = Moment { mono: Duration::from_secs(round), wall: chrono::DateTime::UNIX_EPOCH };
        let news = job.judge(answers, now);
        job.picture = news.picture;
        job.targets.set_live(Some(news.marks));
        println!("round {round} takes {}", memory().1.saturating_sub(before));
    }
    println!("the most takes {}", memory().0.saturating_sub(before));
    let rows: usize = job.picture.nodes().iter().map(|node| node.list().len()).sum();
    assert_eq!(rows as u64, RECORDS * NODES);
    assert_eq!(job.targets.live_mark(7).unwrap().word, "active");
    assert_eq!(job.targets.live_mark(20).unwrap().word, "error");
}
