//! How long `sipreg list` takes for 100,000 records, beside a client that only fetches and parses the same pages,
//! and beside curl, which only fetches. `cargo bench --bench cli [RECORDS]`; ends in 1 where the list takes more
//! than 1.3 times the bare client. All of them talk to the embedded server in this process, two pages at a time.
#![expect(clippy::disallowed_methods, reason = "measuring takes a clock")]

#[path = "../tests/kit/kit.rs"]
mod kit;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail, eyre};
use kit::server::token;
use serde::Deserialize;
use sipreg::demo::{self, RunningServer, ServerOptions};
use tokio::task::JoinSet;

/// How often each is measured; they take turns, so that a busy minute hits all alike, and the best counts.
const ROUNDS: usize = 7;

/// Records a page, as `sipreg list` asks for them.
const PAGE: u32 = 1_000;

/// What a list may take of the bare client's time.
const LIMIT: f64 = 1.3;

/// What a client that knows what it wants parses a page into.
#[derive(Deserialize)]
struct Document {
    data: Vec<Record>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are parsed, which is what is measured")]
struct Record {
    id: String,
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "they are parsed, which is what is measured")]
struct Attributes {
    name: Option<String>,
    enabled: Option<bool>,
    sip_interface_name: Option<String>,
    sip_schema_id: Option<i64>,
    domain: Option<String>,
    username: Option<String>,
    display_username: Option<String>,
    contact: Option<String>,
    route_set: Option<Vec<String>>,
    auth_user: Option<String>,
    auth_password: Option<String>,
    expire: Option<i64>,
    force_expire: Option<bool>,
    retry_delay: Option<i64>,
    max_attempts: Option<i64>,
}

const MEDIA: &str = "application/vnd.api+json";

/// The server and a token for it.
struct Switch {
    running: RunningServer,
    token: String,
    pages: u32,
}

impl Switch {
    fn page(&self, number: u32) -> String {
        format!(
            "{}/api/rest/admin/registrations?include=pop,node,transport-protocol&page[number]={number}\
             &page[size]={PAGE}&sort=id",
            self.running.url
        )
    }
}

fn main() -> Result<ExitCode> {
    let records = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    drop(rustls::crypto::ring::default_provider().install_default());
    let running = runtime.block_on(demo::start(ServerOptions { records, ..ServerOptions::default() }))?;
    let token = runtime.block_on(token(&running));
    let switch = Switch { running, token, pages: records.div_ceil(PAGE) };
    let mut out = std::io::stdout();
    writeln!(out, "{records} records, {} pages, best of {ROUNDS}", switch.pages)?;
    let home = tempfile::tempdir()?;
    let (mut bare, mut trees, mut fetched) = (Vec::new(), Vec::new(), Vec::new());
    let forms = ["jsonl", "csv", "json"];
    let mut lists: Vec<Vec<Duration>> = forms.iter().map(|_| Vec::new()).collect();
    let mut firsts = Vec::new();
    for _ in 0..ROUNDS {
        bare.push(timed(|| runtime.block_on(fetch_and_parse(&switch, typed)))?);
        trees.push(timed(|| runtime.block_on(fetch_and_parse(&switch, tree)))?);
        if let Ok(took) = timed(|| curl(&switch)) {
            fetched.push(took);
        }
        for (form, times) in forms.iter().zip(&mut lists) {
            let (whole, first) = list(&switch, form, home.path())?;
            times.push(whole);
            if *form == "jsonl" {
                firsts.push(first);
            }
        }
    }
    let bare = best(bare);
    let ratio = |took: Duration| took.as_secs_f64() / bare.as_secs_f64();
    writeln!(out, "bare client, fetches and parses   {:>7} ms   1.00", bare.as_millis())?;
    let trees = best(trees);
    writeln!(out, "the same into a tree of values    {:>7} ms   {:.2}", trees.as_millis(), ratio(trees))?;
    if !fetched.is_empty() {
        let curl = best(fetched);
        writeln!(out, "curl, fetches                     {:>7} ms   {:.2}", curl.as_millis(), ratio(curl))?;
    }
    let mut worst: f64 = 0.0;
    for (form, times) in forms.iter().zip(lists) {
        let took = best(times);
        worst = worst.max(ratio(took));
        writeln!(out, "sipreg list -o {form:<5}              {:>7} ms   {:.2}", took.as_millis(), ratio(took))?;
    }
    writeln!(out, "  first line of jsonl             {:>7} ms", best(firsts).as_millis())?;
    writeln!(out, "at most {LIMIT} times the bare client: {}", if worst <= LIMIT { "yes" } else { "NO" })?;
    Ok(if worst <= LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed())
}

fn best(times: Vec<Duration>) -> Duration {
    times.into_iter().min().unwrap_or_default()
}

fn client() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().tls_certs_only([]).http1_only().tcp_nodelay(true).build()?)
}

/// How many records a page holds, for who knows what they consist of.
fn typed(body: &[u8]) -> Result<usize> {
    Ok(serde_json::from_slice::<Document>(body)?.data.len())
}

/// The same for who does not.
fn tree(body: &[u8]) -> Result<usize> {
    let document: serde_json::Value = serde_json::from_slice(body)?;
    Ok(document.get("data").and_then(|data| data.as_array()).map_or(0, Vec::len))
}

/// The least that any client has to do.
async fn fetch_and_parse(switch: &Switch, parse: fn(&[u8]) -> Result<usize>) -> Result<()> {
    let client = client()?;
    let mut reading: JoinSet<Result<usize>> = JoinSet::new();
    let (mut next, mut records) = (1, 0);
    loop {
        while reading.len() < 2 && next <= switch.pages {
            let request = client.get(switch.page(next)).header("Accept", MEDIA).header("Authorization", &switch.token);
            reading.spawn(async move { parse(&request.send().await?.error_for_status()?.bytes().await?) });
            next += 1;
        }
        match reading.join_next().await {
            Some(read) => records += read??,
            None if records == 0 => bail!("no records came"),
            None => return Ok(()),
        }
    }
}

/// The same pages into nothing, two at a time over kept connections.
fn curl(switch: &Switch) -> Result<()> {
    let mut command = Command::new("curl");
    command.args(["--silent", "--fail", "--globoff", "--parallel", "--parallel-max", "2", "--compressed"]);
    command.args(["-H", &format!("Accept: {MEDIA}"), "-H", &format!("Authorization: {}", switch.token)]);
    for number in 1..=switch.pages {
        command.args(["-o", "/dev/null", &switch.page(number)]);
    }
    let ended = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if ended.success() { Ok(()) } else { bail!("curl ended in {ended}") }
}

/// The list into a pipe: until its end, and until its first line.
fn list(switch: &Switch, form: &str, home: &std::path::Path) -> Result<(Duration, Duration)> {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sipreg"))
        .args(["list", "-o", form])
        .env_clear()
        .env("HOME", home)
        .env("SIPREG_URL", &switch.running.url)
        .env("SIPREG_USERNAME", &switch.running.username)
        .env("SIPREG_PASSWORD", switch.running.password.expose())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut data = BufReader::with_capacity(256 << 10, child.stdout.take().ok_or_else(|| eyre!("no pipe"))?);
    let mut line = String::new();
    data.read_line(&mut line)?;
    let first = began.elapsed();
    let mut rest = vec![0; 256 << 10];
    while data.read(&mut rest)? > 0 {}
    let ended = child.wait()?;
    let whole = began.elapsed();
    if ended.success() { Ok((whole, first)) } else { bail!("sipreg ended in {ended}") }
}
