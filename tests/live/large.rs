//! Fourteen nodes that list ten thousand registrations each: what that costs the console's process. The server runs in
//! another one. Not part of an ordinary run: `cargo test --release --test live -- --ignored --nocapture large::console`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use sipreg::api::{Client, ClientSettings, Credentials, Endpoint, SecretFrom};
use sipreg::app::model::live::LiveJob;
use sipreg::app::model::time::Moment;
use sipreg::demo::{self, Clock, Estate, Options};
use sipreg::domain::answer::Conditional;
use sipreg::domain::query::collection::Collection;
use sipreg::domain::record::relation::{Relation, Targets};
use sipreg::domain::record::value::Secret;
use sipreg::live::Source;
use tokio::time::Instant;

use crate::stage::{PATIENCE, provider};

const RECORDS: u64 = 10_000;
const NODES: u64 = 14;
/// More than this the live state may not take.
const MOST: u64 = 16 << 20;

/// Registrations that every node loads.
fn estate() -> Estate {
    let mut json = r#"{"pops":[{"id":1,"attributes":{"name":"FRA"}}],"transport-protocols":[{"id":1,"attributes":{"name":"UDP"}}],"nodes":["#.to_owned();
    for id in 1..=NODES {
        let comma = if id > 1 { "," } else { "" };
        write!(json, r#"{comma}{{"id":{id},"attributes":{{"name":"n{id}","rpc-endpoint":"x:1"}},"pop":1}}"#).unwrap();
    }
    json.push_str(r#"],"registrations":["#);
    for id in 1..=RECORDS {
        let comma = if id > 1 { "," } else { "" };
        write!(
            json,
            r#"{comma}{{"id":{id},"attributes":{{"name":"carrier-{id}-trunk","enabled":true,"domain":"sip{id}.carrier.example","username":"4930{id:07}","contact":"sip:4930{id:07}@192.0.2.19:5060","auth-user":"4930{id:07}","auth-password":"secret{id}","retry-delay":5,"sip-schema-id":1,"route-set":["<sip:edge{id}.carrier.example;lr>"]}},"transport-protocol":1}}"#
        )
        .unwrap();
    }
    json.push_str("]}");
    Estate::from_json(&json).unwrap()
}

#[test]
#[ignore = "the server of `console`, which starts it"]
fn serve() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = Clock::Fixed(1_800_000_000);
    let options =
        Options { estate: Some(estate()), nodes: Some(Duration::from_secs(86_400)), clock, ..Options::default() };
    let running = runtime.block_on(demo::start(options)).unwrap();
    running.control().set_clock(Clock::Fixed(1_800_000_060));
    println!("url {}", running.url);
    // Until whoever started this goes away.
    let _ = std::io::stdin().read(&mut [0]);
}

/// Memory of this process that is in use, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

#[test]
#[ignore = "takes a while, and measures"]
fn console() {
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args(["large::serve", "--exact", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let url = lines.find_map(|line| line.split_once("url ").map(|(_, url)| url.to_owned())).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let credentials =
            Credentials::Password { user: "demo".to_owned(), password: SecretFrom::Given(Secret::new("demo")) };
        let client = Client::new(ClientSettings::new(Endpoint::parse(&url).unwrap(), credentials)).unwrap();
        let (mut records, mut targets) = (Collection::default(), Targets::default());
        for number in 1..=10 {
            let Conditional::Changed(page) = client.page(number, 1_000, "id", None).await.unwrap() else { panic!() };
            records.absorb(page.segment);
        }
        for relation in Relation::ALL {
            for target in client.targets(relation).await.unwrap() {
                targets.learn(target);
            }
            targets.note_complete(relation);
        }
        client.rest();
        assert_eq!(records.len() as u64, RECORDS);
        let provider = provider(Source::Nodes, PATIENCE * 5, &[]);
        let before = resident();
        let mut most = 0;
        let mut job = LiveJob { records, targets, picture: std::sync::Arc::default(), recent: BTreeSet::default() };
        for round in 0..5_u64 {
            let began = Instant::now();
            let answers = provider.ask(&provider.addresses(&job.targets)).await;
            assert_eq!(answers.answered() as u64, NODES);
            let asked = began.elapsed();
            let began = Instant::now();
            let now = Moment { mono: Duration::from_secs(round), wall: chrono::DateTime::UNIX_EPOCH };
            let news = job.judge(answers, now);
            let judged = began.elapsed();
            job.picture = news.picture;
            job.targets.set_live(Some(news.marks));
            let used = resident().saturating_sub(before);
            most = used.max(most);
            println!("round {round}: asked {asked:?}, judged {judged:?}, {} KiB more than before", used >> 10);
        }
        let rows: usize = job.picture.nodes().iter().map(|node| node.list().len()).sum();
        assert_eq!(rows as u64, RECORDS * NODES);
        assert!(most < MOST, "{} KiB", most >> 10);
    });
    server.kill().unwrap();
    let _ = server.wait();
}
